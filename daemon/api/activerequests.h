// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/mailbox.h"
#include "shared/core/clock.h"
#include "shared/core/error.h"
#include "shared/model/principal.h"
#include "shared/model/usage.h"

#include <QCoroTask>
#include <QList>
#include <QStringList>
#include <QTimer>

#include <chrono>
#include <memory>
#include <optional>

namespace moe::api {

/// A request under way, as administrators see it.
struct ActiveRequest {
    QByteArray id;
    Principal principal;
    QString model; ///< as asked for
    QString mode;
    Clock::System startedAt;
    Usage usage;   ///< so far
    std::chrono::milliseconds timeToFirstToken{0}; ///< 0: there was none yet
    QStringList servers; ///< that have begun to answer
};

/// Which requests are meant: those that fulfil all that is said. At least one thing should be.
struct RequestSelection {
    std::optional<QByteArray> id = {};
    std::optional<UserId> user = {};
    std::optional<KeyId> key = {};
};

/// The requests under way on one I/O thread: shown, ended, and asked for their progress twice a second, so that what
/// they have used is known when the daemon dies. Created, destroyed and entered on that thread; entering and leaving
/// take some nanoseconds.
class ActiveRequests
{
public:
    static constexpr std::chrono::milliseconds progressInterval{500};

    /// A request; leaves by itself when it is destroyed.
    class Member
    {
    public:
        Member() = default;
        Member(const Member &) = delete;
        Member &operator=(const Member &) = delete;
        virtual ~Member() { leave(); }

        void leave();

        [[nodiscard]] virtual ActiveRequest describe() const = 0;
        [[nodiscard]] virtual bool matches(const RequestSelection &selection) const = 0;
        /// Writes down what has been used, if that is more than the last time.
        virtual void tellProgress() = 0;
        /// Ends it; its client is told why.
        virtual void end(Error why) = 0;

    private:
        friend class ActiveRequests;
        ActiveRequests *m_registry = nullptr; // null: in none
        Member *m_previous = nullptr;
        Member *m_next = nullptr;
        Clock::Steady m_startedAt;
    };

    ActiveRequests();
    ActiveRequests(const ActiveRequests &) = delete;
    ActiveRequests &operator=(const ActiveRequests &) = delete;
    ~ActiveRequests();

    /// `member` is in no registry; its start is not before that of the one that entered last.
    void enter(Member &member, Clock::Steady startedAt);

    // From any thread with an event loop, while the I/O thread's loop runs or has ended in order.

    /// Oldest first.
    [[nodiscard]] QCoro::Task<QList<ActiveRequest>> list() const;
    /// Ends those that are meant, with an error for their clients; how many that were. What they had used is charged.
    [[nodiscard]] QCoro::Task<int> end(RequestSelection selection) const;

private:
    void tellProgress();
    [[nodiscard]] QList<ActiveRequest> described() const;
    [[nodiscard]] int endThose(const RequestSelection &selection) const;

    const std::shared_ptr<Mailbox> m_mailbox = Mailbox::current();
    QTimer m_timer; // runs while there are members
    Member *m_first = nullptr; // the oldest
    Member *m_last = nullptr;
};

}
