// SPDX-License-Identifier: Apache-2.0
#include "tests/support/httpresponse.h"

namespace moe::test {

namespace {

void addLine(SseEvent &event, bool &hasData, const QByteArray &line)
{
    const qsizetype colon = line.indexOf(':');
    const QByteArray field = colon < 0 ? line : line.first(colon);
    QByteArray value = colon < 0 ? QByteArray() : line.sliced(colon + 1);
    if (value.startsWith(' '))
        value = value.sliced(1);
    if (colon == 0) {
        event.comment = value;
    } else if (field == "event") {
        event.event = value;
    } else if (field == "data") {
        if (std::exchange(hasData, true))
            event.data += '\n';
        event.data += value;
    }
}

bool isDigits(const QByteArray &text)
{
    return !text.isEmpty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}

QList<SseEvent> sseEvents(const QByteArray &body)
{
    QList<SseEvent> events;
    SseEvent event;
    bool hasData = false;
    QList<QByteArray> lines = body.split('\n');
    lines.removeLast(); // not ended by a line feed yet
    for (QByteArray &line : lines) {
        if (line.endsWith('\r'))
            line.chop(1);
        if (!line.isEmpty()) {
            addLine(event, hasData, line);
        } else if (event != SseEvent()) {
            events.append(std::exchange(event, {}));
            hasData = false;
        }
    }
    return events;
}

std::optional<QByteArray> HttpResponse::header(const QByteArray &name) const
{
    const auto found = std::ranges::find_if(
        headers, [&name](const auto &header) { return header.first.compare(name, Qt::CaseInsensitive) == 0; });
    return found == headers.end() ? std::nullopt : std::optional(found->second);
}

void HttpResponseParser::begin(bool isHeadRequest)
{
    m_response = {};
    m_error.clear();
    m_state = State::Head;
    m_isHeadRequest = isHeadRequest;
    feed({});
}

void HttpResponseParser::feed(const QByteArray &bytes)
{
    m_buffer += bytes;
    while (m_error.isEmpty() && m_state != State::Done && step()) { }
}

void HttpResponseParser::close()
{
    if (m_state == State::UntilClose)
        finish();
    else if (m_state != State::Done && (m_state != State::Head || !m_buffer.isEmpty()))
        fail("closed in the middle of a response");
}

/// False: more bytes are needed.
bool HttpResponseParser::step()
{
    switch (m_state) {
    case State::Head: return readHead();
    case State::Length: return readLength();
    case State::UntilClose: m_response.body += std::exchange(m_buffer, {}); return false;
    case State::ChunkSize: return readChunkSize();
    case State::ChunkData: return readChunkData();
    case State::ChunkEnd: return readChunkEnd();
    case State::Trailers: return readTrailers();
    case State::Done: break;
    }
    return false;
}

bool HttpResponseParser::readHead()
{
    const qsizetype end = m_buffer.indexOf("\r\n\r\n");
    if (end < 0)
        return false;
    QList<QByteArray> lines = m_buffer.first(end).split('\n');
    m_buffer.remove(0, end + 4);
    for (QByteArray &line : lines)
        line = line.endsWith('\r') ? line.chopped(1) : line;
    const QByteArray statusLine = lines.takeFirst();
    const QList<QByteArray> parts = statusLine.split(' ');
    if (parts.size() < 2 || !parts[0].startsWith("HTTP/1.") || parts[1].size() != 3 || !isDigits(parts[1]))
        return fail("bad status line");
    m_response.version = parts[0];
    m_response.reason = parts.sliced(2).join(' ');
    for (const QByteArray &line : std::as_const(lines)) {
        if (!readHeaderLine(line))
            return false;
    }
    m_response.status = parts[1].toInt();
    return chooseFraming();
}

bool HttpResponseParser::readHeaderLine(const QByteArray &line)
{
    const qsizetype colon = line.indexOf(':');
    if (colon < 1 || line.first(colon).contains(' '))
        return fail("bad header line");
    m_response.headers.append({line.first(colon), line.sliced(colon + 1).trimmed()});
    return true;
}

bool HttpResponseParser::chooseFraming()
{
    if (m_response.status / 100 == 1) { // an interim response; the real one follows
        m_response = {};
        return true;
    }
    if (m_isHeadRequest || m_response.status == 204 || m_response.status == 304)
        return finish();
    const auto length = m_response.header("content-length");
    const auto encoding = m_response.header("transfer-encoding");
    if (length && encoding)
        return fail("both a length and chunks");
    if (encoding) {
        m_state = State::ChunkSize;
        return *encoding == "chunked" || fail("unknown transfer encoding");
    }
    if (!length) {
        m_state = State::UntilClose;
        return true;
    }
    m_left = length->toLongLong();
    m_state = State::Length;
    return isDigits(*length) || fail("bad length");
}

bool HttpResponseParser::readLength()
{
    const qsizetype count = std::min<qsizetype>(m_left, m_buffer.size());
    m_response.body += m_buffer.first(count);
    m_buffer.remove(0, count);
    m_left -= count;
    return m_left == 0 && finish();
}

bool HttpResponseParser::readChunkSize()
{
    const auto line = takeLine();
    if (!line)
        return false;
    bool isNumber = false;
    m_left = line->split(';').first().toLongLong(&isNumber, 16);
    if (!isNumber || m_left < 0)
        return fail("bad chunk size");
    m_state = m_left == 0 ? State::Trailers : State::ChunkData;
    m_response.chunks += m_left == 0 ? 0 : 1;
    return true;
}

bool HttpResponseParser::readChunkData()
{
    const qsizetype count = std::min<qsizetype>(m_left, m_buffer.size());
    m_response.body += m_buffer.first(count);
    m_buffer.remove(0, count);
    m_left -= count;
    if (m_left > 0)
        return false;
    m_state = State::ChunkEnd;
    return true;
}

bool HttpResponseParser::readChunkEnd()
{
    const auto line = takeLine();
    if (!line)
        return false;
    m_state = State::ChunkSize;
    return line->isEmpty() || fail("a chunk longer than its size");
}

bool HttpResponseParser::readTrailers()
{
    const auto line = takeLine();
    return line && (!line->isEmpty() || finish());
}

std::optional<QByteArray> HttpResponseParser::takeLine()
{
    const qsizetype end = m_buffer.indexOf("\r\n");
    if (end < 0)
        return std::nullopt;
    QByteArray line = m_buffer.first(end);
    m_buffer.remove(0, end + 2);
    return line;
}

bool HttpResponseParser::finish()
{
    m_state = State::Done;
    m_response.isComplete = true;
    return true;
}

bool HttpResponseParser::fail(const char *error)
{
    m_error = error;
    return false;
}

}
