// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/eventfeed.h"
#include "tests/support/fakeclock.h"

#include <QCoro/QCoroTask>

#include <QTest>

#include <thread>

using namespace moe;
using namespace moe::api;
using namespace std::chrono_literals;

class EventFeedTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nobodyWatchesNothingIsKept();
    void watchersSeeEverythingOnce();
    void whoComesBackGoesOn();
    void whoComesTooLateIsTold();
    void waitingEndsWithAnEvent();
    void waitingEndsWithTheContext();
    void threadsPublishWhileOthersWatch();

private:
    test::FakeClock m_clock;
};

void EventFeedTest::nobodyWatchesNothingIsKept()
{
    EventFeed feed(m_clock);
    QVERIFY(!feed.isWatched());
    feed.publish("x", "{}");
    EventFeed::Watcher watcher(feed, 0);
    QVERIFY(feed.isWatched());
    QVERIFY(watcher.take().events.empty());
}

void EventFeedTest::watchersSeeEverythingOnce()
{
    EventFeed feed(m_clock);
    EventFeed::Watcher one(feed, std::nullopt);
    feed.publish("a", "1");
    EventFeed::Watcher two(feed, std::nullopt);
    feed.publish("b", "2");
    const auto ofOne = one.take();
    QCOMPARE(ofOne.events.size(), 2u);
    QVERIFY(!ofOne.isIncomplete);
    QCOMPARE(ofOne.events[0].type, "a");
    QCOMPARE(ofOne.events[1].data, "2");
    QCOMPARE(ofOne.events[1].id, ofOne.events[0].id + 1);
    QCOMPARE(two.take().events.size(), 1u);
    QVERIFY(one.take().events.empty());
}

void EventFeedTest::whoComesBackGoesOn()
{
    EventFeed feed(m_clock);
    qint64 last = 0;
    {
        EventFeed::Watcher watcher(feed, std::nullopt);
        feed.publish("a", "1");
        last = watcher.take().events.back().id;
    }
    feed.publish("b", "2");
    EventFeed::Watcher again(feed, last);
    const auto batch = again.take();
    QVERIFY(!batch.isIncomplete);
    QCOMPARE(batch.events.size(), 1u);
    QCOMPARE(batch.events[0].type, "b");
}

void EventFeedTest::whoComesTooLateIsTold()
{
    EventFeed feed(m_clock);
    qint64 last = 0;
    {
        EventFeed::Watcher watcher(feed, std::nullopt);
        feed.publish("a", "1");
        last = watcher.take().events.back().id;
        for (std::size_t i = 0; i <= EventFeed::mostKept; ++i)
            feed.publish("b", QByteArray::number(qint64(i)));
    }
    {
        EventFeed::Watcher again(feed, last);
        QVERIFY(again.take().isIncomplete);
        QVERIFY(!again.take().isIncomplete);
    }
    m_clock.advance(2min);
    feed.publish("c", "3");
    QVERIFY(!feed.isWatched());
    EventFeed::Watcher late(feed, last);
    QVERIFY(late.take().isIncomplete);
    // One of an earlier start, whose ids were smaller; and one that never was.
    EventFeed::Watcher older(feed, 5);
    QVERIFY(older.take().isIncomplete);
    EventFeed::Watcher future(feed, std::numeric_limits<qint64>::max());
    QVERIFY(!future.take().isIncomplete);
    feed.publish("d", "4");
    QCOMPARE(future.take().events.size(), 1u);
}

void EventFeedTest::waitingEndsWithAnEvent()
{
    EventFeed feed(m_clock);
    EventFeed::Watcher watcher(feed, std::nullopt);
    auto waiting = watcher.wait(1h, {});
    QVERIFY(!waiting.isReady());
    std::thread other([&feed] { feed.publish("a", "1"); });
    const auto ended = QCoro::waitFor(waiting);
    other.join();
    QVERIFY(ended);
    QCOMPARE(watcher.take().events.size(), 1u);
    feed.publish("b", "2");
    QVERIFY(QCoro::waitFor(watcher.wait(1h, {}))); // at once
    QCOMPARE(watcher.take().events.size(), 1u);
    QVERIFY(QCoro::waitFor(watcher.wait(1ms, {})));
    QVERIFY(watcher.take().events.empty());
}

void EventFeedTest::waitingEndsWithTheContext()
{
    EventFeed feed(m_clock);
    EventFeed::Watcher watcher(feed, std::nullopt);
    std::stop_source stop;
    RequestContext context;
    context.stop = stop.get_token();
    auto waiting = watcher.wait(1h, context);
    stop.request_stop();
    const auto ended = QCoro::waitFor(waiting);
    QVERIFY(!ended && ended.error().code == ErrorCode::Cancelled);
}

void EventFeedTest::threadsPublishWhileOthersWatch()
{
    constexpr int each = 500;
    EventFeed feed(m_clock);
    EventFeed::Watcher watcher(feed, std::nullopt);
    std::vector<std::thread> publishers;
    for (int thread = 0; thread < 4; ++thread) {
        publishers.emplace_back([&feed] {
            for (int i = 0; i < each; ++i)
                feed.publish("a", "1");
        });
    }
    int seen = 0;
    qint64 last = 0;
    while (seen < 4 * each) {
        QVERIFY(QCoro::waitFor(watcher.wait(10s, {})));
        const auto batch = watcher.take();
        QVERIFY(!batch.isIncomplete);
        for (const FeedEvent &event : batch.events) {
            QVERIFY(last == 0 || event.id == last + 1);
            last = event.id;
            ++seen;
        }
    }
    for (std::thread &publisher : publishers)
        publisher.join();
}

QTEST_GUILESS_MAIN(EventFeedTest)
#include "tst_eventfeed.moc"
