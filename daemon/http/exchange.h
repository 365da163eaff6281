// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/http/connection.h"
#include "daemon/http/httptypes.h"
#include "shared/async/context.h"
#include "shared/async/task.h"
#include "shared/async/wait.h"

#include <QPointer>

#include <chrono>
#include <memory>
#include <optional>

namespace moe::http {

/// What an answer will have been once its last bytes are out.
struct AnswerEnd {
    int status = 200;
    bool isWhole = true; ///< false: a stream that ends with an error
};

/// Sees an answer on its way out, before anybody else can know of it.
class AnswerObserver
{
public:
    AnswerObserver() = default;
    AnswerObserver(const AnswerObserver &) = delete;
    AnswerObserver &operator=(const AnswerObserver &) = delete;
    virtual ~AnswerObserver() = default;

    /// The last bytes are about to go out; the first call for an answer that is sent whole. Never called for an answer
    /// that is cut.
    virtual void answerEnds(const AnswerEnd &end) = 0;
    /// The head is about to go out and may be added to.
    virtual void headBegins(class Exchange &exchange, int status) = 0;
};

/// One request and the one answer to it. Created by HttpServer, shared with the handler, used on one I/O thread.
/// Only the boundary sends whole answers; a handler may turn the answer into an event stream first.
class Exchange
{
public:
    Exchange(HttpRequest request, QByteArray requestId, Connection *connection);
    Exchange(const Exchange &) = delete;
    Exchange &operator=(const Exchange &) = delete;
    ~Exchange();

    [[nodiscard]] const HttpRequest &request() const { return m_request; }
    [[nodiscard]] const QByteArray &requestId() const { return m_requestId; }
    [[nodiscard]] std::stop_token stopToken() const { return m_stop; }
    [[nodiscard]] std::chrono::steady_clock::time_point startedAt() const { return m_startedAt; }

    /// Added to the answer, whole or streamed, whichever it becomes.
    void addHeader(QByteArrayView name, QByteArrayView value);
    /// Let go once the answer has ended.
    void setObserver(std::shared_ptr<AnswerObserver> observer) { m_observer = std::move(observer); }

    /// Sends the head of a server-sent event stream (status 200). For HEAD that is all: the handler is stopped.
    void beginStream();
    [[nodiscard]] bool isStreaming() const { return m_stream != Stream::None; }
    /// Sends one `data:` event at once.
    void sendData(QByteArrayView data);
    /// Sends one event with a type and, unless empty, an id; `data` is one line.
    void sendNamedEvent(QByteArrayView type, QByteArrayView id, QByteArrayView data);
    /// Tells the client how long to wait before it comes back, should the stream be cut.
    void sendRetry(std::chrono::milliseconds delay);
    /// Sends the comment that keeps an idle connection open.
    void sendHeartbeat();
    /// The stream is complete; `lastData` is one more event.
    void endStream(QByteArrayView lastData = {});
    /// The stream failed: sends one last event and closes the connection behind it.
    void endStreamWith(QByteArrayView data);
    [[nodiscard]] std::chrono::steady_clock::time_point lastSentAt() const { return m_lastSentAt; }

    /// True while too much of the answer waits for the client to read.
    [[nodiscard]] bool isCongested() const;
    /// After isCongested(): ends when there is room, with Cancelled when the client is gone or was cut, and with the
    /// context. The exchange outlives it.
    [[nodiscard]] Task<void> drained(RequestContext context) const;

    /// Stops the handler; the client is told why, unless its answer has ended. What the handler then says it has been
    /// cancelled by is abortReason().
    void abort(Error why);
    [[nodiscard]] const std::optional<Error> &abortReason() const { return m_abortReason; }

    // For the boundary.
    /// Whom abort() stops; null before and after the handler.
    void setWork(LinkedStop *work) { m_work = work; }
    void send(const HttpReply &reply);
    /// A stream whose handler ended without endStream() is cut, so that nobody takes it for complete.
    void cutUnfinishedStream();
    [[nodiscard]] int sentStatus() const { return m_sentStatus; }
    [[nodiscard]] qint64 sentBytes() const { return m_sentBytes; }
    [[nodiscard]] bool isFinished() const { return m_isFinished; }

private:
    enum class Stream { None, Open, Ended };

    [[nodiscard]] bool isHead() const { return m_request.method == Method::Head; }
    [[nodiscard]] QByteArray beginHead(int status, bool mayKeepAlive);
    void appendEvent(QByteArrayView begin, QByteArrayView data, QByteArrayView end);
    void sendEvent(QByteArrayView begin, QByteArrayView data, QByteArrayView end);
    void closeStream(QByteArrayView lastData, bool isWhole);
    void finish();

    const HttpRequest m_request;
    const QByteArray m_requestId;
    const std::chrono::steady_clock::time_point m_startedAt;
    const std::stop_token m_stop;
    const bool m_isHttp10;
    QPointer<Connection> m_connection;
    LinkedStop *m_work = nullptr;
    std::optional<Error> m_abortReason;
    std::shared_ptr<AnswerObserver> m_observer; // null once the answer has ended
    QByteArray m_extraHeaders; // as they go into the head
    Stream m_stream = Stream::None;
    bool m_isFinished = false;
    bool m_keepsAlive = false; // as the head of the answer says
    int m_sentStatus = 0;
    qint64 m_sentBytes = 0;
    std::chrono::steady_clock::time_point m_lastSentAt;
};

}
