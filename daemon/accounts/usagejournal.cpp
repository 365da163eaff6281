// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/usagejournal.h"
#include "daemon/telemetry/log.h"

namespace moe::accounts {

Result<std::unique_ptr<UsageJournal>> UsageJournal::open(JournalOptions options)
{
    std::unique_ptr<UsageJournal> journal(new UsageJournal(std::move(options)));
    TRY_VOID(journal->load());
    journal->m_keeper = std::thread(&UsageJournal::keep, journal.get());
    return journal;
}

UsageJournal::UsageJournal(JournalOptions options)
    : m_options(std::move(options))
    , m_folder(m_options.folder, m_options.makeSegment)
{ }

UsageJournal::~UsageJournal()
{
    if (!m_keeper.joinable())
        return;
    {
        const std::lock_guard lock(m_mutex);
        m_isStopping = true;
    }
    m_wake.notify_one();
    m_keeper.join();
    if (!m_waiting.empty())
        MOE_LOG(Accounts, Error, "", "Usage records are lost: there was no room on the disk until the end",
                {"count", m_waiting.size()});
}

Result<void> UsageJournal::load()
{
    TRY(auto files, m_folder.open());
    const std::lock_guard lock(m_mutex);
    const auto visit = [this](const JournalRecord &record, qint64 sequence, qint64 segment) {
        m_sequence = sequence;
        const QByteArray &request = record.usage.requestId;
        if (record.kind == JournalKind::Settled) {
            m_open.remove(request);
            m_found.push_back(sequence);
            return;
        }
        const JournalPayload payload = encodeJournalRecord(record.kind, record.usage, record.charges);
        m_open.insert(request, {QByteArray(payload.data(), payload.size()), segment});
    };
    TRY_VOID(m_log.load(std::move(files), visit));
    setRoom(makeSegment(mayGrow()));
    return {};
}

void UsageJournal::recover(qint64 lastApplied)
{
    QHash<QByteArray, OpenRequest> open;
    {
        const std::lock_guard lock(m_mutex);
        open.swap(m_open);
        // A database that is ahead has what these files have not: also whether these requests were settled.
        if (lastApplied > m_sequence)
            open.clear();
        m_sequence = std::max(m_sequence, lastApplied);
        m_taken = lastApplied;
        m_applied = lastApplied;
        m_backlog = quint64(std::ranges::count_if(m_found, [=](qint64 sequence) { return sequence > lastApplied; }));
        m_found = {};
    }
    for (const OpenRequest &request : std::as_const(open)) {
        auto record = decodeJournalRecord(request.payload);
        record->usage.status = UsageStatus::Cancelled;
        record->usage.usage.isEstimated = true;
        settle(record->usage, record->charges);
    }
    Lock lock(m_mutex);
    MOE_LOG(Accounts, Info, "", "The usage journal is read", {"unwritten", m_backlog}, {"cut_off", open.size()});
    discard();
    wakeKeeper(std::move(lock));
}

void UsageJournal::settle(const UsageRecord &usage, const DayCharges &charges)
{
    const JournalPayload payload = encodeJournalRecord(JournalKind::Settled, usage, charges);
    Lock lock(m_mutex);
    m_open.remove(usage.requestId);
    ++m_backlog;
    const qint64 sequence = ++m_sequence;
    if (!m_waiting.empty() || !write(sequence, JournalKind::Settled, payload))
        keepInMemory(sequence, payload);
    wakeKeeper(std::move(lock));
}

void UsageJournal::progress(const UsageRecord &usage, const DayCharges &charges)
{
    const JournalPayload payload = encodeJournalRecord(JournalKind::Progress, usage, charges);
    Lock lock(m_mutex);
    OpenRequest &request = m_open[usage.requestId];
    request.payload = QByteArray(payload.data(), payload.size());
    writeProgress(request);
    wakeKeeper(std::move(lock));
}

bool UsageJournal::write(qint64 sequence, JournalKind kind, QByteArrayView payload)
{
    if (m_log.append(sequence, kind, payload))
        return true;
    if (m_isOutOfRoom)
        return false;
    // The keeper has not kept up: rather wait for a file than risk what was said to survive.
    setRoom(makeSegment(mayGrow()));
    return m_log.append(sequence, kind, payload);
}

void UsageJournal::writeProgress(OpenRequest &request)
{
    const bool isWritten = m_waiting.empty() && write(++m_sequence, JournalKind::Progress, request.payload);
    request.segment = isWritten ? m_log.lastOrdinal() : 0;
    m_hasLooseProgress = m_hasLooseProgress || !isWritten;
}

void UsageJournal::keepInMemory(qint64 sequence, QByteArrayView payload)
{
    m_waiting.push_back({sequence, payload.toByteArray()});
    if (m_waiting.size() <= m_options.maxInMemory)
        return;
    if (m_waiting.front().sequence > m_taken) { // else it is on its way to the database
        if (m_lost++ == 0)
            MOE_LOG(Accounts, Error, "", "Usage records are being lost: neither disk nor database took them in time",
                    {"in_memory", m_options.maxInMemory});
        --m_backlog;
    }
    m_waiting.pop_front();
}

JournalBatch UsageJournal::take(std::size_t limit)
{
    JournalBatch batch;
    while (batch.entries.size() < limit) {
        std::optional<JournalLog::Range> range;
        {
            const std::lock_guard lock(m_mutex);
            range = m_log.unread();
            batch.entries.reserve(std::min<quint64>(limit, m_backlog));
        }
        if (!range)
            break;
        takeRange(*range, batch, limit);
    }
    if (batch.isEmpty())
        takeFromMemory(batch, limit);
    return batch;
}

void UsageJournal::takeRange(const JournalLog::Range &range, JournalBatch &batch, std::size_t limit)
{
    qsizetype at = range.from;
    while (at < range.to && batch.entries.size() < limit) {
        const auto frame = range.segment->file->frameAt(at);
        if (!frame) { // the disk returned other bytes than were written
            MOE_LOG(Accounts, Error, "", "A segment of the usage journal is damaged", {"bytes", range.to - at});
            at = range.to;
            break;
        }
        if (frame->sequence > m_taken) // else it was taken from memory, before it was moved to this file
            appendEntry(frame->sequence, frame->payload, batch);
        at += frame->size;
    }
    const std::lock_guard lock(m_mutex);
    m_log.setRead(at);
    if (!batch.isEmpty())
        m_taken = batch.lastSequence();
}

void UsageJournal::takeFromMemory(JournalBatch &batch, std::size_t limit)
{
    std::vector<Waiting> taken;
    {
        const std::lock_guard lock(m_mutex);
        if (!m_log.isReadToEnd())
            return;
        for (const Waiting &waiting : m_waiting) {
            if (taken.size() == limit)
                break;
            if (waiting.sequence > m_taken)
                taken.push_back(waiting);
        }
        if (!taken.empty())
            m_taken = taken.back().sequence;
    }
    for (const Waiting &waiting : taken)
        appendEntry(waiting.sequence, waiting.payload, batch);
}

void UsageJournal::appendEntry(qint64 sequence, QByteArrayView payload, JournalBatch &batch)
{
    auto record = decodeJournalRecord(payload);
    if (record && record->kind == JournalKind::Settled)
        batch.entries.push_back({sequence, std::move(record->usage), std::move(record->charges)});
}

void UsageJournal::release(const JournalBatch &batch)
{
    const qint64 applied = batch.lastSequence();
    Lock lock(m_mutex);
    m_applied = applied;
    m_backlog -= batch.entries.size();
    while (!m_waiting.empty() && m_waiting.front().sequence <= applied)
        m_waiting.pop_front();
    discard();
    wakeKeeper(std::move(lock));
}

void UsageJournal::discard()
{
    const auto segments = m_log.takeApplied(m_applied);
    if (segments.empty())
        return;
    // Requests that have told nothing new since must not lose what they had told.
    for (OpenRequest &request : m_open) {
        if (request.segment <= segments.back()->ordinal)
            writeProgress(request);
    }
    m_discarded.insert(m_discarded.end(), segments.begin(), segments.end());
}

JournalState UsageJournal::state() const
{
    const std::lock_guard lock(m_mutex);
    return {!m_isOutOfRoom && !m_isSyncFailing && m_waiting.empty(), m_waiting.size(), m_backlog, m_lost};
}

}
