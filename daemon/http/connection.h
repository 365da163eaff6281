// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/http/headcheck.h"
#include "daemon/http/tls.h"
#include "shared/async/completion.h"
#include "shared/async/directnotifier.h"
#include "shared/core/result.h"

#include <QHttpServerResponder>
#include <QTcpSocket>

#include <chrono>
#include <initializer_list>
#include <memory>
#include <stop_token>

namespace moe::http {

/// A whole request, taken off a connection.
struct ReceivedRequest {
    RequestHead head;
    QByteArray headBytes;
    QByteArray body; ///< decoded if it came chunked
};

/// What a connection may cost. Times are checked once a second.
struct ConnectionLimits {
    RequestLimits request;
    std::chrono::seconds headTime{20};     ///< from a request's first byte to the end of its head
    std::chrono::seconds bodyTime{60};     ///< between two reads of a body
    std::chrono::seconds idleTime{75};     ///< between two requests
    std::chrono::seconds stallTime{60};    ///< a client that takes none of its answer for so long is cut
    qsizetype unsentHigh = 256 * 1024;     ///< above: whoever produces the answer should wait …
    qsizetype unsentLow = 64 * 1024;       ///< … until no more than this is left
};

/// What a connection reports to the listener it came from.
class ConnectionOwner
{
public:
    /// QHttpServer is about to hear of this connection and to hand out the responder for it.
    virtual void introduce(class Connection *connection) = 0;
    /// A whole request waits to be taken.
    virtual void requestIsRead(class Connection *connection) = 0;
    /// Whether to read the body that follows this head.
    [[nodiscard]] virtual bool mayUpload(const ReceivedRequest &head, const class Connection *connection) const = 0;
    virtual void connectionClosed(class Connection *connection) = 0;
    /// Body and type of the answer to a request that never reaches a handler.
    [[nodiscard]] virtual QByteArray refusalAnswer(const Refusal &refusal) const = 0;
    /// Seconds since the listener started, coarse.
    [[nodiscard]] virtual qint64 tick() const = 0;
    /// No connection is kept for another request any more.
    [[nodiscard]] virtual bool isStopping() const = 0;

protected:
    ~ConnectionOwner() = default;
};

/// An accepted connection. A QTcpSocket for QHttpServer's sake, but it moves its bytes itself. What arrives is checked
/// and held until a request is complete and within limits. QHttpServer, whose parser is lenient, takes a head byte by
/// byte and costs as much as all of our own work, is shown a minimal head of ours once, with the first request, and
/// sees the connection as a single exchange from then on: its responder is kept as long as the connection lives. What
/// is written collects until flushOutput(): one system call for an answer or a frame. A client that goes away requests
/// stop. Belongs to one I/O thread; deleted by QHttpServer after disconnected().
class Connection final : public QTcpSocket
{
    Q_OBJECT

public:
    Connection(int descriptor, const ConnectionLimits &limits, std::unique_ptr<TlsSession> tls, ConnectionOwner *owner);
    ~Connection() override;

    /// Starts reading; call when somebody listens to readyRead.
    void start();

    [[nodiscard]] std::stop_token stopToken() const { return m_stop.get_token(); }
    /// Keeps QHttpServer from looking for more requests by itself.
    void keepResponder(QHttpServerResponder responder) { m_responder = std::move(responder); }
    /// The request that waits; once.
    [[nodiscard]] ReceivedRequest takeRequest() { return std::exchange(m_request, {}); }
    /// Whether the present answer may leave the connection open.
    [[nodiscard]] bool mayKeepAlive() const { return m_isKeepAlive && !m_owner->isStopping(); }
    [[nodiscard]] bool isEncrypted() const { return m_tls != nullptr; }
    [[nodiscard]] bool isGone() const { return m_phase == Phase::Closed; }

    /// Adds to what flushOutput() sends.
    void append(std::initializer_list<QByteArrayView> parts);
    /// Sends what was written, as far as the kernel takes it; the rest follows by itself.
    void flushOutput();
    [[nodiscard]] qsizetype unsentBytes() const { return m_outbound.size() - m_sent + m_plain.size(); }
    [[nodiscard]] bool isCongested() const { return unsentBytes() > m_limits.unsentHigh; }
    /// Awaitable: ends when little is unsent, with Cancelled when the connection is gone. A stalled one is cut, so it
    /// always ends. One waiter at a time.
    [[nodiscard]] Completion<Result<void>> drained();

    /// The present request is answered in full: flushes, then takes the next request or closes.
    void finishAnswer(bool keepAlive);
    /// Closes at once, without the courtesy of a proper end: what a cut answer looks like.
    void cut();
    /// Closes if nothing is being handled, after what is still to be sent (the daemon is stopping).
    void closeIfIdle();
    /// A request is on its way in or being handled.
    [[nodiscard]] bool isBusy() const { return m_phase == Phase::Body || m_phase == Phase::Handling; }
    /// Called about once a second.
    void checkTime();

    // QIODevice and QAbstractSocket
    [[nodiscard]] qint64 bytesAvailable() const override;
    [[nodiscard]] qint64 bytesToWrite() const override { return unsentBytes(); }
    void disconnectFromHost() override;
    void close() override;

protected:
    qint64 readData(char *data, qint64 size) override;
    qint64 writeData(const char *data, qint64 size) override;
    qint64 readLineData(char *data, qint64 size) override;
    qint64 skipData(qint64 size) override;

private:
    enum class Phase { Head, Body, Handling, Closing, Lingering, Closed };

    void readSocket();
    bool takeBytes(QByteArrayView bytes);
    void advance();
    bool readHead();
    bool readBody();
    [[nodiscard]] bool isBodyMissing() const;
    void refuseBody();
    void releaseRequest(QByteArray body);
    void refuse(const Refusal &refusal);
    void linger();
    void closeNow();
    void setReading(bool isReading);
    void readOn();
    [[nodiscard]] bool isStalled() const;
    [[nodiscard]] bool hasClientLeft() const;
    void wakeDrained();
    bool encryptPending();

    const int m_descriptor;
    const ConnectionLimits &m_limits;
    const std::unique_ptr<TlsSession> m_tls;
    ConnectionOwner *const m_owner;
    DirectNotifier m_readable;
    DirectNotifier m_writable;

    Phase m_phase = Phase::Head;
    QByteArray m_inbound; // not yet taken
    bool m_isHeadTimed = false; // the deadline is that of a request's head
    qsizetype m_scanned = 0; // of the head
    RequestHead m_head; // once m_phase is Body
    std::optional<ChunkedBody> m_chunked;
    ReceivedRequest m_request;
    bool m_isKeepAlive = true;
    QByteArrayView m_shown; // what QHttpServer has yet to read
    std::optional<QHttpServerResponder> m_responder;

    QByteArray m_plain; // TLS only: not encrypted yet
    QByteArray m_outbound;
    qsizetype m_sent = 0;
    std::optional<Completion<Result<void>>> m_drained;
    std::stop_source m_stop;
    qint64 m_deadline = 0; // in ticks; what it means depends on the phase
    qint64 m_progress = 0; // tick of the last byte the client took
};

}
