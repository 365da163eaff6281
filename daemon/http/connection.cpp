// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/connection.h"

#include <QHostAddress>

#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace moe::http {

namespace {

constexpr qsizetype readBytes = 64 * 1024;
constexpr qsizetype pipelineBytes = 64 * 1024; // beyond the present request

std::pair<QHostAddress, quint16> address(int descriptor, int (*query)(int, sockaddr *, socklen_t *))
{
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    if (query(descriptor, reinterpret_cast<sockaddr *>(&storage), &size) != 0)
        return {};
    const quint16 port = storage.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6 *>(&storage)->sin6_port
                                                       : reinterpret_cast<sockaddr_in *>(&storage)->sin_port;
    const QHostAddress host(reinterpret_cast<sockaddr *>(&storage));
    bool isIpv4 = false;
    const quint32 ipv4 = host.toIPv4Address(&isIpv4); // also of an IPv6 address that only wraps one
    return {isIpv4 ? QHostAddress(ipv4) : host, ntohs(port)};
}

}

Connection::Connection(int descriptor, const ConnectionLimits &limits, std::unique_ptr<TlsSession> tls,
                       ConnectionOwner *owner)
    : m_descriptor(descriptor)
    , m_limits(limits)
    , m_tls(std::move(tls))
    , m_owner(owner)
    , m_readable(descriptor, QSocketNotifier::Read, [this] { readSocket(); })
    , m_writable(descriptor, QSocketNotifier::Write, [this] { flushOutput(); })
    , m_deadline(owner->tick() + limits.idleTime.count())
{
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); // without it: steps of 40 ms
    const auto [peerHost, peerPortNumber] = address(descriptor, &getpeername);
    const auto [localHost, localPortNumber] = address(descriptor, &getsockname);
    setPeerAddress(peerHost);
    setPeerPort(peerPortNumber);
    setLocalAddress(localHost);
    setLocalPort(localPortNumber);
    setSocketState(ConnectedState);
    QIODevice::open(ReadWrite | Unbuffered); // what is written goes to writeData() at once
}

Connection::~Connection() { closeNow(); }

void Connection::start() { setReading(true); }

void Connection::setReading(bool isReading)
{
    if (m_readable.isEnabled() != isReading)
        m_readable.setEnabled(isReading);
}

void Connection::readSocket()
{
    thread_local std::array<char, readBytes> scratch;
    const ssize_t count = recv(m_descriptor, scratch.data(), scratch.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (count <= 0) {
        // A client that closes its sending side gives up the answer too, as with other servers; only an answer that
        // is already written in full is still delivered.
        if (m_phase != Phase::Closing)
            closeNow();
        else
            setReading(false);
        return;
    }
    if (takeBytes(QByteArrayView(scratch.data(), count)))
        advance();
}

bool Connection::takeBytes(QByteArrayView bytes)
{
    if (m_phase == Phase::Lingering || m_phase == Phase::Closing)
        return false; // read only so that our last bytes are not lost in a reset
    // Once for a request, or bytes of a TLS handshake that never ends would put it off each time.
    if (m_phase == Phase::Head && !std::exchange(m_isHeadTimed, true))
        m_deadline = m_owner->tick() + m_limits.headTime.count();
    if (!m_tls) {
        m_inbound.append(bytes);
        return true;
    }
    if (!m_tls->receive(bytes, m_inbound)) {
        flushOutput(); // the alert
        closeNow();
        return false;
    }
    flushOutput(); // the handshake
    return m_phase != Phase::Closed;
}

void Connection::advance()
{
    // Who does not read answers gets no more of them: flushOutput() comes back here.
    const bool mayBegin = m_phase != Phase::Head || !isCongested();
    if (mayBegin && (m_phase != Phase::Head || readHead()) && m_phase == Phase::Body)
        (void)readBody();
    const bool isBetween = m_phase == Phase::Handling || m_phase == Phase::Head;
    if (isBetween && m_inbound.size() > pipelineBytes)
        setReading(false);
}

// Queued: a client that sends many requests at once must not pile them up on the stack.
void Connection::readOn()
{
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (m_phase != Phase::Head)
                return;
            advance();
            if (m_phase == Phase::Head || m_phase == Phase::Body)
                setReading(m_phase == Phase::Body || m_inbound.size() <= pipelineBytes);
        },
        Qt::QueuedConnection);
}

