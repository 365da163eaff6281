// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/wholeanswer.h"

#include "shared/async/completion.h"
#include "shared/async/wait.h"

namespace moe::inference {

namespace {

class Collector final : public TransferSink
{
public:
    using Outcome = std::expected<FetchedAnswer, FetchFailure>;

    explicit Collector(qsizetype limit) : m_limit(limit) { }

    void transferBegan(int status) override
    {
        m_answer.status = status;
        m_answer.timeToFirstByte
            = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - m_startedAt);
    }
    void transferData(QByteArray bytes) override
    {
        if (m_answer.body.size() + bytes.size() > m_limit)
            m_done.complete(std::unexpected(FetchFailure(TransferFailure::TooLarge)));
        else if (m_answer.body.isEmpty())
            m_answer.body = std::move(bytes);
        else
            m_answer.body.append(bytes);
    }
    void transferEnded(std::expected<void, TransferFailure> result) override
    {
        if (result)
            m_done.complete(std::move(m_answer));
        else
            m_done.complete(std::unexpected(FetchFailure(result.error())));
    }

    [[nodiscard]] const Completion<Outcome> &done() const { return m_done; }

private:
    const qsizetype m_limit;
    const Clock::Steady m_startedAt = std::chrono::steady_clock::now();
    FetchedAnswer m_answer;
    Completion<Outcome> m_done;
};

}

QCoro::Task<std::expected<FetchedAnswer, FetchFailure>> fetchWhole(CurlLoop *loop, UpstreamRequest request,
                                                                   qsizetype bodyLimit, RequestContext context)
{
    if (context.isStopped())
        co_return std::unexpected(FetchFailure(Error::cancelled()));
    Collector collector(bodyLimit);
    const auto transfer = loop->start(std::move(request), collector);
    const StopWatcher watcher(
        context.stop, [done = collector.done()] { done.complete(std::unexpected(FetchFailure(Error::cancelled()))); });
    co_return co_await collector.done();
}

}
