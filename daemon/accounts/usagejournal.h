// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/journalfolder.h"
#include "daemon/accounts/journallog.h"
#include "daemon/accounts/usagesink.h"

#include <QHash>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

namespace moe::accounts {

struct JournalOptions {
    QString folder;                                ///< made if missing; the folder above it exists
    qsizetype segmentBytes = 4 * 1024 * 1024;      ///< of one file, at least twice maxJournalPayload
    std::size_t maxSegments = 256;                 ///< while the database takes nothing; then memory is used
    std::size_t maxInMemory = 1'000'000;           ///< records that wait for room on the disk
    std::chrono::milliseconds syncInterval{40};    ///< records of so long go to the disk together
    std::chrono::milliseconds retryInterval{1000}; ///< between attempts to make room
    JournalFolder::Maker makeSegment = &JournalSegment::create;
};

/// How the journal does; for readiness and metrics.
struct JournalState {
    bool isOnDisk = true;     ///< false: what comes now would not survive this process, or not the machine
    std::size_t inMemory = 0; ///< settled records that are not in a file
    quint64 backlog = 0;      ///< settled records that are not in the database
    quint64 lost = 0;         ///< records dropped since the start because memory was full as well
};

/// Writes down what requests use so that no request waits for a database, and nothing is lost or counted twice when the
/// daemon dies. Records are copied into mapped files: they survive the process as soon as settle() or progress()
/// returns, and the machine at most some 50 ms later, when a thread of this object has synced them in one group.
/// While no file can be made they wait in memory, in order, and go to files and the database when that heals.
///
/// Thread-safe: every I/O thread calls settle() and progress(), which take some hundred nanoseconds and make no system
/// call but to wake the syncing thread from idleness. recover(), take() and release() belong to the usage writer.
class UsageJournal
{
public:
    /// Reads what an earlier process left. A full disk does not make this fail. Conflict if a newer version wrote it.
    [[nodiscard]] static Result<std::unique_ptr<UsageJournal>> open(JournalOptions options);
    UsageJournal(const UsageJournal &) = delete;
    UsageJournal &operator=(const UsageJournal &) = delete;
    /// Syncs. What is not in the database stays in the files.
    ~UsageJournal();

    /// Once, before anything is settled: requests that were under way when the earlier process died are settled as
    /// cancelled, with what they had been charged by their last progress. `lastApplied` is the sink's.
    void recover(qint64 lastApplied);

    /// The request has ended. Once for each, before the last byte of its answer goes out.
    void settle(const UsageRecord &usage, const DayCharges &charges);
    /// What the request would have to pay in all if it ended now; replaces what was said before. Never after settle().
    void progress(const UsageRecord &usage, const DayCharges &charges);

    /// The next entries for the sink, in order; empty if there are none now. Entries still being synced come later.
    [[nodiscard]] JournalBatch take(std::size_t limit);
    /// The sink has stored a batch from take(); batches are released in their order.
    void release(const JournalBatch &batch);

    [[nodiscard]] JournalState state() const;

private:
    struct Waiting {
        qint64 sequence = 0;
        QByteArray payload;
    };
    struct OpenRequest {
        QByteArray payload; // of its last progress
        qint64 segment = 0; // where that lies; 0: nowhere yet
    };
    using Lock = std::unique_lock<std::mutex>;

    explicit UsageJournal(JournalOptions options);
    Result<void> load();
    [[nodiscard]] Result<std::unique_ptr<JournalSegment>> makeSegment(bool isPermitted);

    // Under the lock.
    bool write(qint64 sequence, JournalKind kind, QByteArrayView payload);
    void keepInMemory(qint64 sequence, QByteArrayView payload);
    void writeProgress(OpenRequest &request);
    void discard();
    void setRoom(Result<std::unique_ptr<JournalSegment>> made);
    void setSynced(const Result<void> &synced);
    [[nodiscard]] bool mayGrow() const { return m_log.size() < m_options.maxSegments; }
    [[nodiscard]] bool isKeeperWanted() const;

    // The reader's.
    void takeRange(const JournalLog::Range &range, JournalBatch &batch, std::size_t limit);
    void takeFromMemory(JournalBatch &batch, std::size_t limit);
    static void appendEntry(qint64 sequence, QByteArrayView payload, JournalBatch &batch);

    // The keeper's: a thread that syncs, makes room before it is needed, and removes what is done with.
    void keep();
    void waitForWork(Lock &lock);
    void makeRoom(Lock &lock);
    void moveFromMemory(Lock &lock);
    void syncAndRemove(Lock &lock);
    void wakeKeeper(Lock lock);

    const JournalOptions m_options;
    JournalFolder m_folder;

    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    JournalLog m_log; // guarded by m_mutex, as all below
    std::deque<Waiting> m_waiting; // settled, in order; later than all in m_log
    QHash<QByteArray, OpenRequest> m_open; // requests under way that have told their progress
    std::vector<JournalLog::SegmentPointer> m_discarded; // to be removed after the next sync
    qint64 m_sequence = 0; // of the record that came last
    qint64 m_taken = 0; // of the entry that was taken last; only the reader changes it
    qint64 m_applied = -1; // of the entry that the sink stored last; -1: not known yet
    quint64 m_backlog = 0;
    quint64 m_lost = 0;
    std::chrono::steady_clock::time_point m_retryAt; // not to try for room before
    bool m_isOutOfRoom = false;
    bool m_isSyncFailing = false;
    bool m_hasLooseProgress = false; // some of m_open lie nowhere
    bool m_isKeeperIdle = false;
    bool m_isStopping = false;

    std::vector<qint64> m_found; // sequences of the settled records that were there at the start, until recover()
    std::thread m_keeper;
};

}
