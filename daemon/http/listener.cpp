// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/listener.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace moe::http {

namespace {

constexpr int backlog = 4096;
constexpr std::chrono::milliseconds flushTime{500}; // for last bytes when the daemon stops

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = 0;
    [[nodiscard]] const sockaddr *get() const { return reinterpret_cast<const sockaddr *>(&storage); }
};

SocketAddress toNative(const QHostAddress &address, quint16 port)
{
    SocketAddress native;
    bool isIpv4 = false;
    const quint32 ipv4 = address.toIPv4Address(&isIpv4);
    if (isIpv4 || address == QHostAddress(QHostAddress::AnyIPv4)) {
        auto *const in = reinterpret_cast<sockaddr_in *>(&native.storage);
        in->sin_family = AF_INET;
        in->sin_port = htons(port);
        in->sin_addr.s_addr = htonl(ipv4);
        native.size = sizeof(sockaddr_in);
    } else {
        auto *const in6 = reinterpret_cast<sockaddr_in6 *>(&native.storage);
        in6->sin6_family = AF_INET6;
        in6->sin6_port = htons(port);
        const Q_IPV6ADDR ipv6 = address.toIPv6Address();
        std::memcpy(&in6->sin6_addr, &ipv6, sizeof ipv6);
        native.size = sizeof(sockaddr_in6);
    }
    return native;
}

Result<int> bindSocket(const QHostAddress &address, quint16 port, bool isShared)
{
    const SocketAddress native = toNative(address, port);
    const int descriptor = socket(native.get()->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0)
        return failure(Error::of(
            ErrorCode::Unavailable,
            QStringLiteral("No socket could be opened: %1").arg(QString::fromLocal8Bit(std::strerror(errno)))));
    const int on = 1;
    const int off = 0;
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (native.get()->sa_family == AF_INET6)
        setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (isShared)
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    if (bind(descriptor, native.get(), native.size) != 0) {
        const int error = errno;
        close(descriptor);
        const QString what = error == EADDRINUSE ? QStringLiteral("another program has it (a second daemon?)")
                                                 : QString::fromLocal8Bit(std::strerror(error));
        return failure(
            Error::of(ErrorCode::Conflict,
                      QStringLiteral("Port %1 on %2 cannot be used: %3").arg(port).arg(address.toString(), what)));
    }
    return descriptor;
}

quint16 boundPort(int descriptor)
{
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    if (getsockname(descriptor, reinterpret_cast<sockaddr *>(&storage), &size) != 0)
        return 0;
    return ntohs(storage.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6 *>(&storage)->sin6_port
                                               : reinterpret_cast<sockaddr_in *>(&storage)->sin_port);
}

}

bool ConnectionGate::enter(const QHostAddress &address)
{
    const std::lock_guard lock(m_mutex);
    if (m_count >= m_limit)
        return false;
    if (!address.isLoopback() && ++m_perAddress[address] > m_limitPerAddress) {
        --m_perAddress[address];
        return false;
    }
    ++m_count;
    return true;
}

void ConnectionGate::leave(const QHostAddress &address)
{
    const std::lock_guard lock(m_mutex);
    --m_count;
    const auto it = m_perAddress.find(address);
    if (it != m_perAddress.end() && --*it == 0)
        m_perAddress.erase(it);
}

int ConnectionGate::count() const
{
    const std::lock_guard lock(m_mutex);
    return m_count;
}

