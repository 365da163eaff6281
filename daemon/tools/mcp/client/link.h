// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/mcp/revision.h"
#include "shared/async/context.h"
#include "shared/async/task.h"

#include <QByteArray>

#include <functional>
#include <memory>

namespace moe::tools::mcp {

/// No message of another server may be larger.
inline constexpr qsizetype largestMessage = 1024 * 1024;

/// The way to another server and back: one session, or one process. After it was lost another is made. One thread; it
/// outlives its tasks.
class Link
{
public:
    using Receiver = std::function<void(QByteArray message)>;

    Link() = default;
    Link(const Link &) = delete;
    Link &operator=(const Link &) = delete;
    virtual ~Link() = default;

    /// Who is told of what the server says, unchecked. Set before anything is sent.
    void setReceiver(Receiver receiver) { m_receiver = std::move(receiver); }

    /// Ends when the server has the message, or not later than the context's deadline. Fails with BadGateway; its
    /// reason is "session_lost" if the whole link is of no use any more.
    [[nodiscard]] virtual Task<void> send(QByteArray message, RequestContext context) = 0;
    /// Whether the answer to a request has come by the time send() ends, or never will.
    [[nodiscard]] virtual bool answersWhileSending() const = 0;
    /// The server has been met, and this is spoken from now on.
    virtual void agreeOn(Revision revision) = 0;
    /// Receives what the server says of its own accord, until the context is stopped. Fails when the server is lost.
    [[nodiscard]] virtual Task<void> listen(RequestContext context) = 0;
    /// Takes leave, as far as the server lets us before the context's deadline.
    [[nodiscard]] virtual QCoro::Task<> close(RequestContext context) = 0;

protected:
    void receive(QByteArray message) const { m_receiver(std::move(message)); }

private:
    Receiver m_receiver;
};

/// Makes a link, or fails if that is hopeless for now.
using LinkFactory = std::function<Result<std::shared_ptr<Link>>()>;

/// What went wrong between us and another server: BadGateway. `message` names neither its address nor what it said.
[[nodiscard]] Error linkError(QString message, QString reason = QStringLiteral("remote_lost"));

}