bool Connection::readHead()
{
    const auto head = checkHead(m_inbound, m_scanned, m_limits.request);
    if (!head) {
        refuse(head.error());
        return false;
    }
    if (!*head)
        return false;
    m_head = **head;
    if (isBodyMissing() && !m_owner->mayUpload({m_head, m_inbound.first(m_head.size), {}}, this)) {
        refuseBody();
        return false;
    }
    m_phase = Phase::Body;
    m_deadline = m_owner->tick() + m_limits.bodyTime.count();
    if (m_head.bodyKind == BodyKind::Chunked)
        m_chunked.emplace(m_limits.request);
    else if (m_head.bodyKind == BodyKind::Length)
        m_inbound.reserve(m_head.size + std::min(m_head.contentLength, 16 * readBytes));
    if (m_head.expectsContinue && m_inbound.size() == m_head.size) {
        append({"HTTP/1.1 100 Continue\r\n\r\n"});
        flushOutput();
    }
    return m_phase == Phase::Body;
}

bool Connection::isBodyMissing() const
{
    return m_head.bodyKind == BodyKind::Chunked
        || (m_head.bodyKind == BodyKind::Length && m_inbound.size() < m_head.size + m_head.contentLength);
}

// Whoever would be turned away does not get to fill our memory first. What still comes is never taken for a request.
void Connection::refuseBody()
{
    m_head.isKeepAlive = false;
    m_request.headBytes = m_inbound.first(m_head.size);
    m_inbound.clear();
    releaseRequest({});
}

bool Connection::readBody()
{
    m_deadline = m_owner->tick() + m_limits.bodyTime.count();
    if (!m_chunked) {
        const qsizetype end = m_head.size + m_head.contentLength;
        if (m_inbound.size() < end)
            return false;
        m_request.headBytes = m_inbound.first(m_head.size);
        if (m_inbound.size() == end) {
            releaseRequest(std::exchange(m_inbound, QByteArray()).sliced(m_head.size));
        } else {
            QByteArray body = m_inbound.sliced(m_head.size, m_head.contentLength);
            m_inbound.remove(0, end);
            releaseRequest(std::move(body));
        }
        return true;
    }
    if (m_request.headBytes.isEmpty()) {
        m_request.headBytes = m_inbound.first(m_head.size);
        m_inbound.remove(0, m_head.size);
    }
    const auto taken = m_chunked->consume(m_inbound);
    if (!taken) {
        refuse(taken.error());
        return false;
    }
    m_inbound.remove(0, *taken);
    if (!m_chunked->isComplete())
        return false;
    releaseRequest(m_chunked->takeData());
    return true;
}

void Connection::releaseRequest(QByteArray body)
{
    m_request.head = m_head;
    m_request.body = std::move(body);
    m_isKeepAlive = m_head.isKeepAlive;
    m_chunked.reset();
    m_phase = Phase::Handling;
    m_progress = m_owner->tick();
    if (!m_responder) {
        m_shown = "GET / HTTP/1.1\r\n\r\n";
        m_owner->introduce(this);
        Q_EMIT readyRead();
        m_owner->introduce(nullptr);
    } else {
        m_owner->requestIsRead(this);
    }
    // The request may be answered by now, or the connection gone.
}

