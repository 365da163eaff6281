// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/exchange.h"

#include "shared/async/wait.h"

#include <QDateTime>
#include <QLocale>
#include <QStringBuilder>
#include <QTimeZone>

#include <array>
#include <charconv>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace moe::http {

namespace {

constexpr qsizetype headRoom = 512; // what a head usually needs
constexpr qsizetype extraHeadersRoom = 160;
constexpr QByteArrayView dataBegin = "data: ";
constexpr QByteArrayView eventEnd = "\n\n";

/// The Date header's value, made once a second.
QByteArray httpDate()
{
    thread_local qint64 second = 0;
    thread_local QByteArray text;
    const qint64 now
        = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    if (now != second) {
        second = now;
        text = QLocale::c()
                   .toString(QDateTime::fromSecsSinceEpoch(now, QTimeZone::UTC), u"ddd, dd MMM yyyy hh:mm:ss 'GMT'")
                   .toLatin1();
    }
    return text;
}

void appendHeader(QByteArray &head, QByteArrayView name, QByteArrayView value)
{
    const qsizetype size = head.size();
    head.resize(size + name.size() + value.size() + 4);
    char *at = head.data() + size;
    for (const QByteArrayView part : {name, QByteArrayView(": "), value, QByteArrayView("\r\n")})
        at = std::copy(part.begin(), part.end(), at);
}

QByteArrayView reasonPhrase(int status)
{
    switch (status) {
    case 200: return "OK";
    case 202: return "Accepted";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 429: return "Too Many Requests";
    case 500: return "Internal Server Error";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    default: return status < 400 ? "Done" : "Failed";
    }
}

}

Exchange::Exchange(HttpRequest request, QByteArray requestId, Connection *connection)
    : m_request(std::move(request))
    , m_requestId(std::move(requestId))
    , m_startedAt(std::chrono::steady_clock::now())
    , m_stop(connection->stopToken())
    , m_isHttp10(m_request.minorVersion == 0)
    , m_connection(connection)
{ }

Exchange::~Exchange()
{
    if (!m_isFinished && m_connection)
        m_connection->cut();
}

void Exchange::addHeader(QByteArrayView name, QByteArrayView value)
{
    if (m_extraHeaders.isNull())
        m_extraHeaders.reserve(extraHeadersRoom);
    appendHeader(m_extraHeaders, name, value);
}

QByteArray Exchange::beginHead(int status, bool mayKeepAlive)
{
    m_keepsAlive = mayKeepAlive && m_connection && m_connection->mayKeepAlive();
    m_sentStatus = status;
    if (m_observer)
        m_observer->headBegins(*this, status);
    QByteArrayView persistence;
    if (!m_keepsAlive)
        persistence = "\r\nconnection: close";
    else if (m_isHttp10)
        persistence = "\r\nconnection: keep-alive";
    QByteArray head;
    head.reserve(headRoom);
    head += "HTTP/1.1 " % QByteArray::number(status) % ' ' % reasonPhrase(status) % "\r\ndate: " % httpDate()
        % "\r\nx-request-id: " % m_requestId % persistence % "\r\n" % m_extraHeaders;
    return head;
}

void Exchange::send(const HttpReply &reply)
{
    if (m_isFinished)
        return;
    if (m_observer)
        m_observer->answerEnds({reply.status, true});
    QByteArray answer = beginHead(reply.status, true);
    m_observer.reset();
    for (const auto &[name, value] : reply.headers)
        appendHeader(answer, name, value);
    if (!reply.body.isEmpty())
        appendHeader(answer, "content-type", reply.contentType);
    answer += "content-length: " % QByteArray::number(reply.body.size()) % "\r\n\r\n";
    if (!m_connection || m_connection->isGone()) {
        m_sentStatus = 0;
    } else {
        m_connection->append({answer});
        if (!isHead()) {
            m_sentBytes = reply.body.size();
            m_connection->append({reply.body});
        }
    }
    finish();
}

