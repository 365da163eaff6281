// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/localserver.h"
#include "daemon/ctl/socketpath.h"
#include "daemon/telemetry/log.h"
#include "shared/async/wait.h"
#include "shared/client/controltransport.h"
#include "shared/client/localprotocol.h"

#include <QFile>
#include <QSaveFile>

#include <sys/socket.h>
#include <unistd.h>

namespace moe::ctl {

using namespace std::chrono_literals;

namespace {

constexpr int mostConnections = 32;
constexpr auto requestLimit = 10s;
constexpr auto closeLimit = 5s;

bool isTrustedPeer(const QLocalSocket &socket)
{
    ucred peer = {};
    socklen_t size = sizeof peer;
    if (getsockopt(int(socket.socketDescriptor()), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return false;
    return peer.uid == 0 || peer.uid == geteuid();
}

Result<void> writePathFile(const QString &fileName, const QString &path)
{
    QSaveFile file(fileName);
    if (!file.open(QIODevice::WriteOnly) || file.write(QFile::encodeName(path) + '\n') < 0 || !file.commit())
        return failure(Error::of(ErrorCode::Unavailable,
                                 QStringLiteral("Cannot write %1: %2.").arg(fileName, file.errorString())));
    return {};
}

}

LocalServer::LocalServer(Handler handler) : m_handler(std::move(handler))
{
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    m_server.setMaxPendingConnections(mostConnections);
    QObject::connect(&m_server, &QLocalServer::newConnection, &m_server, [this] { accept(); });
}

LocalServer::~LocalServer()
{
    m_server.close();
    if (!m_pathFile.isEmpty())
        QFile::remove(m_pathFile);
}

Result<void> LocalServer::listen(const QString &dataDirectory)
{
    TRY(const QString path, controlSocketPath(dataDirectory));
    QLocalServer::removeServer(path);
    if (!m_server.listen(path))
        return failure(Error::of(ErrorCode::Unavailable,
                                 QStringLiteral("Cannot listen on %1: %2.").arg(path, m_server.errorString())));
    QFile::setPermissions(path, QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    m_pathFile = dataDirectory + u'/' + client::controlPathFile;
    return writePathFile(m_pathFile, path);
}

void LocalServer::accept()
{
    while (QLocalSocket *const socket = m_server.nextPendingConnection()) {
        socket->setParent(nullptr);
        const client::LocalSocket owned = client::ownLocalSocket(socket);
        if (m_scope.size() >= mostConnections || !isTrustedPeer(*socket)) {
            MOE_LOG(Ctl, Warning, "", "A connection to the control socket was refused",
                    {"reason", isTrustedPeer(*socket) ? "too many at once" : "another user"});
            socket->abort();
            continue;
        }
        m_scope.spawn(serve(owned));
    }
}

QCoro::Task<> LocalServer::serve(client::LocalSocket socket)
{
    RequestContext context;
    context.requestId = newRequestId();
    context.stop = m_scope.token();
    const Result<control::Reply> reply = co_await answer(socket, context);
    if (socket->state() != QLocalSocket::ConnectedState)
        co_return;
    socket->write(client::encodeReply(reply ? *reply : client::replyOf(reply.error(), context.requestId)));
    (void)co_await client::closeLocal(socket, closeLimit, context);
}

Task<control::Reply> LocalServer::answer(client::LocalSocket socket, RequestContext context)
{
    // Who hangs up gives up: what only waits for the database is not done then.
    LinkedStop stop(context.stop);
    QObject guard;
    QObject::connect(socket.get(), &QLocalSocket::disconnected, &guard, [&stop] { stop.requestStop(); });
    context = context.withStop(stop.token());
    CO_TRY(const QByteArray line, co_await client::readLine(socket, requestLimit, context));
    CO_TRY(const control::Request request, client::decodeRequest(line));
    const auto deadline = std::chrono::steady_clock::now() + client::timeLimitOf(request);
    co_return co_await m_handler(request, context.withDeadline(deadline));
}

QCoro::Task<> LocalServer::close()
{
    m_server.close();
    m_scope.requestStop();
    co_await m_scope.join();
}

}
