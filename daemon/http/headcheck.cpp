// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/headcheck.h"

#include "shared/core/text.h"

#include <array>

using namespace Qt::StringLiterals;

namespace moe::http {

namespace {

constexpr std::array<bool, 256> makeTokenTable()
{
    std::array<bool, 256> table{};
    for (unsigned c = '0'; c <= '9'; ++c)
        table[c] = true;
    for (unsigned c = 'a'; c <= 'z'; ++c)
        table[c] = true;
    for (unsigned c = 'A'; c <= 'Z'; ++c)
        table[c] = true;
    for (const char c : {'!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~'})
        table[static_cast<unsigned char>(c)] = true;
    return table;
}
constexpr std::array<bool, 256> tokenTable = makeTokenTable();

bool isToken(QByteArrayView text)
{
    return !text.isEmpty()
        && std::all_of(text.begin(), text.end(), [](char c) { return tokenTable[static_cast<unsigned char>(c)]; });
}

bool isFieldValue(QByteArrayView text)
{
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\t') || byte == 0x7F;
    });
}

std::unexpected<Refusal> refuse(int status, QLatin1StringView reason)
{
    return std::unexpected(Refusal{status, reason});
}

/// Where the empty line ends, or -1. Every line feed has to follow a carriage return.
std::expected<qsizetype, Refusal> findEnd(QByteArrayView bytes, qsizetype &scanned)
{
    for (;;) {
        const qsizetype lineFeed = bytes.indexOf('\n', scanned);
        if (lineFeed < 0) {
            scanned = bytes.size();
            return -1;
        }
        if (lineFeed == 0 || bytes[lineFeed - 1] != '\r')
            return refuse(400, "A line of the request head does not end in CR LF."_L1);
        scanned = lineFeed + 1;
        if (lineFeed == 1)
            return refuse(400, "The request starts with an empty line."_L1);
        if (lineFeed >= 3 && bytes[lineFeed - 2] == '\n')
            return scanned;
    }
}

std::expected<void, Refusal> readRequestLine(QByteArrayView line, RequestHead &head, const RequestLimits &limits)
{
    const qsizetype firstSpace = line.indexOf(' ');
    const qsizetype lastSpace = line.lastIndexOf(' ');
    if (firstSpace <= 0 || lastSpace == firstSpace)
        return refuse(400, "The request line is malformed."_L1);
    head.methodSize = firstSpace;
    head.targetBegin = firstSpace + 1;
    head.targetSize = lastSpace - head.targetBegin;
    if (!isToken(line.first(firstSpace)))
        return refuse(400, "The request method is malformed."_L1);

    const QByteArrayView target = line.sliced(head.targetBegin, head.targetSize);
    if (target.size() > limits.targetBytes)
        return refuse(414, "The request target is too long."_L1);
    const auto isVisible
        = [](char c) { return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7F; };
    if (target.isEmpty() || (target.front() != '/' && target != "*")
        || !std::all_of(target.begin(), target.end(), isVisible))
        return refuse(400, "The request target is malformed."_L1);

    const QByteArrayView version = line.sliced(lastSpace + 1);
    if (version == "HTTP/1.1")
        head.minorVersion = 1;
    else if (version == "HTTP/1.0")
        head.minorVersion = 0;
    else if (version.startsWith("HTTP/") && version.size() == 8)
        return refuse(505, "This HTTP version is not supported."_L1);
    else
        return refuse(400, "The request line is malformed."_L1);
    return {};
}

std::expected<qsizetype, Refusal> readLength(QByteArrayView value)
{
    // 18 digits cannot overflow; no sign, no list, no white space.
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    if (value.isEmpty() || !std::all_of(value.begin(), value.end(), isDigit))
        return refuse(400, "The content length is not a number."_L1);
    if (value.size() > 18)
        return refuse(400, "The content length is out of range."_L1);
    qsizetype length = 0;
    for (const char c : value)
        length = length * 10 + (c - '0');
    return length;
}

/// The header fields that decide on framing, counted as they come.
class FramingFields
{
public:
    std::expected<void, Refusal> take(QByteArrayView name, QByteArrayView value, RequestHead &head)
    {
        switch (name.size()) {
        case 4:
            if (equalsIgnoringCase(name, "host"))
                return takeHost(value);
            break;
        case 6:
            if (equalsIgnoringCase(name, "expect"))
                return takeExpect(value, head);
            break;
        case 7:
            if (equalsIgnoringCase(name, "upgrade") && equalsIgnoringCase(value, "websocket"))
                return refuse(400, "Web sockets are not served here."_L1);
            break;
        case 10:
            if (equalsIgnoringCase(name, "connection"))
                takeConnection(value);
            break;
        case 14:
            if (equalsIgnoringCase(name, "content-length"))
                return takeLength(value, head);
            break;
        case 17:
            if (equalsIgnoringCase(name, "transfer-encoding"))
                return takeEncoding(value, head);
            break;
        default: break;
        }
        return {};
    }

