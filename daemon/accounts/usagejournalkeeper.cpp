// SPDX-License-Identifier: Apache-2.0
// The thread of the usage journal: it syncs what has come in groups, makes room before it is needed, moves to files
// what had to wait in memory, and removes the files that are done with.
#include "daemon/accounts/usagejournal.h"
#include "daemon/telemetry/log.h"

namespace moe::accounts {

namespace {

constexpr int movedAtOnce = 256; // records, under one lock

}

void UsageJournal::wakeKeeper(Lock lock)
{
    const bool isWanted = m_isKeeperIdle && isKeeperWanted();
    if (isWanted)
        m_isKeeperIdle = false;
    lock.unlock();
    if (isWanted)
        m_wake.notify_one();
}

bool UsageJournal::isKeeperWanted() const { return m_isStopping || m_log.hasUnsynced() || !m_discarded.empty(); }

void UsageJournal::keep()
{
    Lock lock(m_mutex);
    while (!m_isStopping) {
        waitForWork(lock);
        // What comes meanwhile goes to the disk together.
        m_wake.wait_for(lock, m_options.syncInterval, [this] { return m_isStopping; });
        makeRoom(lock);
        syncAndRemove(lock);
    }
    m_retryAt = {};
    makeRoom(lock);
    syncAndRemove(lock);
}

void UsageJournal::waitForWork(Lock &lock)
{
    m_isKeeperIdle = true;
    const auto isWanted = [this] { return isKeeperWanted(); };
    if (m_log.hasSpare())
        m_wake.wait(lock, isWanted);
    else
        m_wake.wait_until(lock, m_retryAt, isWanted);
    m_isKeeperIdle = false;
}

void UsageJournal::makeRoom(Lock &lock)
{
    if (!m_log.hasSpare() && std::chrono::steady_clock::now() >= m_retryAt) {
        discard(); // files with nothing but old progress do not wait for the next batch
        const bool isPermitted = mayGrow();
        lock.unlock();
        auto made = makeSegment(isPermitted);
        lock.lock();
        setRoom(std::move(made));
    }
    moveFromMemory(lock);
    if (!m_hasLooseProgress || m_isOutOfRoom || !m_waiting.empty())
        return;
    m_hasLooseProgress = false;
    for (OpenRequest &request : m_open) {
        if (request.segment == 0)
            writeProgress(request);
    }
}

void UsageJournal::moveFromMemory(Lock &lock)
{
    const auto moveFirst = [this] {
        const Waiting &first = m_waiting.front();
        if (!write(first.sequence, JournalKind::Settled, first.payload))
            return false;
        m_waiting.pop_front();
        return true;
    };
    while (!m_isOutOfRoom && !m_waiting.empty()) {
        for (int moved = 0; moved < movedAtOnce && !m_waiting.empty() && moveFirst(); ++moved) { }
        lock.unlock(); // requests take their turn
        lock.lock();
    }
}

void UsageJournal::syncAndRemove(Lock &lock)
{
    const auto ranges = m_log.takeUnsynced();
    const auto discarded = std::exchange(m_discarded, {});
    lock.unlock();
    Result<void> synced;
    for (const JournalLog::Range &range : ranges) {
        if (Result<void> done = range.segment->file->sync(range.from, range.to); !done)
            synced = std::move(done);
    }
    for (const auto &segment : discarded) {
        if (const Result<void> removed = segment->file->remove(); !removed)
            MOE_LOG(Accounts, Warning, "", "A file of the usage journal stays", {"error", removed.error().message});
    }
    lock.lock();
    m_log.setSynced(ranges); // after a failure too: then the database is the better place
    setSynced(synced);
    if (!discarded.empty())
        m_retryAt = {}; // there is room now
}

Result<std::unique_ptr<JournalSegment>> UsageJournal::makeSegment(bool isPermitted)
{
    if (isPermitted)
        return m_folder.create(m_options.segmentBytes);
    return failure(Error::of(ErrorCode::Unavailable,
                             QStringLiteral("The usage journal has all the files it may have, "
                                            "because the database takes nothing.")));
}

void UsageJournal::setRoom(Result<std::unique_ptr<JournalSegment>> made)
{
    if (!made)
        m_retryAt = std::chrono::steady_clock::now() + m_options.retryInterval;
    else if (!m_log.hasSpare())
        m_log.setSpare(*std::move(made));
    else if (const Result<void> removed = (*made)->remove(); !removed)
        MOE_LOG(Accounts, Warning, "", "A file of the usage journal stays", {"error", removed.error().message});

    const bool isFailing = !made;
    if (isFailing && !m_isOutOfRoom)
        MOE_LOG(Accounts, Error, "", "No room for the usage journal; usage is kept in memory once its files are full",
                {"error", made.error().message});
    else if (!isFailing && m_isOutOfRoom)
        MOE_LOG(Accounts, Info, "", "There is room for the usage journal again", {"in_memory", m_waiting.size()});
    m_isOutOfRoom = isFailing;
}

void UsageJournal::setSynced(const Result<void> &synced)
{
    if (!synced && !m_isSyncFailing)
        MOE_LOG(Accounts, Error, "", "The usage journal cannot be synced; it would not survive the machine's end",
                {"error", synced.error().message});
    m_isSyncFailing = !synced;
}

}
