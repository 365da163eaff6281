// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace moe {

/// The one way to hand work to another thread's event loop. A mutex orders the hand-over, which ThreadSanitizer
/// understands even though Qt itself is not instrumented.
/// Created and destroyed on the thread whose loop runs the work; post() may be called from any thread.
class Mailbox final : public QObject, public std::enable_shared_from_this<Mailbox>
{
    Q_OBJECT

public:
    using Work = std::function<void()>;

    /// The calling thread's mailbox, made on first use; lives until the thread ends or retire() is called.
    [[nodiscard]] static std::shared_ptr<Mailbox> current();

    /// Ends the calling thread's mailbox: later posts are refused, work still waiting is dropped.
    static void retire();

    /// Queues `work` to run on the owner's loop, in order of posting. False if the owner is gone.
    bool post(Work work);

protected:
    bool event(QEvent *event) override;

private:
    Mailbox() = default;
    void close();

    std::mutex m_mutex;
    std::vector<Work> m_waiting; // guarded by m_mutex
    bool m_isClosed = false;     // guarded by m_mutex
    std::vector<Work> m_running; // owner's thread only
};

}
