// SPDX-License-Identifier: Apache-2.0
#include "shared/async/mailbox.h"

#include <QCoreApplication>
#include <QEvent>

namespace moe {

namespace {
const QEvent::Type deliveryEvent = QEvent::Type(QEvent::registerEventType());

struct Owner {
    std::shared_ptr<Mailbox> mailbox;
    ~Owner() { Mailbox::retire(); }
};
thread_local Owner owner;
}

std::shared_ptr<Mailbox> Mailbox::current()
{
    if (!owner.mailbox)
        owner.mailbox = std::shared_ptr<Mailbox>(new Mailbox);
    return owner.mailbox;
}

void Mailbox::retire()
{
    if (const auto mailbox = std::exchange(owner.mailbox, nullptr))
        mailbox->close();
}

bool Mailbox::post(Work work)
{
    const std::lock_guard lock(m_mutex);
    if (m_isClosed)
        return false;
    m_waiting.push_back(std::move(work));
    // One event a batch. Posted under the lock, so that close() cannot run between the push and the event.
    if (m_waiting.size() == 1)
        QCoreApplication::postEvent(this, new QEvent(deliveryEvent));
    return true;
}

bool Mailbox::event(QEvent *event)
{
    std::vector<Work> batch;
    bool isDelivery = false;
    {
        // Taken before the event is looked at, because that was made under it, on another thread.
        const std::lock_guard lock(m_mutex);
        isDelivery = event->type() == deliveryEvent;
        if (isDelivery) {
            batch.swap(m_running);
            batch.swap(m_waiting);
        }
    }
    if (!isDelivery)
        return QObject::event(event);
    // Work may retire the mailbox or post again; both are safe because this batch is ours alone.
    const auto self = shared_from_this();
    for (Work &work : batch)
        std::exchange(work, nullptr)();
    batch.clear();
    m_running.swap(batch); // keeps the capacity
    return true;
}

void Mailbox::close()
{
    std::vector<Work> dropped;
    {
        const std::lock_guard lock(m_mutex);
        m_isClosed = true;
        dropped.swap(m_waiting);
    }
    QCoreApplication::removePostedEvents(this);
}

}
