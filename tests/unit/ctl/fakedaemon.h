// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/ctl/localserver.h"
#include "daemon/ctl/moectl/run.h"

#include <QJsonObject>
#include <QTemporaryDir>

#include <map>
#include <memory>
#include <vector>

namespace moe::test {

/// Stands in for the terminal: answers in turn what it is asked.
class FakeConsole final : public moectl::Console
{
public:
    [[nodiscard]] bool isColoured() const override { return coloured; }
    [[nodiscard]] Result<QString> askSecret(const QString &prompt) override;
    [[nodiscard]] Result<QString> readLine() override;
    void tell(const QString &line) override { told.append(line); }

    bool coloured = false;
    QStringList typed;
    QStringList input;
    QStringList prompts;
    QStringList told;
};

/// A control API behind a local socket that gives to each operation ("GET /control/v1/users") the reply that was set,
/// else 404; and moectl at the other end.
class FakeDaemon
{
public:
    FakeDaemon();
    ~FakeDaemon();

    void answer(const QByteArray &operation, const QByteArray &body, int status = 200);
    void refuse(const QByteArray &operation, const Error &error, int status);
    void setVersion(const QByteArray &operation, qint64 version);

    /// What came, with its body: "POST /control/v1/users {…}".
    [[nodiscard]] const std::vector<control::Request> &requests() const { return m_requests; }
    [[nodiscard]] control::Request last() const { return m_requests.back(); }
    /// The bodies of the last request of an operation.
    [[nodiscard]] QByteArray bodyOf(const QByteArray &operation) const;

    moectl::Outcome run(const QStringList &arguments);
    moectl::Outcome run(const QString &line) { return run(line.split(u' ', Qt::SkipEmptyParts)); }
    /// What moectl printed with --json; empty if it failed.
    QJsonObject json(const QString &line);

    [[nodiscard]] QString folder() const { return m_folder.path(); }
    std::shared_ptr<FakeConsole> console = std::make_shared<FakeConsole>();

private:
    QCoro::Task<control::Reply> handle(control::Request request, RequestContext context);

    QTemporaryDir m_folder;
    std::map<QByteArray, control::Reply> m_replies;
    std::vector<control::Request> m_requests;
    ctl::LocalServer m_server;
};

}