    std::expected<void, Refusal> finish(RequestHead &head) const
    {
        if (m_hosts == 0 && head.minorVersion == 1)
            return refuse(400, "The request has no Host header."_L1);
        if (m_lengths > 0 && m_encodings > 0)
            return refuse(400, "The request has both a content length and a transfer encoding."_L1);
        if (m_encodings > 0 && head.minorVersion == 0)
            return refuse(400, "HTTP/1.0 has no transfer encodings."_L1);
        head.isKeepAlive = head.minorVersion == 1 ? !m_saysClose : m_saysKeepAlive && !m_saysClose;
        return {};
    }

private:
    std::expected<void, Refusal> takeHost(QByteArrayView value)
    {
        if (++m_hosts > 1)
            return refuse(400, "The request has more than one Host header."_L1);
        const auto isHostCharacter
            = [](char c) { return c > ' ' && c < 0x7F && c != '/' && c != '@' && c != '\\' && c != ','; };
        if (!std::all_of(value.begin(), value.end(), isHostCharacter))
            return refuse(400, "The Host header is malformed."_L1);
        return {};
    }
    std::expected<void, Refusal> takeExpect(QByteArrayView value, RequestHead &head)
    {
        if (!equalsIgnoringCase(value, "100-continue"))
            return refuse(417, "This expectation cannot be met."_L1);
        head.expectsContinue = head.minorVersion == 1;
        return {};
    }
    void takeConnection(QByteArrayView value)
    {
        while (!value.isEmpty()) {
            const qsizetype comma = value.indexOf(',');
            const QByteArrayView option = trimmedBlank(comma < 0 ? value : value.first(comma));
            m_saysClose = m_saysClose || equalsIgnoringCase(option, "close");
            m_saysKeepAlive = m_saysKeepAlive || equalsIgnoringCase(option, "keep-alive");
            value = comma < 0 ? QByteArrayView() : value.sliced(comma + 1);
        }
    }
    std::expected<void, Refusal> takeLength(QByteArrayView value, RequestHead &head)
    {
        if (++m_lengths > 1)
            return refuse(400, "The request has more than one content length."_L1);
        const auto length = readLength(value);
        if (!length)
            return std::unexpected(length.error());
        head.contentLength = *length;
        head.bodyKind = *length > 0 ? BodyKind::Length : BodyKind::None;
        return {};
    }
    std::expected<void, Refusal> takeEncoding(QByteArrayView value, RequestHead &head)
    {
        if (++m_encodings > 1 || !equalsIgnoringCase(value, "chunked"))
            return refuse(m_encodings > 1 ? 400 : 501, "Only the chunked transfer encoding is supported, once."_L1);
        head.bodyKind = BodyKind::Chunked;
        return {};
    }

    int m_hosts = 0;
    int m_lengths = 0;
    int m_encodings = 0;
    bool m_saysClose = false;
    bool m_saysKeepAlive = false;
};

std::expected<void, Refusal> readField(QByteArrayView line, FramingFields &fields, RequestHead &head)
{
    const qsizetype colon = line.indexOf(':');
    // A name with white space before the colon, or a continuation line, is not a token.
    if (colon <= 0 || !isToken(line.first(colon)))
        return refuse(400, "A header name is malformed."_L1);
    const QByteArrayView value = trimmedBlank(line.sliced(colon + 1));
    if (!isFieldValue(value))
        return refuse(400, "A header value has control characters."_L1);
    return fields.take(line.first(colon), value, head);
}

}

