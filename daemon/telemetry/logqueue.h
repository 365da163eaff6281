// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <vector>

namespace moe::telemetry {

/// Encoded log lines on their way from any thread to the one that writes them. Bounded: a line that does not fit is
/// dropped and counted, for a full output must never hold up a request.
class LogQueue
{
public:
    /// What the writer takes at once.
    struct Batch {
        std::vector<QByteArray> lines;
        quint64 dropped = 0; ///< lines lost since the batch before
        bool isLast = false; ///< the queue is closed and this is all of it
    };

    explicit LogQueue(qsizetype byteLimit) : m_byteLimit(byteLimit) { }

    /// False if the line was dropped.
    bool push(QByteArray line);
    /// Waits for lines. The batch counts as pending until written() is called.
    [[nodiscard]] Batch take();
    void written();
    /// Counts lines that were taken but could not be written.
    void addDropped(quint64 lines);
    /// No more lines; those waiting are still handed out.
    void close();
    /// Waits until everything pushed before is written; false if that took longer than `limit`.
    bool flush(std::chrono::milliseconds limit);

    [[nodiscard]] quint64 dropped() const { return m_droppedInAll.load(std::memory_order_relaxed); }
    /// Lines not yet written. May be asked in a signal handler.
    [[nodiscard]] bool isEmpty() const { return m_pushed.load() == m_written.load(); }

private:
    const qsizetype m_byteLimit;
    std::mutex m_mutex;
    std::condition_variable m_hasWork;
    std::condition_variable m_hasWritten;
    std::vector<QByteArray> m_waiting; // guarded by m_mutex, as are the next four
    qsizetype m_waitingBytes = 0;
    quint64 m_dropped = 0;
    quint64 m_taken = 0;
    bool m_isClosed = false;
    std::atomic<quint64> m_pushed = 0;
    std::atomic<quint64> m_written = 0;
    std::atomic<quint64> m_droppedInAll = 0;
};

}
