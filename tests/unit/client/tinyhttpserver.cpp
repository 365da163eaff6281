// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/client/tinyhttpserver.h"

#include <QTcpSocket>

namespace moe::test {

namespace {

bool isWhole(const QByteArray &request)
{
    const qsizetype end = request.indexOf("\r\n\r\n");
    if (end < 0)
        return false;
    const QByteArray head = request.first(end).toLower() + "\r\n";
    const qsizetype at = head.indexOf("content-length:");
    const qsizetype length = at < 0 ? 0 : head.sliced(at + 15, head.indexOf('\r', at) - at - 15).trimmed().toLongLong();
    return request.size() >= end + 4 + length;
}

std::unique_ptr<QTcpServer> makeServer(const QSslConfiguration &tls)
{
    if (tls.isNull())
        return std::make_unique<QTcpServer>();
    auto server = std::make_unique<QSslServer>();
    server->setSslConfiguration(tls);
    return server;
}

}

TinyHttpServer::TinyHttpServer(Answer answer, const QSslConfiguration &tls)
    : m_answer(std::move(answer))
    , m_isEncrypted(!tls.isNull())
    , m_server(makeServer(tls))
{
    QObject::connect(m_server.get(), &QTcpServer::pendingConnectionAvailable, m_server.get(), [this] {
        while (QTcpSocket *const socket = m_server->nextPendingConnection())
            serve(socket);
    });
    if (!m_server->listen(QHostAddress::LocalHost))
        qFatal("no free port");
}

QUrl TinyHttpServer::url() const
{
    QUrl url;
    url.setScheme(m_isEncrypted ? QStringLiteral("https") : QStringLiteral("http"));
    url.setHost(QStringLiteral("127.0.0.1"));
    url.setPort(m_server->serverPort());
    return url;
}

void TinyHttpServer::serve(QTcpSocket *socket)
{
    const auto received = std::make_shared<QByteArray>();
    const auto look = [this, socket, received] {
        *received += socket->readAll();
        if (!isWhole(*received))
            return;
        m_requests.push_back(std::exchange(*received, {}));
        const QByteArray answer = m_answer(m_requests.back());
        if (answer.isEmpty())
            return;
        socket->write(answer);
        socket->disconnectFromHost();
    };
    QObject::connect(socket, &QTcpSocket::readyRead, socket, look);
    look();
}

}