std::expected<std::optional<RequestHead>, Refusal> checkHead(QByteArrayView bytes, qsizetype &scanned,
                                                             const RequestLimits &limits)
{
    const auto end = findEnd(bytes, scanned);
    if (!end)
        return std::unexpected(end.error());
    if (*end > limits.headBytes || (*end < 0 && bytes.size() > limits.headBytes))
        return refuse(431, "The request head is too large."_L1);
    if (*end < 0)
        return std::nullopt;

    RequestHead head;
    head.size = *end;
    FramingFields fields;
    qsizetype begin = 0;
    qsizetype count = -1; // the request line is not a header
    while (begin < *end - 2) {
        const qsizetype lineEnd = bytes.indexOf('\n', begin) - 1; // findEnd() saw that CR LF ends every line
        const QByteArrayView line = bytes.sliced(begin, lineEnd - begin);
        if (++count > limits.headerCount)
            return refuse(431, "The request has too many headers."_L1);
        const auto read = count == 0 ? readRequestLine(line, head, limits) : readField(line, fields, head);
        if (!read)
            return std::unexpected(read.error());
        begin = lineEnd + 2;
    }
    if (const auto finished = fields.finish(head); !finished)
        return std::unexpected(finished.error());
    if (head.contentLength > limits.bodyBytes)
        return refuse(413, "The request body is too large."_L1);
    return head;
}

QByteArrayView headerValue(QByteArrayView head, QByteArrayView name)
{
    qsizetype begin = head.indexOf('\n') + 1;
    while (begin < head.size() - 2) {
        const qsizetype lineEnd = head.indexOf('\n', begin) - 1;
        const QByteArrayView line = head.sliced(begin, lineEnd - begin);
        if (line.size() > name.size() && line[name.size()] == ':' && equalsIgnoringCase(line.first(name.size()), name))
            return trimmedBlank(line.sliced(name.size() + 1));
        begin = lineEnd + 2;
    }
    return {};
}

std::expected<qsizetype, Refusal> ChunkedBody::consume(QByteArrayView bytes)
{
    qsizetype at = 0;
    while (at < bytes.size() && m_state != State::Done) {
        if (m_state == State::Data) {
            const qsizetype taken = std::min(m_left, bytes.size() - at);
            m_data.append(bytes.sliced(at, taken));
            m_left -= taken;
            at += taken;
            if (m_left == 0)
                m_state = State::DataReturn;
            continue;
        }
        if (const auto refusal = step(bytes[at]))
            return std::unexpected(*refusal);
        ++at;
    }
    return at;
}

std::optional<Refusal> ChunkedBody::sizeEnds()
{
    if (m_sizeDigits == 0)
        return Refusal{400, "A chunk has no size."_L1};
    m_announced += m_left;
    if (m_announced > m_limits.bodyBytes)
        return Refusal{413, "The request body is too large."_L1};
    return {};
}

std::optional<Refusal> ChunkedBody::step(char c)
{
    const Refusal malformed{400, "The chunked body is malformed."_L1};
    if (m_state != State::Size && ++m_overhead > m_limits.headBytes + 8 * m_announced)
        return Refusal{431, "The chunked body has too much around its data."_L1};
    switch (m_state) {
    case State::Size: {
        const int digit = c >= '0' && c <= '9'       ? c - '0'
            : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                     : -1;
        if (digit >= 0) {
            if (++m_sizeDigits > 8)
                return Refusal{413, "A chunk is too large."_L1};
            m_left = m_left * 16 + digit;
            return {};
        }
        if (const auto refusal = sizeEnds())
            return refusal;
        if (c == ';')
            m_state = State::Extension;
        else if (c == '\r')
            m_state = State::SizeLineFeed;
        else
            return malformed;
        return {};
    }
    case State::Extension:
        if (c == '\r')
            m_state = State::SizeLineFeed;
        else if (static_cast<unsigned char>(c) < 0x20 && c != '\t')
            return malformed;
        return {};
    case State::SizeLineFeed:
        if (c != '\n')
            return malformed;
        m_state = m_left > 0 ? State::Data : State::Trailer;
        m_isTrailerLineEmpty = true;
        m_sizeDigits = 0;
        return {};
    case State::DataReturn:
        if (c != '\r')
            return malformed;
        m_state = State::DataLineFeed;
        return {};
    case State::DataLineFeed:
        if (c != '\n')
            return malformed;
        m_state = State::Size;
        return {};
    case State::Trailer:
        if (c == '\r')
            m_state = State::TrailerLineFeed;
        else if (static_cast<unsigned char>(c) < 0x20 && c != '\t')
            return malformed;
        else
            m_isTrailerLineEmpty = false;
        return {};
    case State::TrailerLineFeed:
        if (c != '\n')
            return malformed;
        m_state = m_isTrailerLineEmpty ? State::Done : State::Trailer;
        m_isTrailerLineEmpty = true;
        return {};
    case State::Data:
    case State::Done: break;
    }
    Q_UNREACHABLE_RETURN(malformed);
}

}
