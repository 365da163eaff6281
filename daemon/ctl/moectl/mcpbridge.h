// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/taskscope.h"
#include "shared/client/httptransport.h"

#include <functional>

namespace moe::moectl {

/// Carries the messages of a client that speaks the Model Context Protocol over pipes to a daemon's tool server, and
/// the answers back. A session that the daemon has forgotten is begun anew without the client noticing.
class McpBridge
{
public:
    using Write = std::function<void(const QByteArray &line)>;

    /// `write` gets what is for the client, `log` what is for people.
    McpBridge(std::shared_ptr<client::HttpTransport> transport, Write write, Write log);
    McpBridge(const McpBridge &) = delete;
    McpBridge &operator=(const McpBridge &) = delete;

    /// A message of the client. Ends when it has been passed on and answered; the first one, which begins the session,
    /// is to be waited for.
    [[nodiscard]] QCoro::Task<> pass(QByteArray line, RequestContext context);
    /// Ends the session.
    [[nodiscard]] QCoro::Task<> end();

private:
    struct Answer;
    [[nodiscard]] Task<client::HttpHead> post(QByteArray line, std::shared_ptr<Answer> answer, RequestContext context);
    [[nodiscard]] QCoro::Task<bool> beginAnew(RequestContext context);
    [[nodiscard]] QList<std::pair<QByteArray, QByteArray>> headers() const;
    void noteSession(const client::HttpHead &head, const Answer &answer);
    void deliver(const QByteArray &message) const;

    const std::shared_ptr<client::HttpTransport> m_transport;
    const Write m_write;
    const Write m_log;
    QByteArray m_session;
    QByteArray m_revision;
    QByteArray m_initialize; // the client's
};

}
