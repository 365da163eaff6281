// SPDX-License-Identifier: Apache-2.0
#include "tests/simnode/httprequest.h"

#include "shared/core/text.h"

namespace moe::sim {

QByteArray HttpRequest::header(QByteArrayView lowerCaseName) const
{
    const auto found = std::ranges::find(headers, lowerCaseName, &std::pair<QByteArray, QByteArray>::first);
    return found == headers.end() ? QByteArray() : found->second;
}

QByteArray HttpRequest::parameter(QByteArrayView name) const
{
    for (const QByteArray &part : query.split('&')) {
        const qsizetype equals = part.indexOf('=');
        if (equals >= 0 && QByteArrayView(part).first(equals) == name)
            return part.sliced(equals + 1);
    }
    return {};
}

RequestParser::State RequestParser::advance()
{
    for (bool goesOn = true; goesOn;) {
        switch (m_phase) {
        case Phase::Head: goesOn = parseHead(); break;
        case Phase::FixedBody: goesOn = parseFixedBody(); break;
        case Phase::ChunkSize: goesOn = parseChunkSize(); break;
        case Phase::ChunkData: goesOn = parseChunkData(); break;
        case Phase::Trailer: goesOn = parseTrailer(); break;
        case Phase::Done: return State::Ready;
        case Phase::Failed: return State::Failed;
        }
    }
    return m_phase == Phase::Failed ? State::Failed : State::NeedsMore;
}

HttpRequest RequestParser::take()
{
    if (m_at == m_buffer.size())
        m_buffer.resize(0); // keeps the capacity for the next request
    else
        m_buffer.remove(0, m_at);
    m_at = 0;
    m_phase = Phase::Head;
    return std::exchange(m_request, {});
}

bool RequestParser::parseHead()
{
    const qsizetype end = m_buffer.indexOf("\r\n\r\n");
    if (end < 0 || end > maxHeadBytes)
        return m_buffer.size() > maxHeadBytes ? fail(431, "the head is too large") : false;
    const auto head = QByteArrayView(m_buffer).first(end);
    qsizetype at = 0;
    for (bool isFirst = true; at <= end; isFirst = false) {
        qsizetype lineEnd = head.indexOf("\r\n", at);
        if (lineEnd < 0)
            lineEnd = end;
        const auto line = head.sliced(at, lineEnd - at);
        if (!(isFirst ? parseRequestLine(line) : parseHeader(line)))
            return false;
        at = lineEnd + 2;
    }
    m_at = end + 4;
    return chooseBody();
}

bool RequestParser::parseRequestLine(QByteArrayView line)
{
    const auto parts = line.toByteArray().split(' ');
    if (parts.size() != 3 || parts[0].isEmpty() || !parts[1].startsWith('/'))
        return fail(400, "malformed request line");
    if (parts[2] != "HTTP/1.1" && parts[2] != "HTTP/1.0")
        return fail(505, "unknown HTTP version");
    m_request.method = parts[0];
    m_request.target = parts[1];
    m_request.isHttp10 = parts[2].endsWith('0');
    m_request.wantsClose = m_request.isHttp10;
    const qsizetype question = parts[1].indexOf('?');
    m_request.path = question < 0 ? parts[1] : parts[1].first(question);
    m_request.query = question < 0 ? QByteArray() : parts[1].sliced(question + 1);
    return true;
}

bool RequestParser::parseHeader(QByteArrayView line)
{
    const qsizetype colon = line.indexOf(':');
    if (colon <= 0 || line[0] == ' ' || line[colon - 1] == ' ')
        return fail(400, "malformed header line");
    const QByteArray name = line.first(colon).toByteArray().toLower();
    const QByteArray value = trimmedBlank(line.sliced(colon + 1)).toByteArray();
    if (name == "connection" && equalsIgnoringCase(value, "close"))
        m_request.wantsClose = true;
    else if (name == "connection" && equalsIgnoringCase(value, "keep-alive"))
        m_request.wantsClose = false;
    m_request.headers.append({name, value});
    return true;
}

bool RequestParser::chooseBody()
{
    const QByteArray coding = m_request.header("transfer-encoding");
    const QByteArray length = m_request.header("content-length");
    m_wishesContinue = equalsIgnoringCase(m_request.header("expect"), "100-continue");
    if (!m_request.isHttp10 && m_request.header("host").isEmpty())
        return fail(400, "missing Host header");
    if (!coding.isEmpty()) {
        if (!equalsIgnoringCase(coding, "chunked") || !length.isEmpty())
            return fail(400, "unusable transfer-encoding");
        m_phase = Phase::ChunkSize;
        return true;
    }
    bool isNumber = length.isEmpty();
    m_wanted = length.isEmpty() ? 0 : length.toLongLong(&isNumber);
    if (!isNumber || m_wanted < 0 || length.startsWith('+'))
        return fail(400, "unusable content-length");
    if (m_wanted > maxBodyBytes)
        return fail(413, "the body is too large");
    m_phase = Phase::FixedBody;
    return true;
}

bool RequestParser::parseFixedBody()
{
    if (m_buffer.size() - m_at < m_wanted) {
        m_buffer.reserve(m_at + m_wanted);
        return false;
    }
    m_request.body = m_buffer.sliced(m_at, m_wanted);
    m_at += m_wanted;
    m_phase = Phase::Done;
    return true;
}

QByteArrayView RequestParser::takeLine(bool *isComplete)
{
    const qsizetype end = m_buffer.indexOf("\r\n", m_at);
    *isComplete = end >= 0;
    if (end < 0)
        return {};
    const auto line = QByteArrayView(m_buffer).sliced(m_at, end - m_at);
    m_at = end + 2;
    return line;
}

bool RequestParser::parseChunkSize()
{
    bool isComplete = false;
    QByteArray size = takeLine(&isComplete).toByteArray();
    if (!isComplete)
        return m_buffer.size() - m_at > 4096 ? fail(400, "malformed chunk") : false;
    size.truncate(size.indexOf(';') < 0 ? size.size() : size.indexOf(';'));
    bool isNumber = false;
    m_wanted = size.trimmed().toLongLong(&isNumber, 16);
    if (!isNumber || m_wanted < 0)
        return fail(400, "malformed chunk size");
    if (m_wanted > maxBodyBytes - m_request.body.size())
        return fail(413, "the body is too large");
    m_phase = m_wanted == 0 ? Phase::Trailer : Phase::ChunkData;
    return true;
}

bool RequestParser::parseChunkData()
{
    if (m_buffer.size() - m_at < m_wanted + 2)
        return false;
    if (QByteArrayView(m_buffer).sliced(m_at + m_wanted, 2) != "\r\n")
        return fail(400, "malformed chunk");
    m_request.body += QByteArrayView(m_buffer).sliced(m_at, m_wanted);
    m_buffer.remove(0, m_at + m_wanted + 2);
    m_at = 0;
    m_phase = Phase::ChunkSize;
    return true;
}

bool RequestParser::parseTrailer()
{
    bool isComplete = false;
    const auto line = takeLine(&isComplete);
    if (!isComplete)
        return m_buffer.size() - m_at > maxHeadBytes ? fail(431, "the trailer is too large") : false;
    if (line.isEmpty())
        m_phase = Phase::Done;
    return true;
}

bool RequestParser::fail(int status, QByteArray reason)
{
    m_phase = Phase::Failed;
    m_failureStatus = status;
    m_failureReason = std::move(reason);
    return false;
}

}
