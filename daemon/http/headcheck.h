// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QLatin1StringView>

#include <expected>
#include <optional>
#include <utility>

namespace moe::http {

/// Limits on what a client may send.
struct RequestLimits {
    qsizetype headBytes = 32 * 1024;
    qsizetype headerCount = 100;
    qsizetype targetBytes = 8 * 1024;
    qsizetype bodyBytes = 32 * 1024 * 1024;
};

/// Why a head or body is refused; the connection is closed after the answer.
struct Refusal {
    int status;                ///< 400, 413, 431, 501 or 505
    QLatin1StringView reason;  ///< for people
    friend bool operator==(const Refusal &, const Refusal &) = default;
};

enum class BodyKind { None, Length, Chunked };

/// What framing and routing need of a request's head. Offsets count from the head's first byte.
struct RequestHead {
    qsizetype size = 0;                 ///< bytes up to and including the empty line
    qsizetype methodSize = 0;
    qsizetype targetBegin = 0;
    qsizetype targetSize = 0;
    int minorVersion = 1;               ///< HTTP/1.0 or 1.1
    BodyKind bodyKind = BodyKind::None;
    qsizetype contentLength = 0;
    bool isKeepAlive = true;
    bool expectsContinue = false;

    [[nodiscard]] QByteArrayView method(QByteArrayView head) const { return head.first(methodSize); }
    [[nodiscard]] QByteArrayView target(QByteArrayView head) const { return head.sliced(targetBegin, targetSize); }
};

/// Reads the head of a request more strictly than the HTTP server behind it, so that no two parsers on a request's way
/// can disagree on where it ends (RFC 9112, sections 2 to 7, without the leniencies it allows).
/// Nothing: the head is not complete yet. `scanned` remembers, between calls with more bytes, how far the end was
/// looked for; start with 0.
[[nodiscard]] std::expected<std::optional<RequestHead>, Refusal> checkHead(QByteArrayView bytes, qsizetype &scanned,
                                                                           const RequestLimits &limits);

/// The first header `name` in a head that checkHead() accepted, trimmed; empty if there is none.
[[nodiscard]] QByteArrayView headerValue(QByteArrayView head, QByteArrayView name);

/// Decodes a chunked body.
class ChunkedBody
{
public:
    explicit ChunkedBody(const RequestLimits &limits) : m_limits(limits) { }

    /// Takes the next bytes; returns how many belong to this body (all of them, unless it ended).
    [[nodiscard]] std::expected<qsizetype, Refusal> consume(QByteArrayView bytes);
    [[nodiscard]] bool isComplete() const { return m_state == State::Done; }
    [[nodiscard]] QByteArray takeData() { return std::exchange(m_data, QByteArray()); }

private:
    enum class State { Size, Extension, SizeLineFeed, Data, DataReturn, DataLineFeed, Trailer, TrailerLineFeed, Done };
    [[nodiscard]] std::optional<Refusal> step(char c);
    [[nodiscard]] std::optional<Refusal> sizeEnds();

    RequestLimits m_limits;
    QByteArray m_data;
    State m_state = State::Size;
    qsizetype m_left = 0;        // of the chunk
    qsizetype m_announced = 0;   // sizes of all chunks so far
    qsizetype m_overhead = 0;    // extensions and trailers, bounded like a head
    int m_sizeDigits = 0;
    bool m_isTrailerLineEmpty = true;
};

}
