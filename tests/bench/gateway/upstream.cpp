// SPDX-License-Identifier: Apache-2.0
// moe-bench-upstream [--port N]: a stub model server that answers without delay, for measuring what stands before it.
// Prints "ready PORT" once it listens and runs until it is terminated.
#include "tests/bench/gateway/options.h"
#include "tests/bench/gateway/upstreamconnection.h"

#include <cerrno>
#include <cstdio>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <print>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <system_error>

using namespace moe::bench;

namespace {

constexpr int Backlog = 4096;

/// Accepts connections on a port of the loopback interface.
class Listener : public Watcher
{
public:
    Listener(EventLoop &loop, std::uint16_t port)
        : m_loop(loop)
        , m_socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))
    {
        const int on = 1;
        ::setsockopt(m_socket.value(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        sockaddr_in address = loopback(port);
        if (::bind(m_socket.value(), reinterpret_cast<sockaddr *>(&address), sizeof address) != 0
            || ::listen(m_socket.value(), Backlog) != 0)
            throw std::system_error(errno, std::generic_category(), "listen");
    }

    int descriptor() const override { return m_socket.value(); }

    void ready(std::uint32_t) override
    {
        for (;;) {
            Descriptor client(::accept4(m_socket.value(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
            if (!client.isValid())
                return;
            const int on = 1;
            ::setsockopt(client.value(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            m_loop.add(std::make_unique<UpstreamConnection>(m_loop, m_state, std::move(client)), EPOLLIN);
        }
    }

    std::uint16_t port() const
    {
        sockaddr_in address = loopback(0);
        socklen_t size = sizeof address;
        ::getsockname(m_socket.value(), reinterpret_cast<sockaddr *>(&address), &size);
        return ntohs(address.sin_port);
    }

private:
    static sockaddr_in loopback(std::uint16_t port)
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return address;
    }

    EventLoop &m_loop;
    UpstreamState m_state;
    Descriptor m_socket;
};

}

int main(int argc, char **argv)
{
    const Options options(argc, argv, 1);
    const auto port = static_cast<std::uint16_t>(options.count("port", 0));
    options.refuseUnknown();
    prepareProcess();
    EventLoop loop;
    const Listener *listener = loop.add(std::make_unique<Listener>(loop, port), EPOLLIN);
    std::println("ready {}", listener->port());
    std::fflush(stdout);
    loop.runUntil(TimePoint::max());
}
