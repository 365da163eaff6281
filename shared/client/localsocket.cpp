// SPDX-License-Identifier: Apache-2.0
#include "shared/client/localsocket.h"
#include "shared/async/completion.h"
#include "shared/async/wait.h"
#include "shared/client/localprotocol.h"

namespace moe::client {

namespace {

constexpr qint64 pieceLimit = 256 * 1024;

Error closedByPeer()
{
    return Error::of(ErrorCode::Unavailable,
                     QStringLiteral("The connection was closed before a whole line had arrived."));
}

Error tooLong() { return Error::of(ErrorCode::TooLarge, QStringLiteral("The line is longer than 16 MiB.")); }

/// A line that arrives in pieces, each of which is looked through once.
class LineBuffer
{
public:
    /// True once the line is complete.
    bool take(const QByteArray &piece)
    {
        const qsizetype end = piece.indexOf('\n');
        m_line += QByteArrayView(piece).first(end < 0 ? piece.size() : end);
        if (m_line.size() > localLineLimit) {
            // Read to its end, because closing with unread input would take the answer from the other side.
            m_isTooLong = true;
            m_line.clear();
        }
        return end >= 0;
    }
    Result<QByteArray> line() const { return m_isTooLong ? Result<QByteArray>(failure(tooLong())) : m_line; }

private:
    QByteArray m_line;
    bool m_isTooLong = false;
};

Task<QByteArray> readLineUntilStopped(LocalSocket socket, RequestContext context)
{
    const Completion<Result<QByteArray>> done;
    LineBuffer buffer;
    const auto look = [done, &buffer, from = socket.get()] {
        if (done.isCompleted())
            return;
        if (buffer.take(from->bytesAvailable() > 0 ? from->readAll() : QByteArray()))
            done.complete(buffer.line());
        else if (from->state() != QLocalSocket::ConnectedState)
            done.complete(failure(closedByPeer()));
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
    socket->setReadBufferSize(pieceLimit);
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
