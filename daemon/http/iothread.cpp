// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/iothread.h"

#include "daemon/http/epolldispatcher.h"

#include <QCoreApplication>

namespace moe::http {

namespace {

/// A QThread whose loop is ours.
class LoopThread final : public QThread
{
public:
    explicit LoopThread(std::function<void(LoopThread &)> body) : m_body(std::move(body))
    {
        setEventDispatcher(new EpollDispatcher);
    }
    void runLoop() { exec(); }

protected:
    void run() override { m_body(*this); }

private:
    std::function<void(LoopThread &)> m_body;
};

}

IoThread::IoThread(const QString &name, Populate populate) : m_populate(std::move(populate)), m_name(name) { }

IoThread::~IoThread()
{
    if (!m_thread)
        return;
    post([] { QThread::currentThread()->quit(); });
    m_thread->wait();
}

bool IoThread::start()
{
    std::promise<bool> isReady;
    std::future<bool> ready = isReady.get_future();
    auto shared = std::make_shared<std::promise<bool>>(std::move(isReady));
    m_thread = std::make_unique<LoopThread>(
        [this, shared](LoopThread &thread) { run(std::move(*shared), [&thread] { thread.runLoop(); }); });
    m_thread->setObjectName(m_name);
    m_thread->start();
    return ready.get();
}

void IoThread::run(std::promise<bool> isReady, const std::function<void()> &runLoop)
{
    m_mailbox = Mailbox::current();
    std::unique_ptr<Resident> resident = m_populate();
    const bool isPopulated = resident != nullptr;
    isReady.set_value(isPopulated);
    if (isPopulated)
        runLoop();
    resident.reset();
    // What the resident left to be deleted later belongs to this thread as well.
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    Mailbox::retire();
}

void IoThread::post(Mailbox::Work work) { m_mailbox->post(std::move(work)); }

}
