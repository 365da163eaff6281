// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/sessions.h"
#include "tests/support/fakeclock.h"

#include <QTest>

#include <thread>

using namespace moe;
using namespace moe::test;
using namespace moe::tools::mcp;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// Who has which session, how many, and what its streams keep.
class McpSessionsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void belongToTheirKey();
    void endWhenIdle();
    void makeRoomForNewOnes();
    void sparesThoseInUse();
    void onesThatAreNotAddedTakeNoRoom();
    void tellsAll();
    void stopWithTheDaemon();
    void streamsAreResumed();
    void streamsHaveOneReader();
    void streamsKeepTheLatest();
    void streamsLoseNoAnswer();
    void streamsBreakWhenNobodyReads();
    void streamsWakeOtherThreads();
    void finishedStreamsAreForgotten();
    void streamsAreTrimmedWhenTheyFinish();
    void deliveredStreamsAreKeptForAWhile();
    void allSessionsHaveOneBudget();

private:
    FakeClock m_clock;
    Server m_server{ServerInfo{u"test"_s, {}, u"1"_s, {}}};
};

void McpSessionsTest::belongToTheirKey()
{
    Sessions sessions(m_clock);
    const auto session = sessions.create(m_server, KeyId(1));
    QVERIFY(session);
    QCOMPARE((*session)->id().size(), 32);
    QCOMPARE(sessions.find((*session)->id(), KeyId(1)), *session);
    QVERIFY(!sessions.find((*session)->id(), KeyId(2)));
    QVERIFY(!sessions.find("", KeyId(1)));
    QVERIFY(!sessions.end((*session)->id(), KeyId(2)));
    QVERIFY(sessions.end((*session)->id(), KeyId(1)));
    QVERIFY(!sessions.end((*session)->id(), KeyId(1)));
    QVERIFY((*session)->mainStream()->isFinished());
}

void McpSessionsTest::endWhenIdle()
{
    Sessions sessions(m_clock, {.idleTime = 10min});
    const auto used = *sessions.create(m_server, KeyId(1));
    const auto idle = *sessions.create(m_server, KeyId(1));
    m_clock.advance(9min);
    QVERIFY(sessions.find(used->id(), KeyId(1)));
    m_clock.advance(9min);
    QVERIFY(!sessions.find(idle->id(), KeyId(1)));
    QCOMPARE(sessions.size(), 2);
    sessions.tidy(); // it takes no new session
    QCOMPARE(sessions.size(), 1);
    QVERIFY(idle->mainStream()->isFinished());
    QVERIFY(sessions.find(used->id(), KeyId(1)));
}

void McpSessionsTest::makeRoomForNewOnes()
{
    Sessions sessions(m_clock, {.ofKey = 3, .inAll = 5});
    QList<std::shared_ptr<Session>> made;
    for (int i = 0; i < 4; ++i) {
        m_clock.advance(1s);
        made.append(*sessions.create(m_server, KeyId(1)));
    }
    QVERIFY(!sessions.find(made[0]->id(), KeyId(1)));
    QCOMPARE(sessions.size(), 3);
    for (int key = 2; key < 6; ++key) {
        m_clock.advance(1s);
        (void)sessions.create(m_server, KeyId(key));
    }
    QCOMPARE(sessions.size(), 5);
    QVERIFY(!sessions.find(made[1]->id(), KeyId(1)));
}

void McpSessionsTest::sparesThoseInUse()
{
    Sessions sessions(m_clock, {.ofKey = 2});
    const auto read = *sessions.create(m_server, KeyId(1));
    std::optional<EventStream::Reader> reader(std::in_place, read->mainStream(), 0);
    QVERIFY(read->isInUse());
    for (int i = 0; i < 3; ++i) {
        m_clock.advance(1s);
        (void)sessions.create(m_server, KeyId(1));
        QCOMPARE(sessions.size(), std::min<std::size_t>(i + 2, 2));
        QVERIFY(!read->mainStream()->isFinished());
    }
    reader.reset();
    QVERIFY(!read->isInUse());
    (void)sessions.create(m_server, KeyId(1));
    QVERIFY(read->mainStream()->isFinished());
}

void McpSessionsTest::onesThatAreNotAddedTakeNoRoom()
{
    Sessions sessions(m_clock, {.ofKey = 1});
    const auto present = *sessions.create(m_server, KeyId(1));
    const auto prepared = sessions.prepare(m_server);
    QVERIFY(!sessions.find(prepared->id(), KeyId(1)));
    QVERIFY(sessions.find(present->id(), KeyId(1)));
    QVERIFY(sessions.add(prepared, KeyId(1)));
    QVERIFY(!sessions.find(present->id(), KeyId(1)));
    QCOMPARE(sessions.find(prepared->id(), KeyId(1)), prepared);
}

