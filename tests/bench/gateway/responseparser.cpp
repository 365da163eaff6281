// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/gateway/responseparser.h"

#include <algorithm>
#include <charconv>

namespace moe::bench {

namespace {

constexpr std::size_t MaxHeadBytes = 16 * 1024;
constexpr std::size_t MaxLineBytes = 1024;

}

bool parseNumber(std::string_view text, std::uint64_t &value, int base)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    return error == std::errc() && end == text.data() + text.size();
}

bool equalsIgnoringCase(std::string_view text, std::string_view lower)
{
    return std::ranges::equal(text, lower, [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    return first == text.npos ? std::string_view() : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

void ResponseParser::reset() { *this = ResponseParser(); }

void ResponseParser::feed(std::string_view bytes, const BodySink &sink)
{
    while (!bytes.empty() && !isBad()) {
        // Nothing is ever pipelined, so what follows a complete answer belongs to none.
        if (isComplete())
            m_state = State::Bad;
        else
            bytes = step(bytes, sink);
    }
}

std::string_view ResponseParser::step(std::string_view bytes, const BodySink &sink)
{
    switch (m_state) {
    case State::Head: return takeHead(bytes);
    case State::Fixed:
    case State::ChunkData: return takeBody(bytes, sink);
    case State::ChunkSize:
        if (takeLine(bytes))
            takeChunkSize();
        break;
    case State::ChunkEnd:
        if (takeLine(bytes))
            m_state = m_line.empty() ? State::ChunkSize : State::Bad;
        if (m_state == State::ChunkSize)
            m_line.clear();
        break;
    case State::Trailer:
        if (takeLine(bytes)) {
            m_state = m_line.empty() ? State::Complete : State::Trailer;
            m_line.clear();
        }
        break;
    case State::Complete:
    case State::Bad: break;
    }
    return bytes;
}

std::string_view ResponseParser::takeHead(std::string_view bytes)
{
    const std::size_t before = m_line.size();
    const std::size_t from = before < 3 ? 0 : before - 3;
    m_line.append(bytes.substr(0, MaxHeadBytes));
    const auto end = m_line.find("\r\n\r\n", from);
    if (end == m_line.npos) {
        if (m_line.size() > MaxHeadBytes)
            m_state = State::Bad;
        return bytes.substr(m_line.size() - before);
    }
    const std::string head = std::move(m_line).substr(0, end + 2);
    m_line.clear();
    readHead(head);
    return bytes.substr(end + 4 - before);
}

std::string_view ResponseParser::takeBody(std::string_view bytes, const BodySink &sink)
{
    const auto part = bytes.substr(0, std::min<std::uint64_t>(m_left, bytes.size()));
    m_left -= part.size();
    m_bodyBytes += part.size();
    if (m_left == 0)
        m_state = m_state == State::Fixed ? State::Complete : State::ChunkEnd;
    sink(part);
    return bytes.substr(part.size());
}

bool ResponseParser::takeLine(std::string_view &bytes)
{
    const auto end = bytes.find('\n');
    m_line.append(bytes.substr(0, end == bytes.npos ? end : end + 1));
    bytes.remove_prefix(end == bytes.npos ? bytes.size() : end + 1);
    if (m_line.size() > MaxLineBytes || (end != bytes.npos && !m_line.ends_with("\r\n"))) {
        m_state = State::Bad;
        return false;
    }
    if (end == bytes.npos)
        return false;
    m_line.resize(m_line.size() - 2);
    return true;
}

void ResponseParser::takeChunkSize()
{
    if (!parseNumber(trimmed(std::string_view(m_line).substr(0, m_line.find(';'))), m_left, 16))
        m_state = State::Bad;
    else
        m_state = m_left == 0 ? State::Trailer : State::ChunkData;
    m_line.clear();
}

void ResponseParser::readHead(std::string_view head)
{
    std::uint64_t status = 0;
    if (head.size() < 12 || !head.starts_with("HTTP/1.") || !parseNumber(head.substr(9, 3), status)) {
        m_state = State::Bad;
        return;
    }
    m_status = static_cast<int>(status);
    m_isKeptAlive = head[7] == '1';
    for (auto rest = head.substr(head.find("\r\n") + 2); !rest.empty();) {
        const auto line = rest.substr(0, rest.find("\r\n"));
        rest.remove_prefix(line.size() + 2);
        if (const auto colon = line.find(':'); colon != line.npos)
            readField(line.substr(0, colon), trimmed(line.substr(colon + 1)));
    }
    if (m_state == State::Bad)
        return;
    if (m_status < 200)
        reset(); // 100 Continue: the answer itself follows.
    else if (m_isChunked == m_hasLength && m_status != 204)
        m_state = State::Bad; // both, or no way to tell a whole answer from a cut one
    else if (m_isChunked)
        m_state = State::ChunkSize;
    else
        m_state = m_left == 0 ? State::Complete : State::Fixed;
}

void ResponseParser::readField(std::string_view name, std::string_view value)
{
    if (equalsIgnoringCase(name, "content-length")) {
        if (m_hasLength || !parseNumber(value, m_left))
            m_state = State::Bad;
        m_hasLength = true;
    } else if (equalsIgnoringCase(name, "transfer-encoding")) {
        m_isChunked = equalsIgnoringCase(value, "chunked");
    } else if (equalsIgnoringCase(name, "connection")) {
        m_isKeptAlive = !equalsIgnoringCase(value, "close");
    }
}

}
