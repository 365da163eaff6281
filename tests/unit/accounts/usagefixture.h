// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/usagejournal.h"
#include "daemon/accounts/usagesink.h"
#include "tests/support/testdirectory.h"

#include <QTest>

#include <map>
#include <random>

namespace moe::test {

inline const auto usageTime = Clock::System(std::chrono::milliseconds(1'750'000'000'123));
inline const auto usageDay = std::chrono::floor<std::chrono::days>(usageTime);

/// What request `number` used.
inline UsageRecord usageNumber(qint64 number)
{
    UsageRecord record;
    record.time = usageTime + std::chrono::milliseconds(number);
    record.requestId = "req_" + QByteArray::number(number).rightJustified(24, '0');
    record.user = UserId(number % 7 + 1);
    record.key = KeyId(number % 11 + 1);
    record.model = QStringLiteral("llama3.1:8b");
    record.mode = QStringLiteral("moe_native");
    record.usage = {number % 1000, number % 100, false};
    record.latency = std::chrono::milliseconds(number % 5000);
    record.nodes = {QStringLiteral("box-1")};
    return record;
}

inline accounts::DayCharges charge(qint64 tokens) { return {{usageDay, tokens}}; }

/// The number of the request that a record is of.
inline qint64 numberOf(const UsageRecord &record) { return record.requestId.sliced(4).toLongLong(); }

/// A database as usagesink.h wants it, in memory; it outlives the journal and the writer as a database does.
class FakeSink final : public accounts::UsageSink
{
public:
    enum class Failure { Before, AfterCommit };

    /// The next so many writes fail.
    void failNext(int count, Failure failure)
    {
        m_failuresLeft = count;
        m_failure = failure;
    }
    [[nodiscard]] int calls() const { return m_calls; }
    [[nodiscard]] const std::vector<accounts::JournalEntry> &entries() const { return m_entries; }
    [[nodiscard]] qint64 applied() const { return m_applied; }
    [[nodiscard]] std::vector<qint64> numbers() const
    {
        std::vector<qint64> numbers;
        for (const accounts::JournalEntry &entry : m_entries)
            numbers.push_back(numberOf(entry.usage));
        return numbers;
    }

    Task<void> write(accounts::JournalBatch batch, RequestContext) override
    {
        ++m_calls;
        const bool isFailing = m_failuresLeft > 0;
        m_failuresLeft -= isFailing;
        if (isFailing && m_failure == Failure::Before)
            co_return failure(Error::of(ErrorCode::Unavailable, QStringLiteral("locked")));
        for (const accounts::JournalEntry &entry : batch.entries) {
            if (entry.sequence <= m_applied)
                continue;
            m_entries.push_back(entry);
            m_applied = entry.sequence;
        }
        if (isFailing)
            co_return failure(Error::of(ErrorCode::Unavailable, QStringLiteral("connection lost")));
        co_return {};
    }
    Task<qint64> lastApplied(RequestContext) override { co_return m_applied; }

private:
    std::vector<accounts::JournalEntry> m_entries;
    qint64 m_applied = 0;
    int m_calls = 0;
    int m_failuresLeft = 0;
    Failure m_failure = Failure::Before;
};

/// A disk that may be full.
struct FakeDisk {
    std::shared_ptr<std::atomic<bool>> isFull = std::make_shared<std::atomic<bool>>(false);

    [[nodiscard]] accounts::JournalFolder::Maker maker() const
    {
        return
            [full = isFull](const QString &path, qsizetype bytes) -> Result<std::unique_ptr<accounts::JournalSegment>> {
                if (*full)
                    return failure(Error::of(ErrorCode::Unavailable, QStringLiteral("No space left on device")));
                return accounts::JournalSegment::create(path, bytes);
            };
    }
};

/// Small segments and short times, so that tests see many of them.
inline accounts::JournalOptions smallJournal(const QString &folder)
{
    accounts::JournalOptions options;
    options.folder = folder;
    options.segmentBytes = 2 * accounts::maxJournalPayload;
    options.maxSegments = 10'000;
    options.syncInterval = std::chrono::milliseconds(1);
    options.retryInterval = std::chrono::milliseconds(5);
    return options;
}

}