void Exchange::beginStream()
{
    Q_ASSERT(m_stream == Stream::None && !m_isFinished);
    // HTTP/1.0 has no chunks: the end of the connection is the end of the stream.
    QByteArray head = beginHead(200, !m_isHttp10 && !isHead());
    appendHeader(head, "content-type", "text/event-stream; charset=utf-8");
    appendHeader(head, "cache-control", "no-cache");
    appendHeader(head, "x-accel-buffering", "no");
    if (!m_isHttp10)
        appendHeader(head, "transfer-encoding", "chunked");
    head.append("\r\n");
    m_stream = Stream::Open;
    if (m_connection) {
        m_connection->append({head});
        m_connection->flushOutput();
    }
    m_lastSentAt = std::chrono::steady_clock::now();
    if (!isHead())
        return;
    closeStream({}, true);
    if (m_work)
        m_work->requestStop();
}

void Exchange::sendData(QByteArrayView data) { sendEvent(dataBegin, data, eventEnd); }

void Exchange::sendNamedEvent(QByteArrayView type, QByteArrayView id, QByteArrayView data)
{
    QByteArray begin;
    if (!id.isEmpty())
        begin += "id: " % id % '\n';
    begin += "event: " % type % '\n' % dataBegin;
    sendEvent(begin, data, eventEnd);
}

void Exchange::sendRetry(std::chrono::milliseconds delay)
{
    sendEvent("retry: ", QByteArray::number(qint64(delay.count())), eventEnd);
}

void Exchange::sendHeartbeat() { sendEvent(": ping", {}, eventEnd); }

void Exchange::sendEvent(QByteArrayView begin, QByteArrayView data, QByteArrayView end)
{
    if (m_stream != Stream::Open || !m_connection)
        return;
    appendEvent(begin, data, end);
    m_connection->flushOutput();
    m_lastSentAt = std::chrono::steady_clock::now();
}

void Exchange::appendEvent(QByteArrayView begin, QByteArrayView data, QByteArrayView end)
{
    const qsizetype size = begin.size() + data.size() + end.size();
    if (m_isHttp10) {
        m_connection->append({begin, data, end});
    } else {
        std::array<char, 16> digits;
        const char *const last = std::to_chars(digits.begin(), digits.end(), size, 16).ptr;
        m_connection->append({QByteArrayView(digits.data(), last), "\r\n", begin, data, end, "\r\n"});
    }
    m_sentBytes += size;
}

void Exchange::endStream(QByteArrayView lastData) { closeStream(lastData, true); }

void Exchange::endStreamWith(QByteArrayView data)
{
    m_keepsAlive = false;
    closeStream(data, false);
}

void Exchange::closeStream(QByteArrayView lastData, bool isWhole)
{
    if (m_stream != Stream::Open)
        return;
    if (const auto observer = std::exchange(m_observer, nullptr))
        observer->answerEnds({m_sentStatus, isWhole});
    m_stream = Stream::Ended;
    if (m_connection) {
        if (!lastData.isEmpty())
            appendEvent(dataBegin, lastData, eventEnd);
        if (!m_isHttp10 && !isHead())
            m_connection->append({"0\r\n\r\n"});
    }
    finish();
}

void Exchange::finish()
{
    m_isFinished = true;
    if (m_connection)
        m_connection->finishAnswer(m_keepsAlive);
}

void Exchange::abort(Error why)
{
    if (!m_work || m_isFinished)
        return;
    m_abortReason = std::move(why);
    m_work->requestStop();
}

void Exchange::cutUnfinishedStream()
{
    if (m_stream == Stream::Open && m_connection)
        m_connection->cut();
    m_isFinished = true;
}

bool Exchange::isCongested() const { return m_connection && m_connection->isCongested(); }

Task<void> Exchange::drained(RequestContext context) const
{
    if (!m_connection)
        co_return failure(Error::cancelled());
    const Completion<Result<void>> room = m_connection->drained();
    const ContextWatcher watcher(context, u"The client did not take the answer in time."_s,
                                 [room](Error error) { room.complete(failure(std::move(error))); });
    co_return co_await room;
}

}
