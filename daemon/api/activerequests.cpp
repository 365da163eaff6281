// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/activerequests.h"

#include "shared/async/completion.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace moe::api {

namespace {

/// The value of `work`, done on another thread's loop. Without one if that loop ends before.
template <typename T, typename Work>
QCoro::Task<T> askThread(std::shared_ptr<Mailbox> thread, Work work)
{
    struct Answer {
        Completion<T> done;
        std::shared_ptr<Mailbox> asker = Mailbox::current();
        T value{};
        ~Answer()
        {
            asker->post([done = done, value = std::move(value)] { done.complete(value); });
        }
    };
    auto answer = std::make_shared<Answer>();
    const Completion<T> done = answer->done;
    thread->post([answer = std::move(answer), work = std::move(work)] { answer->value = work(); });
    co_return co_await done;
}

}

void ActiveRequests::Member::leave()
{
    if (!m_registry)
        return;
    (m_previous ? m_previous->m_next : m_registry->m_first) = m_next;
    (m_next ? m_next->m_previous : m_registry->m_last) = m_previous;
    m_registry = nullptr;
}

ActiveRequests::ActiveRequests()
{
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { tellProgress(); });
    m_timer.setInterval(progressInterval);
}

ActiveRequests::~ActiveRequests()
{
    while (m_first)
        m_first->leave();
}

void ActiveRequests::enter(Member &member, Clock::Steady startedAt)
{
    member.m_registry = this;
    member.m_startedAt = startedAt;
    member.m_previous = m_last;
    member.m_next = nullptr;
    (m_last ? m_last->m_next : m_first) = &member;
    m_last = &member;
    if (!m_timer.isActive())
        m_timer.start();
}

void ActiveRequests::tellProgress()
{
    if (!m_first)
        m_timer.stop();
    // Most requests never get so old.
    const auto before = std::chrono::steady_clock::now() - progressInterval / 2;
    for (Member *member = m_first; member && member->m_startedAt <= before; member = member->m_next)
        member->tellProgress();
}

QList<ActiveRequest> ActiveRequests::described() const
{
    QList<ActiveRequest> all;
    for (const Member *member = m_first; member; member = member->m_next)
        all.append(member->describe());
    return all;
}

int ActiveRequests::endThose(const RequestSelection &selection) const
{
    int count = 0;
    for (Member *next = m_first; next;) {
        Member *const member = std::exchange(next, next->m_next);
        if (!member->matches(selection))
            continue;
        member->end(
            Error::of(ErrorCode::Unavailable, u"The request was ended by an administrator."_s, u"request_ended"_s));
        ++count;
    }
    return count;
}

QCoro::Task<QList<ActiveRequest>> ActiveRequests::list() const
{
    return askThread<QList<ActiveRequest>>(m_mailbox, [this] { return described(); });
}

QCoro::Task<int> ActiveRequests::end(RequestSelection selection) const
{
    return askThread<int>(m_mailbox, [this, selection = std::move(selection)] { return endThose(selection); });
}

}