void McpSessionsTest::tellsAll()
{
    Sessions sessions(m_clock);
    const auto met = *sessions.create(m_server, KeyId(1));
    const auto unmet = *sessions.create(m_server, KeyId(2));
    Message initialize;
    initialize.kind = Message::Kind::Request;
    initialize.id = "1";
    initialize.method = "initialize";
    initialize.params = R"({"protocolVersion":"2025-06-18"})";
    QCoro::waitFor(met->handle(initialize, {met->openStream(), nullptr}, {}));
    sessions.tellAll("{}");
    QCOMPARE(met->mainStream()->last(), 1);
    QCOMPARE(unmet->mainStream()->last(), 0); // it knows of nothing yet
}

void McpSessionsTest::stopWithTheDaemon()
{
    Sessions sessions(m_clock);
    const auto session = *sessions.create(m_server, KeyId(1));
    const auto answer = session->openStream();
    sessions.shutDown();
    QVERIFY(session->mainStream()->isFinished());
    QVERIFY(!answer->isFinished()); // somebody waits for what comes on it
    QCOMPARE(sessions.create(m_server, KeyId(1)).error().code, ErrorCode::Unavailable);
}

void McpSessionsTest::streamsAreResumed()
{
    const auto stream = std::make_shared<EventStream>(3);
    stream->send("a");
    stream->send("b");
    {
        EventStream::Reader first(stream, 0);
        const auto batch = first.take();
        QCOMPARE(batch.events.size(), 2);
        QCOMPARE(batch.events[1].number, 2);
        QVERIFY(!batch.isOver);
    }
    stream->send("c");
    stream->finish();
    stream->send("too late");
    EventStream::Reader second(stream, 1);
    const auto batch = second.take();
    QCOMPARE(batch.events.size(), 2);
    QCOMPARE(batch.events[0].message, "b"_ba);
    QVERIFY(batch.isOver);
    EventStream::Reader ahead(stream, 1'000'000); // a number that was never given
    QVERIFY(ahead.take().events.empty());
}

void McpSessionsTest::streamsHaveOneReader()
{
    const auto stream = std::make_shared<EventStream>(1);
    EventStream::Reader first(stream, 0);
    const auto waiting = first.wait(1h, {});
    QVERIFY(!waiting.isReady());
    EventStream::Reader second(stream, 0);
    QTRY_VERIFY(waiting.isReady());
    stream->send("a");
    QVERIFY(first.take().isOver);
    QVERIFY(first.take().events.empty());
    QCOMPARE(second.take().events.size(), 1);
    stream->letGo();
    QVERIFY(second.take().isOver);
}

/// All that is on a stream, as one reader gets it.
static std::vector<EventStream::Event> readAll(EventStream::Reader &reader)
{
    std::vector<EventStream::Event> events;
    while (true) {
        const auto batch = reader.take();
        if (batch.events.empty())
            return events;
        events.insert(events.end(), batch.events.begin(), batch.events.end());
    }
}

void McpSessionsTest::streamsKeepTheLatest()
{
    const auto stream = std::make_shared<EventStream>(1);
    for (std::size_t i = 0; i < 2 * EventStream::mostKept; ++i)
        stream->tell("x");
    EventStream::Reader many(stream, 0);
    QCOMPARE(readAll(many).size(), EventStream::mostKept);
    for (int i = 0; i < 4; ++i)
        stream->tell(QByteArray(EventStream::mostBytesKept / 2, 'y'));
    QVERIFY(stream->bytes() <= EventStream::mostBytesKept);
    stream->tell(QByteArray(EventStream::mostBytesKept * 2, 'z'));
    EventStream::Reader large(stream, 0);
    QCOMPARE(readAll(large).size(), 1); // the latest in any case
}

void McpSessionsTest::streamsLoseNoAnswer()
{
    constexpr std::size_t count = 4 * EventStream::mostKept;
    const QByteArray answer(EventStream::mostBytesKept / qsizetype(EventStream::mostKept), 'a');
    const auto stream = std::make_shared<EventStream>(1);
    EventStream::Reader reader(stream, 0);
    for (std::size_t i = 0; i < count; ++i) {
        stream->tell("a notification, which may be lost");
        stream->send(answer);
    }
    const auto events = readAll(reader);
    QCOMPARE(std::ranges::count(events, answer, &EventStream::Event::message), count);
    QVERIFY(std::ranges::is_sorted(events, {}, &EventStream::Event::number));
    stream->send("one more"); // what has been read need not be kept
    QVERIFY(stream->bytes() <= EventStream::mostBytesKept);
    QVERIFY(stream->keepsAllAfter(stream->last() - 1));
    QVERIFY(!stream->keepsAllAfter(0)); // who has not had it after all is to be told so
}

