// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/nodestream.h"

namespace moe::inference {

namespace {

constexpr qsizetype errorBodyLimit = 64 * 1024;

std::chrono::microseconds since(Clock::Steady start)
{
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
}

}

NodeStream::NodeStream(Lease lease, std::unique_ptr<StreamReader> reader, CallInfo info, qint64 promptTokensEstimate,
                       std::shared_ptr<CallMeter> meter, const CallObserver &observe, RequestContext context)
    : m_lease(std::move(lease))
    , m_server(m_lease.serverPtr())
    , m_reader(std::move(reader))
    , m_info(std::move(info))
    , m_promptTokensEstimate(promptTokensEstimate)
    , m_meter(std::move(meter))
    , m_observe(observe)
    , m_context(std::move(context))
{ }

NodeStream::~NodeStream() { report(ErrorCode::Cancelled); }

void NodeStream::start(CurlLoop &loop, UpstreamRequest request)
{
    m_transfer = loop.start(std::move(request), *this);
    m_stopWatcher.emplace(m_context.stop, [this] { fail({Error::cancelled(), {}, false}); });
}

void NodeStream::setPaused(bool isPaused)
{
    if (m_transfer)
        m_transfer->setPaused(isPaused);
}

void NodeStream::transferBegan(int status) { m_status = status; }

// Whoever is resumed by a chunk may let go of this stream: `self` keeps it until the bytes are used up.

void NodeStream::transferData(QByteArray bytes)
{
    const auto self = shared_from_this();
    if (m_status != 200) {
        m_errorBody.append(QByteArrayView(bytes).first(std::min(bytes.size(), errorBodyLimit - m_errorBody.size())));
        return;
    }
    auto fed = m_reader->feed(bytes, [this](QByteArray chunk) { push(std::move(chunk)); });
    if (!fed)
        fail(failureOfAnswer(std::move(fed).error()));
    else if (m_reader->isComplete())
        end();
}

void NodeStream::transferEnded(std::expected<void, TransferFailure> result)
{
    const auto self = shared_from_this();
    if (m_events.isEnded())
        return;
    if (!result) {
        fail(failureOf(result.error()));
    } else if (m_status != 200) {
        fail(failureOfStatus(m_status, m_errorBody, *m_server));
    } else if (auto finished = m_reader->finish([this](QByteArray chunk) { push(std::move(chunk)); }); !finished) {
        fail(failureOfAnswer(std::move(finished).error()));
    } else {
        end();
    }
}

void NodeStream::push(QByteArray chunk)
{
    if (!m_began.isCompleted()) {
        m_info.timeToFirstByte = since(m_startedAt);
        m_began.complete({});
    }
    ++m_chunks;
    if (m_meter)
        m_meter->chunkCame(m_info);
    m_events.push({std::move(chunk)});
}

void NodeStream::end()
{
    if (m_events.isEnded())
        return;
    m_lease.succeed({m_info.timeToFirstByte, since(m_startedAt), m_reader->usage().completionTokens});
    report({});
    m_stopWatcher.reset();
    m_began.complete({});
    m_events.finish();
}

void NodeStream::fail(AttemptFailure failure)
{
    if (m_events.isEnded())
        return;
    const auto self = shared_from_this();
    m_transfer.reset();
    if (failure.fault)
        m_lease.fail(*failure.fault);
    else
        m_lease.release();
    report(failure.error.code);
    Error error = failure.error;
    m_began.complete(std::unexpected(std::move(failure)));
    m_events.fail(std::move(error));
}

void NodeStream::report(std::optional<ErrorCode> failure)
{
    if (std::exchange(m_isReported, true))
        return;
    Usage usage = m_reader->usage();
    if (usage.totalTokens() == 0 && m_chunks > 0) // servers send a token or so in each chunk
        usage = {m_promptTokensEstimate, m_chunks, true};
    if (m_meter)
        m_meter->attemptEnded(m_info, failure, usage);
    m_observe(m_info, failure, usage);
}

}
