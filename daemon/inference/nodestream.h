// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/inference/backend.h"
#include "daemon/inference/lease.h"
#include "daemon/inference/upstreamerror.h"
#include "shared/async/completion.h"
#include "shared/async/wait.h"

namespace moe::inference {

/// Told once how each call to a server ended and what it used; from the I/O threads.
using CallObserver = std::function<void(const CallInfo &call, std::optional<ErrorCode> failure, const Usage &usage)>;

/// One streamed answer of one server: moves bytes from the transfer through the reader to whoever awaits next(), and
/// tells lease and observer how it went. The observer outlives it.
class NodeStream final : public ChatStream, private TransferSink, public std::enable_shared_from_this<NodeStream>
{
public:
    using Began = std::expected<void, AttemptFailure>;

    NodeStream(Lease lease, std::unique_ptr<StreamReader> reader, CallInfo info, qint64 promptTokensEstimate,
               std::shared_ptr<CallMeter> meter, const CallObserver &observe, RequestContext context);
    ~NodeStream() override;

    /// Sends the request; call once.
    void start(CurlLoop &loop, UpstreamRequest request);
    /// Awaitable: ends with the first chunk, or with why there will be none.
    [[nodiscard]] const Completion<Began> &began() const { return m_began; }

    [[nodiscard]] Channel<ChatEvent>::Awaiter next() override { return m_events.next(); }
    void setPaused(bool isPaused) override;
    [[nodiscard]] const CallInfo &info() const override { return m_info; }

private:
    void transferBegan(int status) override;
    void transferData(QByteArray bytes) override;
    void transferEnded(std::expected<void, TransferFailure> result) override;

    void push(QByteArray chunk);
    void end();
    void fail(AttemptFailure failure);
    void report(std::optional<ErrorCode> failure);

    Lease m_lease;
    const ServerPtr m_server;
    const std::unique_ptr<StreamReader> m_reader;
    CallInfo m_info;
    const qint64 m_promptTokensEstimate;
    const std::shared_ptr<CallMeter> m_meter; // may be null
    const CallObserver &m_observe;
    const RequestContext m_context;
    const Clock::Steady m_startedAt = std::chrono::steady_clock::now();
    Channel<ChatEvent> m_events;
    Completion<Began> m_began;
    std::unique_ptr<Transfer> m_transfer;
    std::optional<StopWatcher> m_stopWatcher;
    QByteArray m_errorBody;       // of an answer with another status than 200
    int m_status = 0;
    qint64 m_chunks = 0;
    bool m_isReported = false;
};

}
