// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace moe::bench {

/// Takes HTTP/1.1 responses apart, as strictly as a benchmark needs: an answer counts only when all of it came.
class ResponseParser
{
public:
    enum class State { Head, Fixed, ChunkSize, ChunkData, ChunkEnd, Trailer, Complete, Bad };
    using BodySink = std::function<void(std::string_view)>;

    /// Takes the next bytes of the connection; `sink` hears the body in parts, without transfer coding.
    void feed(std::string_view bytes, const BodySink &sink);
    /// Makes the parser ready for the next response of the same connection.
    void reset();

    State state() const { return m_state; }
    bool isComplete() const { return m_state == State::Complete; }
    bool isBad() const { return m_state == State::Bad; }
    int status() const { return m_status; }
    bool isKeptAlive() const { return m_isKeptAlive; }
    std::uint64_t bodyBytes() const { return m_bodyBytes; }

private:
    std::string_view step(std::string_view bytes, const BodySink &sink);
    std::string_view takeHead(std::string_view bytes);
    std::string_view takeBody(std::string_view bytes, const BodySink &sink);
    /// Collects a line until its CRLF; true when m_line holds it without.
    bool takeLine(std::string_view &bytes);
    void takeChunkSize();
    void readHead(std::string_view head);
    void readField(std::string_view name, std::string_view value);

    State m_state = State::Head;
    std::string m_line;
    std::uint64_t m_left = 0;
    std::uint64_t m_bodyBytes = 0;
    int m_status = 0;
    bool m_isKeptAlive = true;
    bool m_isChunked = false;
    bool m_hasLength = false;
};

/// The value of a decimal or hexadecimal number that is all of `text`; false for anything else.
bool parseNumber(std::string_view text, std::uint64_t &value, int base = 10);
/// Compares ASCII text without regard to case; `lower` is lower case already.
bool equalsIgnoringCase(std::string_view text, std::string_view lower);
/// Without blanks and tabs at both ends.
std::string_view trimmed(std::string_view text);

}
