// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QList>

#include <optional>
#include <utility>

namespace moe::test {

/// One event of a text/event-stream body. A comment (heartbeat) is an event with nothing but `comment`.
struct SseEvent {
    QByteArray event;
    QByteArray data; ///< several lines joined by line feeds
    QByteArray comment;

    friend bool operator==(const SseEvent &, const SseEvent &) = default;
};

/// The complete events of a body, in order.
[[nodiscard]] QList<SseEvent> sseEvents(const QByteArray &body);

/// A response as far as it has arrived.
struct HttpResponse {
    int status = 0; ///< 0: the head is not complete yet
    QByteArray version; ///< "HTTP/1.1"
    QByteArray reason;
    QList<std::pair<QByteArray, QByteArray>> headers; ///< in order, names as sent
    QByteArray body;                                  ///< without chunk framing
    qsizetype chunks = 0;                             ///< data chunks received, if it is chunked
    bool isComplete = false;                          ///< ended by its length, its last chunk or a permitted close

    /// Value of the first header of that name, case ignored; nothing if there is none.
    [[nodiscard]] std::optional<QByteArray> header(const QByteArray &name) const;
    [[nodiscard]] QList<SseEvent> events() const { return sseEvents(body); }
};

/// Reads a stream of responses strictly: what RFC 9112 does not allow in a response makes it fail.
class HttpResponseParser
{
public:
    /// Until the response ends; bytes behind its end stay for the next one.
    void feed(const QByteArray &bytes);
    /// The connection was closed: ends a response that has neither length nor chunks.
    void close();

    [[nodiscard]] const HttpResponse &response() const { return m_response; }
    /// What is wrong; empty: nothing.
    [[nodiscard]] const QByteArray &error() const { return m_error; }
    /// Bytes that belong to no response read so far.
    [[nodiscard]] const QByteArray &rest() const { return m_buffer; }

    /// Begins the next response. `isHeadRequest`: the answer to HEAD has no body whatever its head says.
    void begin(bool isHeadRequest = false);

private:
    enum class State { Head, Length, UntilClose, ChunkSize, ChunkData, ChunkEnd, Trailers, Done };

    bool step();
    bool readHead();
    bool readHeaderLine(const QByteArray &line);
    bool chooseFraming();
    bool readLength();
    bool readChunkSize();
    bool readChunkData();
    bool readChunkEnd();
    bool readTrailers();
    bool finish();
    bool fail(const char *error);
    std::optional<QByteArray> takeLine();

    HttpResponse m_response;
    QByteArray m_buffer;
    QByteArray m_error;
    State m_state = State::Head;
    qint64 m_left = 0; ///< of the body or of the present chunk
    bool m_isHeadRequest = false;
};

}
