// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/completion.h"
#include "shared/async/taskscope.h"
#include "shared/client/httptransport.h"

#include <functional>
#include <vector>

namespace moe::moectl {

/// Carries the messages of a client that speaks the Model Context Protocol over pipes to a daemon's tool server, and
/// the answers and whatever else the server says back. A session that the daemon has forgotten is begun anew without
/// the client noticing.
class McpBridge
{
public:
    using Write = std::function<void(const QByteArray &line)>;

    /// `write` gets what is for the client, `log` what is for people.
    McpBridge(std::shared_ptr<client::HttpTransport> transport, Write write, Write log);
    McpBridge(const McpBridge &) = delete;
    McpBridge &operator=(const McpBridge &) = delete;

    /// A message of the client. Ends when the next one may be taken: those that begin the session are answered by then.
    [[nodiscard]] QCoro::Task<> take(QByteArray line);
    /// There are no more: ends with the session, when all have been answered or that took too long.
    [[nodiscard]] QCoro::Task<> end(std::chrono::milliseconds patience);

private:
    struct Answer;
    [[nodiscard]] QCoro::Task<> pass(QByteArray line);
    [[nodiscard]] Task<client::HttpHead> exchange(QByteArray method, QByteArray line, std::shared_ptr<Answer> answer,
                                                  RequestContext context);
    [[nodiscard]] Task<client::HttpHead> post(QByteArray line, std::shared_ptr<Answer> answer);
    [[nodiscard]] QCoro::Task<> listen(RequestContext context);
    [[nodiscard]] QCoro::Task<bool> renew(QByteArray lostSession);
    [[nodiscard]] QCoro::Task<bool> beginAnew();
    [[nodiscard]] QCoro::Task<> forget();
    [[nodiscard]] QList<std::pair<QByteArray, QByteArray>> headers() const;
    void noteSession(const client::HttpHead &head, const Answer &answer);
    void refuse(const QByteArray &line, const Result<client::HttpHead> &head, const QByteArray &body);
    void deliver(const QByteArray &message) const;

    const std::shared_ptr<client::HttpTransport> m_transport;
    const Write m_write;
    const Write m_log;
    TaskScope m_passing;
    TaskScope m_listening;
    std::stop_source m_listen; // of the session there is
    QByteArray m_session;
    QByteArray m_revision;
    QByteArray m_initialize; // the client's
    bool m_isRenewing = false;
    std::vector<Completion<bool>> m_renewed; // who waits for that, too
};

}
