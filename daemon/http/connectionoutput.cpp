// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/connection.h"

#include <algorithm>
#include <cerrno>
#include <sys/socket.h>

// How a connection's answers go out; connection.cpp has how requests come in.
namespace moe::http {

namespace {

constexpr int lingerSeconds = 2;
constexpr qsizetype keptCapacity = 8 * 1024; // of the buffers of an idle connection

void empty(QByteArray &buffer)
{
    if (buffer.capacity() > keptCapacity)
        buffer = QByteArray();
    else
        buffer.resize(0);
}

}

void Connection::append(std::initializer_list<QByteArrayView> parts)
{
    if (m_phase == Phase::Closed)
        return;
    if (unsentBytes() == 0)
        m_progress = m_owner->tick(); // the client's time to take it begins
    QByteArray &buffer = m_tls ? m_plain : m_outbound;
    qsizetype end = buffer.size();
    qsizetype size = end;
    for (const QByteArrayView part : parts)
        size += part.size();
    buffer.resizeForOverwrite(size); // keeps what it may need next time
    for (const QByteArrayView part : parts) {
        std::ranges::copy(part, buffer.data() + end);
        end += part.size();
    }
}

qint64 Connection::writeData(const char *data, qint64 size)
{
    append({QByteArrayView(data, size)});
    return size;
}

bool Connection::encryptPending()
{
    const bool isSent = m_tls->send(m_plain, m_outbound);
    empty(m_plain);
    return isSent;
}

void Connection::flushOutput()
{
    if (m_phase == Phase::Closed)
        return;
    if (m_tls && !encryptPending()) {
        closeNow();
        return;
    }
    const bool wasCongested = unsentBytes() > m_limits.unsentLow;
    while (m_sent < m_outbound.size()) {
        const ssize_t count
            = send(m_descriptor, m_outbound.constData() + m_sent, size_t(m_outbound.size() - m_sent), MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && errno == EAGAIN)
            break;
        if (count < 0) {
            closeNow();
            return;
        }
        m_sent += count;
        m_progress = m_owner->tick();
    }
    const bool isAllSent = m_sent == m_outbound.size();
    if (isAllSent) {
        empty(m_outbound);
        m_sent = 0;
    } else if (m_sent > m_limits.unsentHigh) {
        m_outbound.remove(0, m_sent);
        m_sent = 0;
    }
    if (m_writable.isEnabled() == isAllSent)
        m_writable.setEnabled(!isAllSent);
    if (unsentBytes() <= m_limits.unsentLow)
        wakeDrained();
    if (m_phase == Phase::Head && !m_inbound.isEmpty() && wasCongested && unsentBytes() <= m_limits.unsentLow)
        readOn();
    if (isAllSent && m_phase == Phase::Closing)
        linger();
}

void Connection::wakeDrained()
{
    if (const auto waiting = std::exchange(m_drained, std::nullopt))
        waiting->complete({});
}

Completion<Result<void>> Connection::drained()
{
    Completion<Result<void>> completion;
    if (m_phase == Phase::Closed)
        completion.complete(failure(Error::cancelled()));
    else if (unsentBytes() <= m_limits.unsentLow)
        completion.complete({});
    else
        m_drained = completion;
    return completion;
}

void Connection::linger()
{
    if (m_tls) {
        m_tls->close(m_outbound);
        (void)send(m_descriptor, m_outbound.constData(), size_t(m_outbound.size()), MSG_NOSIGNAL);
        empty(m_outbound);
    }
    // Our end is said; what the client still sends is read and dropped for a moment, because closing with unread
    // bytes resets the connection and may destroy the answer on its way.
    m_phase = Phase::Lingering;
    m_deadline = m_owner->tick() + lingerSeconds;
    shutdown(m_descriptor, SHUT_WR);
    setReading(true);
}

}