Result<std::vector<ListeningSocket>> ListeningSocket::openShared(const QHostAddress &address, quint16 port, int count)
{
    // Without SO_REUSEPORT first: with it, a second daemon of the same user would silently share the port.
    TRY(const int exclusive, bindSocket(address, port, false));
    const quint16 proven = boundPort(exclusive);
    const bool isFree = ::listen(exclusive, 1) == 0;
    ::close(exclusive);
    if (!isFree)
        return failure(Error::of(
            ErrorCode::Conflict,
            QStringLiteral("Port %1 on %2 is taken by another program.").arg(proven).arg(address.toString())));

    std::vector<ListeningSocket> sockets;
    for (int i = 0; i < count; ++i) {
        auto descriptor = bindSocket(address, proven, true);
        if (!descriptor || ::listen(*descriptor, backlog) != 0) {
            for (const ListeningSocket &socket : sockets)
                ::close(socket.descriptor);
            if (descriptor)
                ::close(*descriptor);
            return failure(Error::of(ErrorCode::Conflict,
                                     QStringLiteral("Port %1 on %2 was taken by another program meanwhile.")
                                         .arg(proven)
                                         .arg(address.toString())));
        }
        sockets.push_back({*descriptor, proven});
    }
    return sockets;
}

Listener::Listener(const ConnectionLimits &limits, std::shared_ptr<ConnectionGate> gate,
                   std::shared_ptr<const TlsContext> tls, RefusalFormatter formatRefusal)
    : m_limits(limits)
    , m_gate(std::move(gate))
    , m_tls(std::move(tls))
    , m_formatRefusal(std::move(formatRefusal))
{
    setMaxPendingConnections(backlog);
    connect(&m_timer, &QTimer::timeout, this, [this] { onTick(); });
    m_timer.start(std::chrono::seconds(1));
    // Tried again with every tick: asking at once would do nothing but ask.
    connect(this, &QTcpServer::acceptError, this, [this] {
        m_isOutOfDescriptors = true;
        pauseAccepting();
    });
}

Listener::~Listener() { cutAll(); }

bool Listener::start(const ListeningSocket &socket) { return setSocketDescriptor(socket.descriptor); }

void Listener::stopAccepting()
{
    m_isStopping = true;
    close();
    closeIdle();
}

QCoro::Task<> Listener::flushed(std::chrono::steady_clock::time_point deadline)
{
    if (m_connections.isEmpty())
        co_return;
    const Completion<bool> allClosed;
    m_allClosed = allClosed;
    QTimer timer;
    connect(&timer, &QTimer::timeout, this, [this, deadline] {
        if (std::chrono::steady_clock::now() >= deadline)
            cutAll();
        else
            cutLingering();
    });
    timer.start(flushTime);
    co_await allClosed;
}

void Listener::cutLingering()
{
    const auto connections = m_connections;
    for (Connection *const connection : connections) {
        if (!connection->isBusy())
            connection->cut();
    }
}

void Listener::closeIdle()
{
    const auto connections = m_connections;
    for (Connection *const connection : connections)
        connection->closeIfIdle();
}

void Listener::cutAll()
{
    const auto connections = m_connections;
    for (Connection *const connection : connections)
        connection->cut();
}

void Listener::incomingConnection(qintptr descriptor)
{
    const int fd = int(descriptor);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    auto connection = std::make_unique<Connection>(fd, m_limits, m_tls ? m_tls->newSession() : nullptr, this);
    if (!m_gate->enter(connection->peerAddress()))
        return; // closes it; connectionClosed() finds nothing to count
    m_connections.insert(connection.get());
    Connection *const accepted = connection.release();
    addPendingConnection(accepted);
    accepted->start();
}

void Listener::connectionClosed(Connection *connection)
{
    if (m_connections.remove(connection))
        m_gate->leave(connection->peerAddress());
    if (m_introduced == connection)
        m_introduced = nullptr;
    if (m_connections.isEmpty()) {
        if (const auto waiting = std::exchange(m_allClosed, std::nullopt))
            waiting->complete(true);
    }
}

void Listener::onTick()
{
    ++m_tick;
    const auto connections = m_connections; // implicitly shared; closing one changes the set
    for (Connection *const connection : connections) {
        if (m_connections.contains(connection))
            connection->checkTime();
    }
    if (!m_isStopping && std::exchange(m_isOutOfDescriptors, false))
        resumeAccepting();
    if (m_tickObserver)
        m_tickObserver();
}

}
