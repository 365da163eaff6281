// SPDX-License-Identifier: Apache-2.0
#include "tests/simnode/exchange.h"

#include "tests/simnode/connection.h"
#include "tests/simnode/timestamps.h"

namespace moe::sim {

namespace {

QByteArrayView reasonPhrase(int status)
{
    switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 429: return "Too Many Requests";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    default: return "Simulated";
    }
}

}

Exchange::Exchange(Connection &connection, NodeState &state, HttpRequest request)
    : m_connection(connection)
    , m_state(state)
    , m_request(std::move(request))
    , m_record(m_state.begin(m_request))
{ }

Exchange::~Exchange() { abandon(Outcome::ClientGone); }

void Exchange::setFault(const Fault &fault)
{
    m_fault = fault;
    m_gate = FaultGate(fault);
}

void Exchange::respond(int status, QByteArrayView contentType, QByteArrayView body, const Headers &headers)
{
    if (m_isEnded || isHeadLost(status))
        return;
    QByteArray bytes = head(status, contentType, headers);
    bytes += "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n";
    auto passed = m_request.method == "HEAD" ? FaultGate::Passed{} : m_gate.pass(body);
    m_connection.send(bytes + passed.bytes);
    m_state.sent(m_record, passed.bytes.size());
    passed.then == Mishap::None ? complete() : suffer(passed.then);
}

void Exchange::beginStream(QByteArrayView contentType)
{
    if (m_isEnded || isHeadLost(200))
        return;
    m_isChunked = !m_request.isHttp10;
    m_request.wantsClose |= m_request.isHttp10; // nothing else would mark the end
    m_connection.send(head(200, contentType, {}) + (m_isChunked ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n"));
}

void Exchange::write(QByteArrayView payload)
{
    if (m_isEnded || m_isStalled || payload.isEmpty())
        return;
    const auto passed = m_gate.pass(payload);
    if (!passed.bytes.isEmpty()) {
        m_state.sent(m_record, passed.bytes.size());
        if (m_isChunked)
            m_connection.send(QByteArray::number(passed.bytes.size(), 16) + "\r\n" + passed.bytes + "\r\n");
        else
            m_connection.send(passed.bytes);
    }
    suffer(passed.then);
}

void Exchange::endStream()
{
    if (m_isEnded || m_isStalled)
        return;
    if (m_isChunked)
        m_connection.send("0\r\n\r\n");
    complete();
}

bool Exchange::isBlocked() const { return m_isStalled || m_connection.unsentBytes() > maxUnsentBytes; }

void Exchange::abandon(Outcome outcome) { end(outcome); }

void Exchange::socketDrained()
{
    if (!m_isEnded && !isBlocked())
        Q_EMIT drained();
}

QByteArray Exchange::head(int status, QByteArrayView contentType, const Headers &headers) const
{
    QByteArray result = "HTTP/1.1 " + QByteArray::number(status) + ' ' + reasonPhrase(status);
    result
        += QByteArray("\r\nContent-Type: ") + contentType + "\r\nDate: " + httpDateNow() + "\r\nx-simulated: true\r\n";
    for (const auto &[name, value] : headers)
        result += name + ": " + value + "\r\n";
    if (m_fault.closesAfterAnswer)
        result += "Connection: keep-alive\r\nKeep-Alive: timeout=5, max=100\r\n";
    else if (m_request.wantsClose)
        result += "Connection: close\r\n";
    else if (m_request.isHttp10)
        result += "Connection: keep-alive\r\n";
    return result;
}

bool Exchange::isHeadLost(int status)
{
    const auto instead = m_gate.beforeHead();
    if (instead.then == Mishap::None) {
        m_state.responded(m_record, status);
        return false;
    }
    m_connection.send(instead.bytes);
    suffer(instead.then);
    return true;
}

void Exchange::suffer(Mishap mishap)
{
    switch (mishap) {
    case Mishap::None: return;
    case Mishap::Stall: m_isStalled = true; return;
    case Mishap::Cut: end(Outcome::Cut); return m_connection.closeOrderly();
    case Mishap::Reset: end(Outcome::Reset); return m_connection.closeWithReset();
    }
}

void Exchange::complete()
{
    end(Outcome::Completed);
    if (m_fault.closesAfterAnswer || m_request.wantsClose)
        m_connection.closeOrderly();
}

void Exchange::end(Outcome outcome)
{
    if (std::exchange(m_isEnded, true))
        return;
    m_state.end(m_record, outcome);
    Q_EMIT ended();
    m_connection.exchangeEnded();
}

}
