// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/exchange.h"

#include <QDateTime>
#include <QLocale>
#include <QTimeZone>

using namespace Qt::StringLiterals;

namespace moe::http {

namespace {

/// The Date header's value, made once a second.
QByteArray httpDate()
{
    thread_local qint64 second = 0;
    thread_local QByteArray text;
    const qint64 now = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    if (now != second) {
        second = now;
        text = QLocale::c().toString(QDateTime::fromSecsSinceEpoch(now, QTimeZone::UTC), u"ddd, dd MMM yyyy hh:mm:ss 'GMT'").toLatin1();
    }
    return text;
}

}

Exchange::Exchange(HttpRequest request, QByteArray requestId, Connection *connection, QHttpServerResponder responder)
    : m_request(std::move(request))
    , m_requestId(std::move(requestId))
    , m_startedAt(std::chrono::steady_clock::now())
    , m_stop(connection->stopToken())
    , m_isHttp10(m_request.minorVersion == 0)
    , m_connection(connection)
    , m_responder(std::move(responder))
{
}

Exchange::~Exchange()
{
    if (!m_isFinished && m_connection)
        m_connection->cut();
}

void Exchange::addHeader(QByteArray name, QByteArray value) { m_extraHeaders.append(name, value); }

QHttpHeaders Exchange::startHeaders(bool mayKeepAlive)
{
    m_keepsAlive = mayKeepAlive && m_connection && m_connection->mayKeepAlive();
    using Known = QHttpHeaders::WellKnownHeader;
    QHttpHeaders headers = m_extraHeaders;
    headers.append(Known::Date, httpDate());
    headers.append("x-request-id"_L1, m_requestId);
    if (!m_keepsAlive)
        headers.append(Known::Connection, "close"_L1);
    else if (m_isHttp10)
        headers.append(Known::Connection, "keep-alive"_L1);
    return headers;
}

void Exchange::send(const HttpReply &reply)
{
    if (m_isFinished)
        return;
    using Known = QHttpHeaders::WellKnownHeader;
    QHttpHeaders headers = startHeaders(true);
    for (qsizetype i = 0; i < reply.headers.size(); ++i)
        headers.append(reply.headers.nameAt(i), reply.headers.valueAt(i));
    if (!reply.body.isEmpty())
        headers.append(Known::ContentType, reply.contentType);
    m_sentStatus = reply.status;
    if (m_request.method == Method::Head) {
        // QHttpServer would add a length of its own, which is 0.
        headers.append(Known::ContentLength, QByteArray::number(reply.body.size()));
        writeHead(reply.status, headers);
    } else {
        m_sentBytes = reply.body.size();
        m_responder->write(reply.body, headers, QHttpServerResponder::StatusCode(reply.status));
    }
    finish();
}

void Exchange::writeHead(int status, const QHttpHeaders &headers)
{
    if (!m_connection)
        return;
    QByteArray head = "HTTP/1.1 " + QByteArray::number(status) + " \r\n";
    for (qsizetype i = 0; i < headers.size(); ++i)
        head += QByteArrayView(headers.nameAt(i)) + ": " + headers.valueAt(i) + "\r\n";
    m_connection->write(head + "\r\n");
}

void Exchange::beginStream()
{
    using Known = QHttpHeaders::WellKnownHeader;
    Q_ASSERT(m_stream == Stream::None && m_responder);
    // HTTP/1.0 has no chunks: the end of the connection is the end of the stream.
    QHttpHeaders headers = startHeaders(!m_isHttp10);
    headers.append(Known::ContentType, "text/event-stream; charset=utf-8"_L1);
    headers.append(Known::CacheControl, "no-cache"_L1);
    headers.append("X-Accel-Buffering"_L1, "no"_L1);
    m_stream = Stream::Open;
    m_sentStatus = 200;
    if (m_isHttp10)
        writeHead(200, headers);
    else
        m_responder->writeBeginChunked(headers);
    if (m_connection)
        m_connection->flushOutput();
    m_lastSentAt = std::chrono::steady_clock::now();
}

void Exchange::sendData(QByteArrayView data)
{
    QByteArray event;
    event.reserve(data.size() + 8);
    event.append("data: ").append(data).append("\n\n");
    sendEvent(event);
}

void Exchange::sendHeartbeat() { sendEvent(QByteArrayLiteral(": ping\n\n")); }

void Exchange::sendEvent(const QByteArray &event)
{
    if (m_stream != Stream::Open || !m_connection)
        return;
    if (m_isHttp10)
        m_connection->write(event);
    else
        m_responder->writeChunk(event);
    m_connection->flushOutput();
    m_sentBytes += event.size();
    m_lastSentAt = std::chrono::steady_clock::now();
}

void Exchange::endStream()
{
    if (m_stream != Stream::Open)
        return;
    m_stream = Stream::Ended;
    if (!m_isHttp10 && m_connection)
        m_connection->write("0\r\n\r\n"); // writeEndChunked() insists on data
    finish();
}

void Exchange::endStreamWith(QByteArrayView data)
{
    sendData(data);
    m_keepsAlive = false;
    endStream();
}

void Exchange::finish()
{
    m_isFinished = true;
    if (m_connection)
        m_connection->finishAnswer(m_keepsAlive);
}

void Exchange::cutUnfinishedStream()
{
    if (m_stream == Stream::Open && m_connection)
        m_connection->cut();
    m_isFinished = true;
}

bool Exchange::isCongested() const { return m_connection && m_connection->isCongested(); }

Completion<Result<void>> Exchange::drained() const
{
    if (m_connection)
        return m_connection->drained();
    Completion<Result<void>> gone;
    gone.complete(failure(Error::cancelled()));
    return gone;
}

}
