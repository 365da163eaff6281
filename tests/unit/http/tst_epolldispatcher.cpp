// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/epolldispatcher.h"
#include "shared/async/mailbox.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QSocketNotifier>
#include <QTest>
#include <QTimer>

#include <array>
#include <atomic>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace moe;
using namespace moe::http;
using namespace std::chrono_literals;

namespace {

/// Two connected sockets.
struct Pair {
    std::array<int, 2> ends{-1, -1};
    Pair() { [[maybe_unused]] const int result = socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()); }
    Pair(const Pair &) = delete;
    Pair &operator=(const Pair &) = delete;
    ~Pair()
    {
        closeEnd(0);
        closeEnd(1);
    }
    void closeEnd(size_t which)
    {
        if (ends[which] >= 0)
            ::close(std::exchange(ends[which], -1));
    }
    void say(size_t from) const { QCOMPARE(::write(ends[from], "x", 1), 1); }
    [[nodiscard]] bool hear(size_t at) const
    {
        char c = 0;
        return ::read(ends[at], &c, 1) == 1;
    }
};

void turn() { QCoreApplication::processEvents(); }

}

class TestEpollDispatcher : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isInUse() { QVERIFY(qobject_cast<EpollDispatcher *>(QAbstractEventDispatcher::instance())); }

    void readAndWrite()
    {
        Pair pair;
        int reads = 0;
        int writes = 0;
        QSocketNotifier reading(pair.ends[0], QSocketNotifier::Read);
        QSocketNotifier writing(pair.ends[0], QSocketNotifier::Write);
        connect(&reading, &QSocketNotifier::activated, this, [&] { reads += pair.hear(0); });
        connect(&writing, &QSocketNotifier::activated, this, [&] {
            ++writes;
            writing.setEnabled(false);
        });
        turn();
        QCOMPARE(writes, 1);
        QCOMPARE(reads, 0);
        pair.say(1);
        turn();
        QCOMPARE(reads, 1);
        QCOMPARE(writes, 1);
        reading.setEnabled(false);
        pair.say(1);
        turn();
        QCOMPARE(reads, 1);
        reading.setEnabled(true); // level-triggered: what waited is reported
        turn();
        QCOMPARE(reads, 2);
    }

    void hangUpIsReported()
    {
        Pair pair;
        int activations = 0;
        QSocketNotifier reading(pair.ends[0], QSocketNotifier::Read);
        connect(&reading, &QSocketNotifier::activated, this, [&] {
            ++activations;
            reading.setEnabled(false);
        });
        pair.closeEnd(1);
        turn();
        QCOMPARE(activations, 1);
        turn(); // a descriptor nobody watches does not keep the loop busy
        QCOMPARE(activations, 1);
    }

    void reusedDescriptorIsNew()
    {
        // The number is closed and opened again between two turns, as happens under load.
        int reads = 0;
        auto first = std::make_unique<Pair>();
        const int number = first->ends[0];
        auto old = std::make_unique<QSocketNotifier>(number, QSocketNotifier::Read);
        turn();
        old.reset();
        first.reset();
        Pair second;
        QCOMPARE(second.ends[0], number);
        QSocketNotifier fresh(number, QSocketNotifier::Read);
        connect(&fresh, &QSocketNotifier::activated, this, [&] { reads += second.hear(0); });
        second.say(1);
        turn();
        QCOMPARE(reads, 1);
    }

    void handlerMayDestroyTheOthers()
    {
        // All are ready in the same turn; the first to run destroys the rest.
        std::vector<std::unique_ptr<Pair>> pairs;
        std::vector<std::unique_ptr<QSocketNotifier>> notifiers;
        int activations = 0;
        for (int i = 0; i < 20; ++i) {
            pairs.push_back(std::make_unique<Pair>());
            notifiers.push_back(std::make_unique<QSocketNotifier>(pairs.back()->ends[0], QSocketNotifier::Read));
            auto *const own = notifiers.back().get();
            connect(own, &QSocketNotifier::activated, this, [&, own] {
                ++activations;
                for (auto &notifier : notifiers) {
                    if (notifier.get() != own)
                        notifier.reset();
                }
                own->setEnabled(false);
            });
            pairs.back()->say(1);
        }
        turn();
        QCOMPARE(activations, 1);
    }

    void manyIdleDescriptors()
    {
        std::vector<std::unique_ptr<Pair>> pairs;
        std::vector<std::unique_ptr<QSocketNotifier>> notifiers;
        int reads = 0;
        for (int i = 0; i < 400; ++i) {
            pairs.push_back(std::make_unique<Pair>());
            notifiers.push_back(std::make_unique<QSocketNotifier>(pairs.back()->ends[0], QSocketNotifier::Read));
            connect(notifiers.back().get(), &QSocketNotifier::activated, this,
                    [&reads, pair = pairs.back().get()] { reads += pair->hear(0); });
        }
        for (auto &pair : pairs)
            pair->say(1);
        QTRY_COMPARE(reads, 400); // more than one turn takes at a time
    }

    void timersFireInOrder()
    {
        QList<int> order;
        std::array<QTimer, 3> timers;
        for (int i = 0; i < 3; ++i) {
            timers[size_t(i)].setSingleShot(true);
            connect(&timers[size_t(i)], &QTimer::timeout, this, [&order, i] { order.append(i); });
        }
        timers[2].start(30ms);
        timers[0].start(1ms);
        timers[1].start(15ms);
        QTRY_COMPARE(order, (QList{0, 1, 2}));
    }

    void repeatingTimerAndZeroTimer()
    {
        int ticks = 0;
        int idle = 0;
        QTimer repeating;
        QTimer zero;
        connect(&repeating, &QTimer::timeout, this, [&ticks] { ++ticks; });
        connect(&zero, &QTimer::timeout, this, [&idle] { ++idle; });
        repeating.start(2ms);
        zero.start(0ms);
        QTRY_VERIFY(ticks >= 3);
        QVERIFY(idle >= 3);
        repeating.stop();
        const int seen = ticks;
        QVERIFY(repeating.remainingTime() == -1);
        turn();
        QCOMPARE(ticks, seen);
    }

    void timerMayStopOrRestartItself()
    {
        int count = 0;
        QTimer timer;
        connect(&timer, &QTimer::timeout, this, [&] {
            if (++count < 3)
                timer.start(1ms);
            else
                timer.stop();
        });
        timer.start(1ms);
        QTRY_COMPARE(count, 3);
        auto *const doomed = new QTimer;
        bool hasFired = false;
        connect(doomed, &QTimer::timeout, this, [&hasFired, doomed] {
            hasFired = true;
            delete doomed;
        });
        doomed->start(0ms);
        QTRY_VERIFY(hasFired);
    }

    void wakesUpFromAnotherThread()
    {
        // Each round sleeps with nothing to do until another thread posts: a lost wake-up would hang here.
        const auto mailbox = Mailbox::current();
        for (int i = 0; i < 500; ++i) {
            QEventLoop loop;
            std::jthread poster([&loop, mailbox] { mailbox->post([&loop] { loop.quit(); }); });
            loop.exec();
        }
    }

    void interruptBeforehandCounts()
    {
        QTimer guard; // ends the wait of a turn that slept
        guard.setSingleShot(true);
        guard.start(5s);
        auto *const dispatcher = QAbstractEventDispatcher::instance();
        dispatcher->interrupt();
        dispatcher->processEvents(QEventLoop::WaitForMoreEvents);
        QVERIFY(guard.isActive());
    }

    void quitFromAnotherThread()
    {
        // At any moment of a turn: a lost one would hang here.
        for (int i = 0; i < 2000; ++i) {
            QEventLoop loop;
            std::atomic<bool> isRunning = false;
            QMetaObject::invokeMethod(&loop, [&isRunning] { isRunning = true; }, Qt::QueuedConnection);
            const std::jthread quitter([&loop, &isRunning] {
                while (!isRunning)
                    std::this_thread::yield();
                loop.quit();
            });
            loop.exec();
        }
    }

    void remainingTime()
    {
        QTimer timer;
        timer.start(10s);
        QVERIFY(timer.remainingTimeAsDuration() > 9s);
        QCOMPARE(QAbstractEventDispatcher::instance()->timersForObject(&timer).size(), 1);
        timer.stop();
        QCOMPARE(QAbstractEventDispatcher::instance()->timersForObject(&timer).size(), 0);
    }
};

int main(int argc, char **argv)
{
    QCoreApplication::setEventDispatcher(new EpollDispatcher);
    QCoreApplication application(argc, argv);
    TestEpollDispatcher test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_epolldispatcher.moc"
