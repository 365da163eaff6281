// SPDX-License-Identifier: Apache-2.0
#include "shared/client/localsocket.h"
#include "shared/async/completion.h"
#include "shared/async/wait.h"
#include "shared/client/localprotocol.h"

namespace moe::client {

namespace {

Error closedByPeer()
{
    return Error::of(ErrorCode::Unavailable,
                     QStringLiteral("The connection was closed before a whole line had arrived."));
}

Error tooLong() { return Error::of(ErrorCode::TooLarge, QStringLiteral("The line is longer than 1 MiB.")); }

Task<QByteArray> readLineUntilStopped(LocalSocket socket, RequestContext context)
{
    const Completion<Result<QByteArray>> done;
    bool isTooLong = false;
    const auto look = [done, &isTooLong, from = socket.get()] {
        if (from->canReadLine()) {
            const QByteArray line = from->readLine();
            done.complete(isTooLong ? Result<QByteArray>(failure(tooLong())) : line.chopped(1));
        } else if (from->state() != QLocalSocket::ConnectedState) {
            done.complete(failure(closedByPeer()));
        } else if (from->bytesAvailable() > localLineLimit) {
            // Read to its end, because closing with unread input would take the answer from the other side.
            isTooLong = true;
            from->readAll();
        }
    };
    QObject guard;
    QObject::connect(socket.get(), &QLocalSocket::readyRead, &guard, look);
    QObject::connect(socket.get(), &QLocalSocket::disconnected, &guard, look);
    const StopWatcher watcher(context.stop, [done] { done.complete(failure(Error::cancelled())); });
    look();
    co_return co_await done;
}

Task<void> awaitClosed(LocalSocket socket, RequestContext context)
{
    const Completion<Result<void>> done;
    QObject guard;
    QObject::connect(socket.get(), &QLocalSocket::disconnected, &guard, [done] { done.complete({}); });
    const StopWatcher watcher(context.stop, [done] { done.complete(failure(Error::cancelled())); });
    socket->disconnectFromServer();
    if (socket->state() == QLocalSocket::UnconnectedState)
        done.complete({});
    co_return co_await done;
}

}

LocalSocket ownLocalSocket(QLocalSocket *socket)
{
    socket->setReadBufferSize(localLineLimit + 1);
    return LocalSocket(socket, [](QLocalSocket *owned) { owned->deleteLater(); });
}

Task<void> connectLocal(LocalSocket socket, QString path, RequestContext context)
{
    const Completion<Result<void>> done;
    QObject guard;
    QObject::connect(socket.get(), &QLocalSocket::connected, &guard, [done] { done.complete({}); });
    QObject::connect(socket.get(), &QLocalSocket::errorOccurred, &guard, [done, from = socket.get()] {
        done.complete(failure(Error::of(ErrorCode::Unavailable, from->errorString())));
    });
    const StopWatcher watcher(context.stop, [done] { done.complete(failure(Error::cancelled())); });
    socket->connectToServer(path);
    co_return co_await done;
}

Task<QByteArray> readLine(LocalSocket socket, std::chrono::milliseconds limit, RequestContext context)
{
    co_return co_await withTimeout<QByteArray>(
        std::move(context), limit, QStringLiteral("The other side sent nothing for too long."),
        [socket](RequestContext limited) { return readLineUntilStopped(socket, std::move(limited)); });
}

Task<void> closeLocal(LocalSocket socket, std::chrono::milliseconds limit, RequestContext context)
{
    const Result<void> closed = co_await withTimeout<void>(
        std::move(context), limit, QStringLiteral("The other side does not read."),
        [socket](RequestContext limited) { return awaitClosed(socket, std::move(limited)); });
    if (!closed)
        socket->abort();
    co_return closed;
}

}
