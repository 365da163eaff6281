// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/directnotifier.h"
#include "shared/core/clock.h"
#include "shared/core/result.h"

#include <QByteArray>
#include <QHash>
#include <QTimer>

#include <curl/curl.h>

#include <chrono>
#include <memory>
#include <utility>
#include <vector>

namespace moe::inference {

/// One HTTP request to an inference server.
struct UpstreamRequest {
    QByteArray url;              ///< whole; one of a few, parsed once
    QByteArray token;            ///< sent as bearer token if not empty
    QByteArray body;             ///< sent as JSON with POST; empty: GET
    std::chrono::milliseconds connectTime{3'000};
    std::chrono::milliseconds silentTime{300'000};       ///< without a byte of the answer, before or within it
    Clock::Steady deadline = Clock::Steady::max();
};

/// What went wrong with a transfer.
enum class TransferFailure { Unreachable, Silent, Cut, Deadline, TooLarge, Unreadable };

/// Receives what a transfer brings, on the loop's thread and never from within a call to CurlLoop or Transfer. May
/// destroy the transfer.
class TransferSink
{
public:
    /// The answer's head is complete.
    virtual void transferBegan(int status) = 0;
    virtual void transferData(QByteArray bytes) = 0;
    /// The last call.
    virtual void transferEnded(std::expected<void, TransferFailure> result) = 0;

protected:
    ~TransferSink() = default;
};

class CurlLoop;

/// A request under way. Destroying it closes the connection if the answer is not complete.
class Transfer final
{
public:
    Transfer(CurlLoop &loop, UpstreamRequest request, TransferSink &sink);
    Transfer(const Transfer &) = delete;
    Transfer &operator=(const Transfer &) = delete;
    ~Transfer();

    /// Stops reading from the server, and goes on.
    void setPaused(bool isPaused);
    [[nodiscard]] int status() const { return m_status; }

private:
    friend class CurlLoop;
    static size_t onWrite(char *data, size_t size, size_t count, void *self);

    void begin(bool isFresh);
    void noteHead();
    [[nodiscard]] bool retriesOnFreshConnection(CURLcode code);
    [[nodiscard]] static TransferFailure failureOf(CURLcode code);
    [[nodiscard]] bool isConnected() const;
    [[nodiscard]] std::optional<TransferFailure> overdue(Clock::Steady now) const;

    CurlLoop &m_loop;
    TransferSink &m_sink;
    const UpstreamRequest m_request;
    CURL *m_handle = nullptr;
    QByteArray m_waiting;            // read, not yet handed to the sink
    Clock::Steady m_begunAt;
    Clock::Steady m_lastByte;
    std::optional<std::expected<void, TransferFailure>> m_result;
    int m_status = 0;
    bool m_hasBegun = false;         // the sink was told
    bool m_isHeadComplete = false;
    bool m_isHeldBack = false;       // curl waits because m_waiting is full
    bool m_isPaused = false;
    bool m_isRetried = false;
    bool m_isQueued = false;
};

/// libcurl's multi interface on this thread's event loop: the only way to inference servers. Connections are kept
/// alive and reused. One per I/O thread, which it never leaves; outlives its transfers.
///
/// What comes up in a round of the event loop (sockets that are ready, requests to send, answers to hand out) is done
/// in one turn after it, kind by kind: mixed with the work of the HTTP server, each would find the processor's caches
/// filled by the other, which costs a tenth of the time of a request.
class CurlLoop final
{
public:
    /// `caFile`: the certificates of the authorities that are trusted, PEM; empty: those of the system.
    explicit CurlLoop(QByteArray caFile = {});
    CurlLoop(const CurlLoop &) = delete;
    CurlLoop &operator=(const CurlLoop &) = delete;
    ~CurlLoop();

    [[nodiscard]] std::unique_ptr<Transfer> start(UpstreamRequest request, TransferSink &sink);
    [[nodiscard]] int activeTransfers() const { return int(m_transfers.size()); }

private:
    friend class Transfer;
    /// The notifiers of one descriptor. A connection's stay as they are while it is open: switching them for every
    /// request would cost system calls.
    struct Watch {
        DirectNotifier read;
        DirectNotifier write;
        bool isUsed = false;
        bool isConnection = false; // opened and closed with our knowledge
        Watch(CurlLoop *loop, curl_socket_t descriptor);
        void disable();
    };

    static int onSocket(CURL *handle, curl_socket_t descriptor, int what, void *self, void *);
    static int onTimer(CURLM *multi, long milliseconds, void *self);
    static int onOpen(void *self, curl_socket_t descriptor, curlsocktype purpose);
    static int onClose(void *self, curl_socket_t descriptor);

    [[nodiscard]] CURL *takeHandle();
    void giveBack(CURL *handle);
    [[nodiscard]] curl_slist *headersFor(const QByteArray &token);
    /// An address taken apart. Curl prints what it is given anew for each request, byte by byte: the less, the better.
    struct Address {
        CURLU *origin = nullptr;
        QByteArray target; // path and query
    };
    [[nodiscard]] const Address &parsed(const QByteArray &url);
    Watch &watchFor(curl_socket_t descriptor);
    void noteActive(curl_socket_t descriptor, int what);
    void wantTurn();
    [[nodiscard]] bool isTimeoutDue() const;
    void turn();
    void setTimeout(long milliseconds);
    void collectFinished();
    void queue(Transfer *transfer);
    void deliver();
    void deliverTo(std::size_t place);
    void checkTime();
    void leave(Transfer *transfer);

    /// Receiver of everything queued or timed.
    class Context final : public QObject
    {
    public:
        explicit Context(CurlLoop &loop) : m_loop(loop) { }

    protected:
        bool event(QEvent *event) override;

    private:
        CurlLoop &m_loop;
    };

    const QByteArray m_caFile;
    CURLM *const m_multi;
    Context m_context{*this};
    QTimer m_timer; // of curl's next timeout
    Clock::Steady m_timeout = Clock::Steady::max(); // when curl wants to be called; m_timer may wake earlier
    QTimer m_clock;
    std::vector<std::unique_ptr<Watch>> m_watches; // index: descriptor
    std::vector<CURL *> m_idleHandles;
    QHash<QByteArray, curl_slist *> m_headers; // by token
    QHash<QByteArray, Address> m_addresses;
    std::vector<std::pair<curl_socket_t, int>> m_active; // descriptors and what they are ready for
    std::vector<std::pair<curl_socket_t, int>> m_served; // those of the present turn; a member for its memory
    std::vector<Transfer *> m_transfers;
    std::vector<Transfer *> m_ready; // with something for their sink; null: gone meanwhile
    bool m_isTurnPosted = false;
};

}
