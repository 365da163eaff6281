// SPDX-License-Identifier: Apache-2.0
#include "shared/client/localcall.h"
#include "shared/client/localsocket.h"

#include <QFile>

namespace moe::client {

using namespace std::chrono_literals;

namespace {

constexpr auto answerLimit = 60s;
constexpr qint64 longestPath = 4096;

Error notRunning(const QString &dataDirectory, const QString &why)
{
    return Error::of(
        ErrorCode::Unavailable,
        QStringLiteral("No running daemon can be reached through the data directory %1 (%2). Start moed, name "
                       "its directory with --data-dir, or run this as the daemon's user.")
            .arg(dataDirectory, why),
        QStringLiteral("daemon_not_running"));
}

Result<QString> socketPath(const QString &dataDirectory)
{
    QFile file(dataDirectory + u'/' + controlPathFile);
    if (!file.open(QIODevice::ReadOnly))
        return failure(notRunning(dataDirectory, file.errorString()));
    return QFile::decodeName(file.read(longestPath).trimmed());
}

}

Task<QJsonObject> callLocal(QString dataDirectory, LocalRequest request, RequestContext context)
{
    CO_TRY(const QString path, socketPath(dataDirectory));
    const LocalSocket socket = ownLocalSocket(new QLocalSocket);
    if (const auto connected = co_await connectLocal(socket, path, context); !connected)
        co_return failure(notRunning(dataDirectory, connected.error().message));
    socket->write(encodeRequest(request));
    CO_TRY(const QByteArray line, co_await readLine(socket, answerLimit, context));
    co_return decodeAnswer(line);
}

}
