// SPDX-License-Identifier: Apache-2.0
#include "shared/client/localtransport.h"

#include "shared/client/localprotocol.h"
#include "shared/client/localsocket.h"

#include <QFile>

using namespace Qt::StringLiterals;

namespace moe::client {

using namespace std::chrono_literals;

namespace {

/// What the daemon may need beside the work itself.
constexpr auto grace = 15s;
constexpr qint64 longestPath = 4096;

Error notRunning(const QString &dataDirectory, const QString &why)
{
    return Error::of(ErrorCode::Unavailable,
                     u"No running daemon can be reached through the data directory %1 (%2). Start moed, name its "
                     "directory with --data-dir, or run this as the daemon's user."_s.arg(dataDirectory, why),
                     u"daemon_not_running"_s);
}

Result<QString> socketPath(const QString &dataDirectory)
{
    QFile file(dataDirectory + u'/' + controlPathFile);
    if (!file.open(QIODevice::ReadOnly))
        return failure(notRunning(dataDirectory, file.errorString()));
    return QFile::decodeName(file.read(longestPath).trimmed());
}

}

Task<control::Reply> LocalTransport::send(control::Request request, RequestContext context)
{
    CO_TRY(const QString path, socketPath(m_dataDirectory));
    const LocalSocket socket = ownLocalSocket(new QLocalSocket);
    if (const auto connected = co_await connectLocal(socket, path, context); !connected)
        co_return failure(notRunning(m_dataDirectory, connected.error().message));
    const QByteArray line = encodeRequest(request);
    if (line.size() > localLineLimit)
        co_return failure(Error::of(ErrorCode::TooLarge, u"The request is larger than 16 MiB."_s));
    socket->write(line);
    CO_TRY(const QByteArray answer,
           co_await readLine(socket, timeLeft(context, timeLimitOf(request) + grace), context));
    co_return decodeReply(answer);
}

Task<void> LocalTransport::listen(QByteArray, std::function<void(QByteArrayView)>, RequestContext)
{
    co_return failure(Error::of(ErrorCode::Conflict, u"The local socket has no live feed; sign in over HTTP."_s));
}

}
