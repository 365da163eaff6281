// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/usagejournal.h"
#include "daemon/accounts/usagesink.h"

#include <atomic>
#include <chrono>

namespace moe::accounts {

struct UsageWriterOptions {
    std::chrono::milliseconds interval{250}; ///< between looks at the journal; a transaction costs more than its rows
    std::chrono::milliseconds longestRetry{2000}; ///< between attempts while the sink fails; they begin at `interval`
    std::chrono::milliseconds lastWrite{5000}; ///< given to the last entries when run() is stopped
    std::size_t batchSize = 2000; ///< entries
};

/// Brings what the journal holds to the database, each entry once and in order, and tries on while that fails.
/// Main thread only; journal, sink and clock outlive it, and it outlives its tasks.
class UsageWriter
{
public:
    UsageWriter(UsageJournal &journal, UsageSink &sink, const Clock &clock, UsageWriterOptions options = {});
    UsageWriter(const UsageWriter &) = delete;
    UsageWriter &operator=(const UsageWriter &) = delete;

    /// Once, before the first request is admitted and budgets are read from the database: settles what an earlier
    /// process left and writes it. What failed may be tried again.
    [[nodiscard]] Task<void> recover(RequestContext context);

    /// Writes until the context is stopped, then what is left, if the sink takes it. After recover().
    [[nodiscard]] QCoro::Task<> run(RequestContext context);

    /// False while the sink fails. From any thread.
    [[nodiscard]] bool isHealthy() const { return !m_isFailing; }

private:
    Task<bool> writeBatch(RequestContext context);
    Task<void> writeAvailable(RequestContext context);
    Task<void> writeAll(RequestContext context);
    void note(const Result<void> &written);

    UsageJournal &m_journal;
    UsageSink &m_sink;
    const Clock &m_clock;
    const UsageWriterOptions m_options;
    JournalBatch m_batch; // taken, and perhaps stored by a call that failed
    bool m_isRecovered = false;
    std::atomic<bool> m_isFailing = false;
};

}
