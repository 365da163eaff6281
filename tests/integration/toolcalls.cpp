// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/toolcalls.h"

#include "tests/integration/answers.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace moe::test {

QByteArray invocation(const char *tool, const char *args)
{
    return "{\"tool\":\"" + QByteArray(tool) + "\",\"args\":" + args + '}';
}

QByteArray callMessage(const QByteArray &id, const QByteArray &tool, const QByteArray &arguments)
{
    return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool
        + "\",\"arguments\":" + arguments + "}}";
}

QByteArray message(const QByteArray &id, const QByteArray &method)
{
    return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\"}";
}

QString errorCode(const HttpResponse &answer)
{
    return jsonOf(answer.body)[u"error"][u"data"][u"error_code"].toString();
}

QByteArray endlessValidation()
{
    constexpr int depth = 60;
    QJsonObject definitions{{u"s%1"_s.arg(depth), QJsonObject()}};
    for (int i = 0; i < depth; ++i) {
        const QJsonObject next{{u"$ref"_s, u"#/$defs/s%1"_s.arg(i + 1)}};
        definitions[u"s%1"_s.arg(i)] = QJsonObject{{u"allOf"_s, QJsonArray{next, next}}};
    }
    const QJsonObject schema{{u"$defs"_s, definitions}, {u"$ref"_s, u"#/$defs/s0"_s}};
    const QByteArray text = QJsonDocument(schema).toJson(QJsonDocument::Compact);
    return QJsonDocument(QJsonObject{{u"data"_s, u"{}"_s}, {u"schema"_s, QString::fromUtf8(text)}})
        .toJson(QJsonDocument::Compact);
}

QByteArrayList examplesIn(const QByteArray &manual, const QByteArray &section, const QByteArray &program)
{
    QByteArrayList examples;
    const qsizetype begin = manual.indexOf(QByteArray("\n### " + section + '\n'));
    const QByteArray lines = manual.sliced(begin + 1, manual.indexOf("\n### ", begin + 1) - begin);
    bool isWithin = false;
    for (const QByteArray &line : lines.split('\n')) {
        if (!isWithin && line.startsWith(QByteArray("    " + program + ' ')))
            examples.append(QByteArray());
        else if (!isWithin)
            continue;
        examples.last() += line + '\n';
        isWithin = line.endsWith('\\');
    }
    return examples;
}

}
