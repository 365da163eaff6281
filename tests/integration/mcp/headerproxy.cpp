// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/mcp/headerproxy.h"

#include <QTcpSocket>

namespace moe::test {

namespace {

/// Both ends of one connection; gone with the first of them.
class Relay final : public QObject
{
public:
    Relay(QTcpSocket *client, quint16 target, const QByteArray &header, QObject *parent)
        : QObject(parent)
        , m_client(client)
        , m_requests(header)
    {
        m_client->setParent(this);
        connect(&m_server, &QTcpSocket::connected, this, [this] {
            connect(m_client, &QTcpSocket::readyRead, this, [this] { passRequests(); });
            passRequests();
        });
        connect(&m_server, &QTcpSocket::readyRead, this, [this] { m_client->write(m_server.readAll()); });
        connect(&m_server, &QTcpSocket::disconnected, m_client, &QTcpSocket::disconnectFromHost);
        connect(&m_server, &QTcpSocket::errorOccurred, m_client, &QTcpSocket::disconnectFromHost);
        connect(m_client, &QTcpSocket::disconnected, this, &QObject::deleteLater);
        m_server.connectToHost(QHostAddress::LocalHost, target);
    }

private:
    void passRequests()
    {
        if (const auto bytes = m_requests.take(m_client->readAll()))
            m_server.write(*bytes);
        else
            m_client->abort();
    }

    QTcpSocket *const m_client;
    QTcpSocket m_server;
    HeaderInserter m_requests;
};

}

void HeaderInserter::pass(qsizetype size, QByteArray &out)
{
    out += m_waiting.first(size);
    m_waiting.remove(0, size);
}

/// False if it is not complete yet.
bool HeaderInserter::takeHead(QByteArray &out)
{
    const auto head = http::checkHead(m_waiting, m_scanned, m_limits);
    if (!head || !*head)
        return false;
    const qsizetype firstLine = m_waiting.indexOf("\r\n") + 2;
    pass(firstLine, out);
    out += m_header + "\r\n";
    pass((*head)->size - firstLine, out);
    m_scanned = 0;
    m_left = (*head)->contentLength;
    if ((*head)->bodyKind == http::BodyKind::Chunked)
        m_chunked.emplace(m_limits);
    return true;
}

/// False if it is none.
bool HeaderInserter::takeBody(QByteArray &out)
{
    if (!m_chunked) {
        const qsizetype size = std::min(m_left, m_waiting.size());
        m_left -= size;
        pass(size, out);
        return true;
    }
    const auto size = m_chunked->consume(m_waiting);
    if (!size)
        return false;
    (void)m_chunked->takeData();
    pass(*size, out);
    if (m_chunked->isComplete())
        m_chunked.reset();
    return true;
}

std::optional<QByteArray> HeaderInserter::take(const QByteArray &bytes)
{
    m_waiting += bytes;
    QByteArray out;
    while (!m_waiting.isEmpty()) {
        if (m_left > 0 || m_chunked) {
            if (!takeBody(out))
                return std::nullopt;
        } else if (!takeHead(out)) {
            break;
        }
    }
    return m_waiting.size() > m_limits.headBytes ? std::nullopt : std::optional(out);
}

HeaderProxy::HeaderProxy(quint16 target, const QByteArray &header)
{
    QObject::connect(&m_server, &QTcpServer::newConnection, &m_server, [this, target, header] {
        while (QTcpSocket *const client = m_server.nextPendingConnection())
            new Relay(client, target, header, &m_server);
    });
    if (!m_server.listen(QHostAddress::LocalHost))
        qFatal("The proxy cannot listen.");
}

}