void Connection::finishAnswer(bool keepAlive)
{
    if (m_phase != Phase::Handling)
        return;
    if (!keepAlive) {
        m_phase = Phase::Closing;
        m_deadline = m_owner->tick() + m_limits.stallTime.count();
        flushOutput();
        return;
    }
    m_phase = Phase::Head;
    m_scanned = 0;
    m_isHeadTimed = !m_inbound.isEmpty();
    m_deadline = m_owner->tick() + (m_isHeadTimed ? m_limits.headTime : m_limits.idleTime).count();
    flushOutput();
    if (m_phase == Phase::Closed)
        return;
    if (m_inbound.isEmpty())
        setReading(true);
    else
        readOn();
}

void Connection::refuse(const Refusal &refusal)
{
    m_phase = Phase::Closing;
    m_deadline = m_owner->tick() + m_limits.stallTime.count();
    append({m_owner->refusalAnswer(refusal)});
    flushOutput();
}

void Connection::cut()
{
    flushOutput();
    closeNow();
}

void Connection::closeIfIdle()
{
    if (m_phase != Phase::Head || !m_inbound.isEmpty())
        return;
    if (unsentBytes() == 0) {
        closeNow();
        return;
    }
    m_phase = Phase::Closing;
    m_deadline = m_owner->tick() + m_limits.stallTime.count();
}

void Connection::closeNow()
{
    if (m_phase == Phase::Closed)
        return;
    m_phase = Phase::Closed;
    m_readable.setEnabled(false);
    m_writable.setEnabled(false);
    ::close(m_descriptor);
    m_outbound = m_plain = QByteArray();
    m_sent = 0;
    m_stop.request_stop();
    if (const auto waiting = std::exchange(m_drained, std::nullopt))
        waiting->complete(failure(Error::cancelled()));
    m_owner->connectionClosed(this);
    setSocketState(UnconnectedState);
    Q_EMIT disconnected();
    m_responder.reset(); // QHttpServer deletes the connection now, when control is back in the event loop
}

void Connection::checkTime()
{
    const qint64 now = m_owner->tick();
    switch (m_phase) {
    case Phase::Head:
        if (unsentBytes() > 0) {
            // The last answer is still under way: the time until the next request has not begun.
            m_deadline = now + (m_isHeadTimed ? m_limits.headTime : m_limits.idleTime).count();
            if (isStalled())
                closeNow();
        } else if (now > m_deadline) {
            if (m_inbound.isEmpty())
                closeNow();
            else
                refuse({408, "The request did not arrive in time."_L1});
        }
        break;
    case Phase::Body:
        if (now > m_deadline)
            refuse({408, "The request did not arrive in time."_L1});
        break;
    case Phase::Handling:
        if (isStalled() || (!m_readable.isEnabled() && hasClientLeft()))
            closeNow();
        break;
    case Phase::Closing:
        if (unsentBytes() > 0 ? isStalled() : now > m_deadline)
            closeNow();
        break;
    case Phase::Lingering:
        if (now > m_deadline)
            closeNow();
        break;
    case Phase::Closed: break;
    }
}

bool Connection::isStalled() const
{
    return unsentBytes() > 0 && m_owner->tick() > m_progress + m_limits.stallTime.count();
}

// While nothing is read, because too much was sent ahead, nothing else tells.
bool Connection::hasClientLeft() const
{
    pollfd state{m_descriptor, POLLRDHUP, 0};
    return poll(&state, 1, 0) > 0;
}

qint64 Connection::bytesAvailable() const { return QIODevice::bytesAvailable() + m_shown.size(); }

qint64 Connection::readData(char *data, qint64 size)
{
    const qint64 count = std::min<qint64>(size, m_shown.size());
    std::copy_n(m_shown.data(), count, data);
    m_shown = m_shown.sliced(count);
    return count;
}

qint64 Connection::readLineData(char *data, qint64 size) { return QIODevice::readLineData(data, size); }

qint64 Connection::skipData(qint64 size) { return QIODevice::skipData(size); }

void Connection::disconnectFromHost()
{
    // QHttpServer gives up on a request that it cannot parse.
    if (m_phase == Phase::Handling)
        refuse({400, "The request is malformed."_L1});
}

void Connection::close() { closeNow(); }

}
