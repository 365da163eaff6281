// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/ctl/fakedaemon.h"

#include "shared/wire/problem.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace moe::test {

Result<QString> FakeConsole::askSecret(const QString &prompt)
{
    prompts.append(prompt);
    if (typed.isEmpty())
        return failure(Error::of(ErrorCode::Conflict, u"no terminal"_s));
    return typed.takeFirst();
}

Result<QString> FakeConsole::readLine()
{
    if (input.isEmpty())
        return failure(Error::invalid(u"nothing"_s));
    return input.takeFirst();
}

FakeDaemon::FakeDaemon()
    : m_server([this](control::Request request, RequestContext context) { return handle(request, context); })
{
    if (!m_server.listen(m_folder.path()))
        qFatal("no socket");
}

FakeDaemon::~FakeDaemon() { QCoro::waitFor(m_server.close()); }

void FakeDaemon::answer(const QByteArray &operation, const QByteArray &body, int status)
{
    control::Reply reply;
    reply.status = status;
    reply.body = body;
    m_replies[operation] = reply;
}

void FakeDaemon::refuse(const QByteArray &operation, const Error &error, int status)
{
    answer(operation, problemDocument(error, "req_1", status), status);
}

void FakeDaemon::setVersion(const QByteArray &operation, qint64 version)
{
    m_replies[operation].etag = control::entityTag(version);
}

QByteArray FakeDaemon::bodyOf(const QByteArray &operation) const
{
    QByteArray body = "not called";
    for (const control::Request &request : m_requests) {
        if (QByteArray(request.method + ' ' + request.path) == operation)
            body = request.body;
    }
    return body;
}

moectl::Outcome FakeDaemon::run(const QStringList &arguments)
{
    return QCoro::waitFor(moectl::run(QStringList{u"--data-dir"_s, folder()} + arguments, console));
}

QJsonObject FakeDaemon::json(const QString &line)
{
    const auto outcome = run("--json "_L1 + line);
    if (outcome.exitCode != 0)
        qWarning("%s", qUtf8Printable(outcome.error));
    // One document on one line.
    return outcome.output.count(u'\n') == 1 ? QJsonDocument::fromJson(outcome.output.toUtf8()).object() : QJsonObject();
}

QCoro::Task<control::Reply> FakeDaemon::handle(control::Request request, RequestContext)
{
    m_requests.push_back(request);
    const auto found = m_replies.find(QByteArray(request.method + ' ' + request.path));
    if (found != m_replies.end())
        co_return control::Reply(found->second);
    control::Reply reply;
    reply.status = 404;
    reply.body = problemDocument(Error::of(ErrorCode::NotFound, u"There is no such thing."_s), "req_1", 404);
    co_return reply;
}

}
