// SPDX-License-Identifier: Apache-2.0
#include "tests/support/rawhttpclient.h"

#include <QHostAddress>
#include <QTest>

#include <sys/socket.h>

namespace moe::test {

RawHttpClient::RawHttpClient()
{
    QObject::connect(&m_socket, &QTcpSocket::readyRead, &m_socket, [this] { read(); });
    QObject::connect(&m_socket, &QTcpSocket::disconnected, &m_socket, [this] {
        read();
        m_parser.close();
    });
    QObject::connect(&m_socket, &QTcpSocket::errorOccurred, &m_socket, [this](QAbstractSocket::SocketError error) {
        m_isReset = m_isReset || error == QAbstractSocket::NetworkError;
    });
}

RawHttpClient::~RawHttpClient()
{
    m_socket.disconnect();
    m_socket.abort();
}

bool RawHttpClient::connectTo(quint16 port)
{
    m_socket.connectToHost(QHostAddress::LocalHost, port);
    if (!waitFor([this] { return m_socket.state() == QAbstractSocket::ConnectedState; }, defaultPatience))
        return false;
    m_socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
    return true;
}

QByteArray RawHttpClient::request(const QByteArray &method, const QByteArray &path, const Headers &headers,
                                  const QByteArray &body)
{
    QByteArray bytes = method + ' ' + path + " HTTP/1.1\r\nHost: localhost\r\n";
    for (const auto &[name, value] : headers)
        bytes += name + ": " + value + "\r\n";
    if (!body.isEmpty())
        bytes += "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
    return bytes + "\r\n" + body;
}

void RawHttpClient::send(const QByteArray &bytes)
{
    m_socket.write(bytes);
    m_socket.flush();
}

bool RawHttpClient::exchange(const QByteArray &bytes, Milliseconds patience)
{
    nextResponse(bytes.startsWith("HEAD "));
    send(bytes);
    return waitForResponse(patience);
}

bool RawHttpClient::waitForResponse(Milliseconds patience)
{
    return waitUntil([](const HttpResponse &response) { return response.isComplete; }, patience);
}

bool RawHttpClient::waitUntil(const std::function<bool(const HttpResponse &)> &condition, Milliseconds patience)
{
    const auto isMet = [this, &condition] { return condition(m_parser.response()); };
    const auto isOver
        = [this, &isMet] { return isMet() || isClosed() || !error().isEmpty() || m_parser.response().isComplete; };
    return waitFor(isOver, patience) && isMet();
}

bool RawHttpClient::waitForClose(Milliseconds patience)
{
    return waitFor([this] { return isClosed(); }, patience);
}

bool RawHttpClient::waitFor(const std::function<bool()> &condition, Milliseconds patience)
{
    return QTest::qWaitFor(condition, QDeadlineTimer(patience));
}

void RawHttpClient::read()
{
    if (!m_isReading || m_socket.bytesAvailable() == 0)
        return;
    const QByteArray bytes = m_socket.readAll();
    m_received += bytes.size();
    m_parser.feed(bytes);
}

void RawHttpClient::close() { m_socket.disconnectFromHost(); }

void RawHttpClient::reset()
{
    const linger atOnce{1, 0};
    setsockopt(int(m_socket.socketDescriptor()), SOL_SOCKET, SO_LINGER, &atOnce, sizeof atOnce);
    m_socket.abort();
}

void RawHttpClient::closeSending()
{
    m_socket.flush();
    shutdown(int(m_socket.socketDescriptor()), SHUT_WR);
}

void RawHttpClient::stopReading()
{
    m_isReading = false;
    m_socket.setReadBufferSize(1); // Qt stops reading the socket once it holds that much
}

void RawHttpClient::resumeReading()
{
    m_isReading = true;
    m_socket.setReadBufferSize(0);
    read();
}

}
