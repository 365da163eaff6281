// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QByteArray>
#include <QByteArrayView>

#include <functional>
#include <optional>

namespace moe {

/// One event of a server-sent event stream. The views are valid until the parser is used again.
struct SseEvent {
    QByteArrayView type; ///< of the `event:` line; empty if there is none
    QByteArrayView id;   ///< of the last `id:` line, of this event or one before; empty if there was none
    QByteArrayView data; ///< the `data:` lines, joined by line feeds
};

/// Takes a server-sent event stream apart, however it is cut into pieces: line ends CR, LF and CRLF, comments,
/// several data lines, a byte order mark. Events without a data line are ignored. An event that lies
/// whole in the bytes fed is handed on without a copy.
class SseParser
{
public:
    using OnEvent = std::function<void(const SseEvent &)>;

    /// `maxEventBytes` bounds the lines of one event and each line, and with them the memory held.
    explicit SseParser(qsizetype maxEventBytes = DefaultMaxEventBytes) : m_maxEventBytes(maxEventBytes) { }

    /// Calls `onEvent` for each event that ends in `bytes`. Fails with BadGateway on an event that is too large, and
    /// ever after.
    [[nodiscard]] Result<void> feed(QByteArrayView bytes, const OnEvent &onEvent);

    /// To be called at the end of the stream: the event that the closing blank line is missing from, if any. Servers
    /// that forget this line exist, but so do cut connections: only its data can tell which it is.
    [[nodiscard]] std::optional<SseEvent> finish();

    /// How long to wait before the stream is opened again, as its last `retry:` line says: milliseconds, unchecked.
    [[nodiscard]] std::optional<qint64> retry() const { return m_retry; }

    /// Whether a line was no field that the format knows. Readers of web pages skip these; on a connection to a server
    /// of ours they are damage, or a server's own way to say that something went wrong.
    [[nodiscard]] bool hasStrayLine() const { return m_hasStrayLine; }

    static constexpr qsizetype DefaultMaxEventBytes = 16 * 1024 * 1024;

private:
    enum class LineOrigin { Fed, Buffered };
    [[nodiscard]] bool takeLine(QByteArrayView line, LineOrigin origin, const OnEvent &onEvent);
    void takeField(QByteArrayView line, LineOrigin origin);
    void takeData(QByteArrayView value, LineOrigin origin);
    void keepData();
    void reset();
    [[nodiscard]] Result<void> tooLarge();

    qsizetype m_maxEventBytes;
    qsizetype m_eventBytes = 0; ///< of the complete lines of the event so far
    QByteArray m_line; ///< begin of a line that ended with the bytes fed
    QByteArray m_type;
    QByteArray m_id;
    QByteArray m_data; ///< data kept beyond one call or joined from several lines
    QByteArrayView m_dataView; ///< data so far: m_data, or a part of the bytes being fed
    std::optional<qint64> m_retry;
    bool m_hasData = false;
    bool m_hasStrayLine = false;
    bool m_isFirstLine = true;
    bool m_isAfterCr = false;
    bool m_isFailed = false;
};

}
