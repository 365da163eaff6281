// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/auditfolder.h"
#include "daemon/accounts/auditstore.h"
#include "shared/async/wait.h"

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace moe::accounts {

struct AuditLogOptions {
    std::chrono::milliseconds interval{200};      ///< between writes that nobody waits for
    std::chrono::milliseconds longestRetry{2000}; ///< between attempts while the store fails; they begin at `interval`
    std::chrono::milliseconds lastWrite{5000}; ///< given to the last entries when run() is stopped
    std::size_t batchSize = 500; ///< entries a write
    std::size_t limit = 100'000; ///< entries that wait; more are dropped, and counted
};

/// The one way to write audit entries. Refusals are folded (AuditFolder), the rest is stored in the order of noting,
/// and tried again while the store fails. What is not stored yet dies with the process: whoever answers that something
/// was done awaits flush() before. Store and clock outlive it, and it outlives its tasks.
class AuditLog
{
public:
    /// Longer texts of an entry are cut, longer before and after are replaced by a note.
    static constexpr qsizetype longestText = 300;
    static constexpr qsizetype longestDocument = 16 * 1024;

    AuditLog(AuditStore &store, const Clock &clock, AuditLogOptions options = {});
    AuditLog(const AuditLog &) = delete;
    AuditLog &operator=(const AuditLog &) = delete;

    /// Told of every entry as it is noted, on whatever thread; to be set before the first.
    void setObserver(std::function<void(const AuditEntry &)> observer) { m_observer = std::move(observer); }

    /// Never waits and never fails. An entry without a time gets the present one; `reason` parts refusals that are not
    /// to be folded into one. From any thread.
    void note(AuditEntry entry, const QByteArray &reason = {});

    /// Ends when all that was noted before is stored, but for refusals that are still being folded. The store's error
    /// if it cannot be written now, Timeout after half a minute: it stays in the queue then. From any thread with an
    /// event loop, while run() runs.
    [[nodiscard]] Task<void> flush(RequestContext context);
    /// The same, with the refusals that are being folded.
    [[nodiscard]] Task<void> flushAll(RequestContext context);

    /// Writes until the context is stopped, then what is left, if the store takes it. Main thread.
    [[nodiscard]] QCoro::Task<> run(RequestContext context);

    /// False while the store fails or entries are being dropped. From any thread.
    [[nodiscard]] bool isHealthy() const { return !m_isFailing && m_dropped == 0; }

private:
    /// One call of flush(); its outcome is guarded by m_mutex.
    struct Wait {
        explicit Wait(std::stop_token parent) : over(std::move(parent)) { }
        quint64 target = 0; // over when so many entries have left the queue
        std::optional<Result<void>> outcome;
        LinkedStop over;
    };
    using WaitPtr = std::shared_ptr<Wait>;

    void enqueue(std::vector<AuditEntry> entries);
    bool beginWait(const WaitPtr &wait);
    void endWaits(quint64 upTo, const Result<void> &outcome);
    std::vector<AuditEntry> nextBatch();
    void release(std::size_t count);
    void close();

    QCoro::Task<> pause(std::chrono::milliseconds duration, RequestContext context);
    Task<void> writeAvailable(RequestContext context);
    Task<void> writeBatch(std::vector<AuditEntry> batch, RequestContext context);
    Task<void> writeEach(std::vector<AuditEntry> batch, RequestContext context);
    QCoro::Task<> writeLast(RequestContext context);
    void tell(const Result<void> &written);
    void tellDropped();

    AuditStore &m_store;
    const Clock &m_clock;
    const AuditLogOptions m_options;
    std::function<void(const AuditEntry &)> m_observer;
    AuditFolder m_folder;
    std::mutex m_mutex;
    std::deque<AuditEntry> m_queue; // guarded by m_mutex, as all up to m_isClosed
    std::vector<WaitPtr> m_waits;
    std::shared_ptr<LinkedStop> m_pause; // of run()
    quint64 m_released = 0; // entries that have left the queue
    bool m_isClosed = false; // run() has ended
    std::atomic<quint64> m_dropped = 0; // not told yet
    std::atomic<bool> m_isFailing = false;
};

}
