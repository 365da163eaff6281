// SPDX-License-Identifier: Apache-2.0
#include "tests/simnode/connection.h"

#include <sys/socket.h>

namespace moe::sim {

Connection::Connection(qintptr descriptor, NodeState &state, Serve serve) : m_state(state), m_serve(std::move(serve))
{
    m_state.connectionOpened();
    m_socket.setSocketDescriptor(descriptor);
    m_socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
    connect(&m_socket, &QTcpSocket::readyRead, this, &Connection::process);
    connect(&m_socket, &QTcpSocket::bytesWritten, this, [this] {
        if (m_resetsWhenDrained)
            resetIfDrained();
        else if (m_exchange)
            m_exchange->socketDrained();
    });
    // With unsent bytes Qt holds `disconnected` back, but not this change of state.
    connect(&m_socket, &QTcpSocket::stateChanged, this, [this](QAbstractSocket::SocketState now) {
        if (now == QAbstractSocket::UnconnectedState || !m_isClosing)
            clientGone();
    });
    QMetaObject::invokeMethod(this, &Connection::process, Qt::QueuedConnection);
}

Connection::~Connection()
{
    m_socket.disconnect(this);
    if (m_exchange)
        m_exchange->abandon(Outcome::ClientGone);
    m_state.connectionClosed();
}

void Connection::process()
{
    if (m_exchange && m_exchange->isEnded())
        m_exchange.reset();
    if (m_isGone || m_isClosing)
        return;
    m_parser.feed(m_socket.readAll());
    if (m_parser.buffered() > 2 * RequestParser::maxBodyBytes)
        return clientGone(); // pipelines without end
    while (!m_exchange && !m_isClosing && !m_isGone) {
        const auto found = m_parser.advance();
        if (m_parser.takeContinueWish() && found == RequestParser::State::NeedsMore)
            send("HTTP/1.1 100 Continue\r\n\r\n");
        if (found == RequestParser::State::Failed)
            return refuse();
        if (found == RequestParser::State::NeedsMore)
            return;
        startNext();
    }
}

void Connection::startNext()
{
    m_exchange = std::make_unique<Exchange>(*this, m_state, m_parser.take());
    m_serve(*m_exchange);
    if (m_exchange->isEnded())
        m_exchange.reset();
}

void Connection::refuse()
{
    const QByteArray reason = m_parser.failureReason();
    send("HTTP/1.1 " + QByteArray::number(m_parser.failureStatus())
         + " Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nx-simulated: true\r\nConnection: close\r\n"
           "Content-Length: "
         + QByteArray::number(reason.size()) + "\r\n\r\n" + reason);
    closeOrderly();
}

void Connection::send(const QByteArray &bytes)
{
    if (m_isGone || m_isClosing)
        return;
    m_socket.write(bytes);
    m_socket.flush();
}

void Connection::closeOrderly()
{
    m_isClosing = true;
    m_socket.disconnectFromHost(); // after what is still unsent
}

void Connection::closeWithReset()
{
    m_isClosing = m_resetsWhenDrained = true;
    resetIfDrained();
}

void Connection::resetIfDrained()
{
    if (m_socket.bytesToWrite() > 0)
        return;
    const linger dropAll{1, 0};
    setsockopt(int(m_socket.socketDescriptor()), SOL_SOCKET, SO_LINGER, &dropAll, sizeof(dropAll));
    m_socket.abort();
}

void Connection::exchangeEnded()
{
    // The exchange may be what calls.
    QMetaObject::invokeMethod(this, &Connection::process, Qt::QueuedConnection);
}

void Connection::clientGone()
{
    if (std::exchange(m_isGone, true))
        return;
    if (m_exchange)
        m_exchange->abandon(Outcome::ClientGone);
    Q_EMIT closed();
}

}
