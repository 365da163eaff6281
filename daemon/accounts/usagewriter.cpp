// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/usagewriter.h"
#include "daemon/telemetry/log.h"
#include "shared/async/wait.h"

namespace moe::accounts {

UsageWriter::UsageWriter(UsageJournal &journal, UsageSink &sink, const Clock &clock, UsageWriterOptions options)
    : m_journal(journal)
    , m_sink(sink)
    , m_clock(clock)
    , m_options(options)
{ }

Task<void> UsageWriter::recover(RequestContext context)
{
    if (!m_isRecovered) {
        CO_TRY(const qint64 lastApplied, co_await m_sink.lastApplied(context));
        m_journal.recover(lastApplied);
        m_isRecovered = true;
    }
    co_return co_await writeAll(context);
}

QCoro::Task<> UsageWriter::run(RequestContext context)
{
    auto delay = m_options.interval;
    while (co_await sleepFor(delay, context)) {
        const Result<void> written = co_await writeAvailable(context);
        if (context.isStopped())
            break;
        note(written);
        delay = written ? m_options.interval : std::min(delay * 2, m_options.longestRetry);
    }
    RequestContext last;
    last.requestId = context.requestId;
    last.deadline = m_clock.steady() + m_options.lastWrite;
    if (const Result<void> written = co_await writeAll(last); !written)
        MOE_LOG(Accounts, Warning, "", "Usage stays in the journal until the next start",
                {"count", m_journal.state().backlog}, {"error", written.error().message});
}

Task<bool> UsageWriter::writeBatch(RequestContext context)
{
    if (m_batch.isEmpty())
        m_batch = m_journal.take(m_options.batchSize);
    if (m_batch.isEmpty())
        co_return false;
    CO_TRY_VOID(co_await m_sink.write(m_batch, std::move(context)));
    m_journal.release(m_batch);
    m_batch = {};
    co_return true;
}

Task<void> UsageWriter::writeAvailable(RequestContext context)
{
    bool isMore = true;
    while (isMore) {
        CO_TRY(isMore, co_await writeBatch(context));
    }
    co_return {};
}

Task<void> UsageWriter::writeAll(RequestContext context)
{
    CO_TRY_VOID(co_await writeAvailable(context));
    while (m_journal.state().backlog > 0) { // some are not synced yet
        CO_TRY_VOID(co_await sleepFor(std::min(m_options.interval, std::chrono::milliseconds(10)), context));
        CO_TRY_VOID(co_await writeAvailable(context));
    }
    co_return {};
}

void UsageWriter::note(const Result<void> &written)
{
    if (!written && !m_isFailing)
        MOE_LOG(Accounts, Warning, "", "Cannot write usage to the database; it stays in the journal meanwhile",
                {"error", written.error().message});
    else if (written && m_isFailing)
        MOE_LOG(Accounts, Info, "", "Usage goes to the database again");
    m_isFailing = !written;
}

}
