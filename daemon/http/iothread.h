// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/mailbox.h"

#include <QThread>

#include <future>

namespace moe::http {

/// A thread with an epoll event loop and what lives on it. Shares nothing with the other I/O threads.
class IoThread
{
public:
    /// Whatever serves on the thread; made and destroyed there.
    class Resident
    {
    public:
        Resident() = default;
        Resident(const Resident &) = delete;
        Resident &operator=(const Resident &) = delete;
        virtual ~Resident() = default;
    };
    using Populate = std::function<std::unique_ptr<Resident>()>;

    IoThread(const QString &name, Populate populate);
    IoThread(const IoThread &) = delete;
    IoThread &operator=(const IoThread &) = delete;
    /// Ends the loop, destroys the resident, joins.
    ~IoThread();

    /// Starts the thread and returns once the resident exists; false if populate() returned nothing.
    [[nodiscard]] bool start();
    /// Runs work on the thread's loop.
    void post(Mailbox::Work work);

private:
    void run(std::promise<bool> isReady, const std::function<void()> &runLoop);

    Populate m_populate;
    std::unique_ptr<QThread> m_thread;
    QString m_name;
    std::shared_ptr<Mailbox> m_mailbox;
};

}
