// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/run.h"
#include "daemon/ctl/moectl/commandline.h"
#include "daemon/ctl/moectl/output.h"
#include "shared/client/localcall.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace moe::moectl {

namespace {

QString jsonText(const QJsonObject &object)
{
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact)) + u'\n';
}

Outcome failed(const Error &error, bool isJson, int exitCode)
{
    Outcome outcome;
    outcome.error = isJson ? jsonText(client::problemDocument(error)) : QString(u"moectl: " % error.message % u'\n');
    outcome.exitCode = exitCode;
    return outcome;
}

QString versionText(bool isJson)
{
    const QString version = QStringLiteral(MOE_VERSION);
    return isJson ? jsonText({{QStringLiteral("version"), version}}) : QString(u"moectl " % version % u'\n');
}

/// Calls the daemon; lists come in pages, which are put together.
Task<QJsonObject> callAll(QString dataDirectory, client::LocalRequest request)
{
    QJsonArray items;
    for (;;) {
        CO_TRY(const QJsonObject answer, co_await client::callLocal(dataDirectory, request, {}));
        if (!answer.contains(u"items"))
            co_return answer;
        for (const QJsonValue &item : answer[u"items"].toArray())
            items.append(item);
        if (!answer.contains(u"next"))
            co_return QJsonObject{{QStringLiteral("items"), items}};
        request.arguments.insert(u"after", answer[u"next"]);
    }
}

}

QCoro::Task<Outcome> run(QStringList arguments)
{
    const bool isJson = wantsJson(arguments);
    const Result<Invocation> invocation = parseCommandLine(arguments);
    if (!invocation)
        co_return failed(invocation.error(), isJson, 2);
    Outcome outcome;
    switch (invocation->kind) {
    case Invocation::Help: outcome.output = helpText(); break;
    case Invocation::Version: outcome.output = versionText(isJson); break;
    case Invocation::Call: {
        const auto answer = co_await callAll(invocation->dataDirectory, invocation->request);
        if (!answer)
            co_return failed(answer.error(), isJson, 1);
        outcome.output = isJson ? jsonText(*answer) : textOf(*invocation->command, *answer);
    }
    }
    co_return outcome;
}

}
