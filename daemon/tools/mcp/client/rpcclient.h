// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/mcp/client/link.h"
#include "daemon/tools/mcp/jsonrpc.h"
#include "shared/async/completion.h"
#include "shared/async/taskscope.h"

#include <map>
#include <optional>

namespace moe::tools::mcp {

/// Our end of the conversation with another server: questions and their answers. Nothing is offered to the server: its
/// own questions, but for ping, are refused. One thread; whoever made it awaits end() before he lets go.
class RpcClient
{
public:
    explicit RpcClient(std::shared_ptr<Link> link);
    RpcClient(const RpcClient &) = delete;
    RpcClient &operator=(const RpcClient &) = delete;

    /// Meets the server: initialize.
    [[nodiscard]] Task<void> meet(RequestContext context);
    /// Whether the server that was met is this software, too.
    [[nodiscard]] bool isOfOurKind() const { return m_isOfOurKind; }
    /// The result of a request as JSON text. InvalidRequest "invalid_arguments", with what the server says, if it takes
    /// the parameters for wrong; BadGateway "remote_failed" if it answers with another error, and "remote_lost" if it
    /// does not answer; Timeout, Cancelled: then the server is told that nobody waits any longer.
    /// `params` is JSON text of an object.
    [[nodiscard]] Task<QByteArray> ask(QByteArray method, QByteArray params, RequestContext context);

    /// Waits until the server's list of tools has changed (true), or for so long. Fails when the server is lost. One
    /// waits at a time.
    [[nodiscard]] Task<bool> listChange(std::chrono::milliseconds limit, RequestContext context);

    /// Takes leave; what is asked fails.
    [[nodiscard]] QCoro::Task<> end(std::chrono::milliseconds limit);

private:
    using Answer = Result<QByteArray>;

    QCoro::Task<> deliver(qint64 id, QByteArray message, RequestContext context);
    QCoro::Task<> tell(QByteArray message);
    QCoro::Task<> listen();
    void tellSoon(QByteArray message);
    void receive(const QByteArray &text);
    void take(const Message &message);
    void finish(qint64 id, const Answer &answer);
    void lose(const Error &error);

    const std::shared_ptr<Link> m_link;
    TaskScope m_scope;
    std::map<qint64, Completion<Answer>> m_questions;
    qint64 m_lastId = 0;
    bool m_isOfOurKind = false;
    bool m_hasListChanged = false;
    std::optional<Error> m_lost;
    std::optional<Completion<bool>> m_wake; // of listChange()
};

}