void McpSessionsTest::streamsBreakWhenNobodyReads()
{
    const auto stream = std::make_shared<EventStream>(1);
    EventStream::Reader reader(stream, 0);
    const QByteArray answer(EventStream::mostBytesWaiting / 4, 'a');
    for (int i = 0; i < 4; ++i)
        stream->send(answer);
    QCOMPARE(reader.take().events.size(), 1); // a batch is bounded
    QVERIFY(!stream->isFinished());
    stream->send(answer); // in the place of what has been read
    QVERIFY(!stream->isFinished());
    stream->send(answer);
    QVERIFY(stream->isFinished());
    QCOMPARE(stream->bytes(), 0);
    const auto batch = reader.take();
    QVERIFY(batch.isOver && batch.isBroken && batch.events.empty());

    const auto small = std::make_shared<EventStream>(2);
    for (std::size_t i = 0; i <= EventStream::mostWaiting; ++i)
        small->send("x");
    QVERIFY(small->isFinished());
}

void McpSessionsTest::streamsWakeOtherThreads()
{
    constexpr int count = 2'000;
    const auto stream = std::make_shared<EventStream>(1);
    EventStream::Reader reader(stream, 0);
    std::jthread writer([stream] {
        for (int i = 0; i < count; ++i) {
            stream->send("x");
            std::this_thread::yield();
        }
        stream->finish();
    });
    qint64 last = 0;
    bool isOver = false;
    while (!isOver) {
        QVERIFY(QCoro::waitFor(reader.wait(1min, {})));
        const auto batch = reader.take();
        for (const auto &event : batch.events) {
            QVERIFY(event.number > last);
            last = event.number;
        }
        isOver = batch.isOver;
    }
    QCOMPARE(last, count);
}

void McpSessionsTest::finishedStreamsAreForgotten()
{
    Sessions sessions(m_clock);
    const auto session = *sessions.create(m_server, KeyId(1));
    const auto open = session->openStream();
    for (int i = 0; i < 200; ++i)
        session->openStream()->finish();
    QVERIFY(session->stream(open->number())); // its answer is still to come
    QVERIFY(!session->stream(open->number() + 1));
    QVERIFY(session->stream(open->number() + 200));
    QVERIFY(!session->stream(9'999));
    QCOMPARE(session->stream(0), session->mainStream());
}

void McpSessionsTest::streamsAreTrimmedWhenTheyFinish()
{
    Sessions sessions(m_clock);
    const auto session = *sessions.create(m_server, KeyId(1));
    QList<quint64> numbers;
    for (int i = 0; i < 5; ++i) {
        const auto stream = session->openStream();
        numbers.append(stream->number());
        stream->send(QByteArray(400'000, 'x'));
    }
    QCOMPARE(sessions.bytes(), 2'000'000);
    for (const quint64 number : numbers) {
        EventStream::Reader reader(session->stream(number), 0);
        QCOMPARE(reader.take().events.size(), 1);
    }
    for (const quint64 number : numbers)
        session->closeStream(*session->stream(number));
    QVERIFY(sessions.bytes() <= 1024 * 1024);
    QVERIFY(!session->stream(numbers.first()));
    QVERIFY(session->stream(numbers.last()));

    const auto unread = session->openStream();
    unread->send(QByteArray(2'000'000, 'x'));
    session->closeStream(*unread);
    QVERIFY(session->stream(unread->number())); // its client comes back for it
}

void McpSessionsTest::deliveredStreamsAreKeptForAWhile()
{
    Sessions sessions(m_clock);
    const auto session = *sessions.create(m_server, KeyId(1));
    const auto read = session->openStream();
    const auto unread = session->openStream();
    for (const auto &stream : {read, unread}) {
        stream->send("x");
        session->closeStream(*stream);
    }
    (void)EventStream::Reader(read, 0).take();
    QVERIFY(read->isDelivered() && !unread->isDelivered());
    sessions.tidy();
    QVERIFY(session->stream(read->number()));
    sessions.tidy();
    QVERIFY(!session->stream(read->number()));
    QVERIFY(session->stream(unread->number()));
}

void McpSessionsTest::allSessionsHaveOneBudget()
{
    Sessions sessions(m_clock, {.bytes = 1000});
    QList<std::shared_ptr<Session>> all;
    QList<quint64> numbers;
    for (int i = 0; i < 5; ++i) {
        all.append(*sessions.create(m_server, KeyId(i)));
        const auto stream = all.last()->openStream();
        stream->send(QByteArray(300, 'x'));
        numbers.append(stream->number());
    }
    sessions.tidy();
    QCOMPARE(sessions.bytes(), 1500); // somebody waits for all of it
    for (const int i : {3, 0, 4})
        all[i]->closeStream(*all[i]->stream(numbers[i]));
    QVERIFY(sessions.find(all[1]->id(), KeyId(1)));
    QCOMPARE(sessions.bytes(), 900);
    QVERIFY(!all[3]->stream(numbers[3])); // was finished first
    QVERIFY(!all[0]->stream(numbers[0]));
    QVERIFY(all[4]->stream(numbers[4]));
}

QTEST_GUILESS_MAIN(McpSessionsTest)
#include "tst_mcpsessions.moc"
