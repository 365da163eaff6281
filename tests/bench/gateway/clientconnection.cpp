// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/gateway/clientconnection.h"

#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <system_error>

namespace moe::bench {

Descriptor connectingSocket(std::uint16_t port)
{
    Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int on = 1;
    ::setsockopt(socket.value(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket.value(), reinterpret_cast<sockaddr *>(&address), sizeof address) != 0 && errno != EINPROGRESS)
        throw std::system_error(errno, std::generic_category(), "connect");
    return socket;
}

ClientConnection &ClientConnection::open(EventLoop &loop, ClientEvents &events, std::uint16_t port, std::size_t slot)
{
    return *loop.add(std::make_unique<ClientConnection>(loop, events, connectingSocket(port), slot), EPOLLOUT);
}

ClientConnection::ClientConnection(EventLoop &loop, ClientEvents &events, Descriptor socket, std::size_t slot)
    : m_loop(loop)
    , m_events(events)
    , m_socket(std::move(socket))
    , m_sink([this](std::string_view part) { m_events.received(*this, part); })
    , m_watched(EPOLLOUT)
    , m_slot(slot)
{ }

void ClientConnection::send(std::string_view request)
{
    m_parser.reset();
    m_isAwaiting = true;
    m_unsent = request;
    write();
}

void ClientConnection::setReading(bool isReading)
{
    m_isReading = isReading;
    watch();
}

void ClientConnection::close()
{
    m_isClosed = true;
    m_loop.remove(*this);
}

void ClientConnection::ready(std::uint32_t events)
{
    if (!m_isConnected) {
        if (hasConnected())
            m_events.connected(*this);
        return;
    }
    if (events & EPOLLOUT)
        write();
    if ((events & ~EPOLLOUT) && !m_isClosed)
        read();
}

bool ClientConnection::hasConnected()
{
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(m_socket.value(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
        fail("refused");
        return false;
    }
    m_isConnected = true;
    watch();
    return true;
}

void ClientConnection::write()
{
    while (!m_unsent.empty()) {
        const auto count = ::send(m_socket.value(), m_unsent.data(), m_unsent.size(), MSG_NOSIGNAL);
        // What the other side said before it closed is read first; reading then finds the end.
        if (count < 0)
            break;
        m_unsent.remove_prefix(static_cast<std::size_t>(count));
    }
    watch();
}

void ClientConnection::read()
{
    static std::array<char, 256 * 1024> buffer;
    const auto count = ::recv(m_socket.value(), buffer.data(), buffer.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (count <= 0)
        return fail(m_isAwaiting ? "cut" : "closed while idle");
    if (!m_isAwaiting)
        return fail("answer without a request");
    m_parser.feed({buffer.data(), static_cast<std::size_t>(count)}, m_sink);
    if (m_parser.isBad())
        return fail("not HTTP");
    if (m_parser.isComplete() && !m_isClosed) {
        m_isAwaiting = false;
        m_events.answered(*this);
    }
}

void ClientConnection::fail(std::string_view reason)
{
    close();
    m_events.failed(*this, reason);
}

void ClientConnection::watch()
{
    const std::uint32_t wanted = (m_isReading ? EPOLLIN : 0U) | (m_unsent.empty() ? 0U : EPOLLOUT);
    if (wanted != m_watched && !m_isClosed)
        m_loop.setEvents(*this, wanted);
    m_watched = wanted;
}

}
