// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QList>

#include <utility>

namespace moe::sim {

/// One HTTP/1.x request, as it arrived.
struct HttpRequest {
    QByteArray method;
    QByteArray target; ///< path and query
    QByteArray path;
    QByteArray query; ///< without the question mark
    QList<std::pair<QByteArray, QByteArray>> headers; ///< names in lower case
    QByteArray body; ///< without transfer coding
    bool isHttp10 = false;
    bool wantsClose = false;

    /// The first value of that header, or nothing.
    [[nodiscard]] QByteArray header(QByteArrayView lowerCaseName) const;
    /// The value of that query parameter, or nothing.
    [[nodiscard]] QByteArray parameter(QByteArrayView name) const;
};

/// Cuts a byte stream into requests: content-length and chunked bodies, pipelining. Pure; a parser that has failed
/// stays failed.
class RequestParser
{
public:
    static constexpr qsizetype maxHeadBytes = 64 * 1024;
    static constexpr qsizetype maxBodyBytes = 64 * 1024 * 1024;

    enum class State { NeedsMore, Ready, Failed };

    void feed(QByteArrayView bytes) { m_buffer += bytes; }
    /// Parses as far as there are bytes.
    [[nodiscard]] State advance();
    /// The request found; only when Ready.
    [[nodiscard]] HttpRequest take();
    /// True once per request whose sender waits for "100 Continue" before the body.
    [[nodiscard]] bool takeContinueWish() { return std::exchange(m_wishesContinue, false); }
    /// What a failed parser answers, and why.
    [[nodiscard]] int failureStatus() const { return m_failureStatus; }
    [[nodiscard]] QByteArray failureReason() const { return m_failureReason; }
    [[nodiscard]] qsizetype buffered() const { return m_buffer.size(); }

private:
    enum class Phase { Head, FixedBody, ChunkSize, ChunkData, Trailer, Done, Failed };

    bool parseHead();
    bool parseRequestLine(QByteArrayView line);
    bool parseHeader(QByteArrayView line);
    bool chooseBody();
    bool parseFixedBody();
    bool parseChunkSize();
    bool parseChunkData();
    bool parseTrailer();
    bool fail(int status, QByteArray reason);
    QByteArrayView takeLine(bool *isComplete);

    QByteArray m_buffer;
    qsizetype m_at = 0; ///< parsed up to here
    Phase m_phase = Phase::Head;
    HttpRequest m_request;
    qsizetype m_wanted = 0;
    bool m_wishesContinue = false;
    int m_failureStatus = 400;
    QByteArray m_failureReason;
};

}
