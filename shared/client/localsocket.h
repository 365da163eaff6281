// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/context.h"
#include "shared/async/task.h"

#include <QLocalSocket>

#include <chrono>
#include <memory>

/// Coroutine face of QLocalSocket, for both ends of the local protocol.
namespace moe::client {

using LocalSocket = std::shared_ptr<QLocalSocket>;

/// Takes the socket over. It is deleted by the event loop: the last owner may be running inside one of its signals.
[[nodiscard]] LocalSocket ownLocalSocket(QLocalSocket *socket);

/// Unavailable if nobody listens there.
[[nodiscard]] Task<void> connectLocal(LocalSocket socket, QString path, RequestContext context);

/// The next line without its end. TooLarge above localLineLimit, Unavailable if the other side closes before,
/// Timeout after `limit`.
[[nodiscard]] Task<QByteArray> readLine(LocalSocket socket, std::chrono::milliseconds limit, RequestContext context);

/// Sends what is waiting to be sent, then closes; at the latest after `limit`.
[[nodiscard]] Task<void> closeLocal(LocalSocket socket, std::chrono::milliseconds limit, RequestContext context);

}
