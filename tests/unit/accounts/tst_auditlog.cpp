// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/auditchange.h"
#include "daemon/accounts/auditlog.h"
#include "tests/support/fakeclock.h"
#include "tests/unit/accounts/auditfixture.h"

#include <QTest>

#include <memory>
#include <random>
#include <thread>

using namespace moe;
using namespace moe::accounts;
using namespace moe::test;
using namespace std::chrono_literals;

namespace {

constexpr quint32 seed = 20'251;

AuditLogOptions quick() { return {5ms, 20ms, 2000ms, 10, 100}; }
/// Nothing is written unless somebody waits for it.
AuditLogOptions lazy() { return {1h, 1h, 2000ms, 10, 100}; }

QStringList objectsOf(const QList<AuditEntry> &entries)
{
    QStringList objects;
    for (const AuditEntry &entry : entries)
        objects.append(entry.object);
    return objects;
}

QStringList numbered(int first, int last)
{
    QStringList objects;
    for (int number = first; number <= last; ++number)
        objects.append(auditNumber(number).object);
    return objects;
}

}

class TestAuditLog : public QObject
{
    Q_OBJECT

private:
    FakeClock m_clock;
    std::unique_ptr<FakeAuditStore> m_store;
    std::unique_ptr<AuditLog> m_log;
    std::stop_source m_stop;
    std::optional<QCoro::Task<>> m_running;

    void start(AuditLogOptions options)
    {
        m_log = std::make_unique<AuditLog>(*m_store, m_clock, options);
        m_stop = {};
        m_running = m_log->run(RequestContext().withStop(m_stop.get_token()));
    }
    void stop()
    {
        m_stop.request_stop();
        QCoro::waitFor(std::move(*m_running));
        m_running.reset();
    }
    Result<void> flush(RequestContext context = {}) { return QCoro::waitFor(m_log->flush(std::move(context))); }

private Q_SLOTS:
    void initTestCase() { qInfo("seed %u", seed); }
    void init() { m_store = std::make_unique<FakeAuditStore>(); }
    void cleanup()
    {
        if (m_running)
            stop();
        m_log.reset();
    }

    void entriesAreWrittenInOrderAndBatches()
    {
        start(quick());
        for (int number = 1; number <= 35; ++number)
            m_log->note(auditNumber(number));
        QTRY_COMPARE(objectsOf(m_store->entries), numbered(1, 35));
        QVERIFY(std::ranges::all_of(m_store->batches, [](std::size_t size) { return size <= 10; }));
        QVERIFY(m_log->isHealthy());
    }

    void flushDoesNotWaitForTheInterval()
    {
        start(lazy());
        QVERIFY(flush()); // nothing to do
        m_log->note(auditNumber(1));
        QVERIFY(m_store->entries.isEmpty());
        QVERIFY(flush());
        QCOMPARE(objectsOf(m_store->entries), numbered(1, 1));
        m_log->note(auditNumber(2));
        QVERIFY(flush());
        QCOMPARE(objectsOf(m_store->entries), numbered(1, 2));
    }

    void anEntryGetsItsTimeAndIsBounded()
    {
        start(lazy());
        AuditEntry entry = auditNumber(1);
        entry.time = {};
        entry.object = QString(1'000'000, u'x');
        entry.actor = QStringLiteral("user:a") + QChar(0) + QStringLiteral("b");
        entry.before = '"' + QByteArray(1'000'000, 'y') + '"';
        entry.after = "{\"a\":1}";
        m_log->note(entry);
        QVERIFY(flush());
        const AuditEntry stored = m_store->entries.value(0);
        QCOMPARE(stored.time, m_clock.system());
        QCOMPARE(stored.object.size(), AuditLog::longestText);
        QCOMPARE(stored.actor, QStringLiteral("user:ab"));
        QCOMPARE(stored.before, QByteArray("{\"omitted\":\"too long\"}"));
        QCOMPARE(stored.after, entry.after);
    }

    void refusalsAreFolded()
    {
        start(quick());
        for (int i = 0; i < 50; ++i)
            m_log->note(auditRefusal(QStringLiteral("user:anna")), i % 2 == 0 ? "expired" : "revoked");
        m_log->note(auditNumber(1));
        QVERIFY(flush());
        QCOMPARE(objectsOf(m_store->entries), numbered(1, 1));
        m_clock.advance(AuditFolder::window);
        QTRY_COMPARE(m_store->entries.size(), 3);
        QCOMPARE(m_store->entries[1].count, 25);
        QCOMPARE(m_store->entries[2].count, 25);
    }

    void flushAllEndsFolding()
    {
        start(lazy());
        for (int i = 0; i < 5; ++i)
            m_log->note(auditRefusal(QStringLiteral("user:anna")));
        QVERIFY(QCoro::waitFor(m_log->flushAll({})));
        QCOMPARE(m_store->entries.size(), 1);
        QCOMPARE(m_store->entries[0].count, 5);
    }

    void aFailingStoreHeals()
    {
        start(quick());
        m_store->failing = ErrorCode::Unavailable;
        for (int number = 1; number <= 15; ++number)
            m_log->note(auditNumber(number));
        const auto refused = flush();
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Unavailable);
        QTRY_VERIFY(!m_log->isHealthy());
        m_log->note(auditNumber(16));
        QTRY_VERIFY(m_store->batches.size() > 3);
        m_store->failing.reset();
        QVERIFY(flush());
        QCOMPARE(objectsOf(m_store->entries), numbered(1, 16));
        QTRY_VERIFY(m_log->isHealthy());
    }

    void whatIsDroppedIsCounted()
    {
        start(quick());
        m_store->failing = ErrorCode::Unavailable;
        for (int number = 1; number <= 130; ++number) // 100 fit
            m_log->note(auditNumber(number));
        QVERIFY(!m_log->isHealthy());
        m_store->failing.reset();
        QTRY_COMPARE(m_store->entries.size(), 101);
        QCOMPARE(objectsOf(m_store->entries.first(100)), numbered(1, 100));
        const AuditEntry lost = m_store->entries.last();
        QCOMPARE(lost.action, QStringLiteral("audit.lost"));
        QCOMPARE(lost.actor, QStringLiteral("system"));
        QCOMPARE(lost.count, 30);
        QVERIFY(!lost.isSuccess);
        QVERIFY(m_log->isHealthy());
    }

    void oneBadEntryDoesNotKeepOthersBack()
    {
        start(quick());
        m_store->refusedAction = QStringLiteral("bad.action");
        AuditEntry bad = auditNumber(3);
        bad.action = m_store->refusedAction;
        m_log->note(auditNumber(1));
        m_log->note(auditNumber(2));
        m_log->note(bad);
        m_log->note(auditNumber(4));
        QVERIFY(flush());
        QTRY_COMPARE(m_store->entries.size(), 4);
        QCOMPARE(objectsOf(m_store->entries.first(3)), numbered(1, 2) + numbered(4, 4));
        QCOMPARE(m_store->entries[3].action, QStringLiteral("audit.lost"));
        QCOMPARE(m_store->entries[3].count, 1);
    }

    void theRestIsWrittenAtTheEnd()
    {
        start(lazy());
        for (int number = 1; number <= 25; ++number)
            m_log->note(auditNumber(number));
        m_log->note(auditRefusal(QStringLiteral("user:anna")));
        stop();
        QCOMPARE(m_store->entries.size(), 26);
        const auto late = flush();
        QVERIFY(!late);
        QCOMPARE(late.error().code, ErrorCode::Unavailable);
    }

    void whatWasDroppedIsToldAtTheEnd()
    {
        start(lazy());
        for (int number = 1; number <= 120; ++number) // 100 fit
            m_log->note(auditNumber(number));
        stop();
        QCOMPARE(m_store->entries.size(), 101);
        QCOMPARE(m_store->entries.last().action, QStringLiteral("audit.lost"));
        QCOMPARE(m_store->entries.last().count, 20);
    }

    void theEndDoesNotWaitForAFailingStore()
    {
        start(lazy());
        m_store->failing = ErrorCode::Unavailable;
        m_log->note(auditNumber(1));
        stop();
        QVERIFY(m_store->entries.isEmpty());
    }

    void flushHonoursItsContext()
    {
        m_log = std::make_unique<AuditLog>(*m_store, m_clock, lazy()); // nobody writes
        m_log->note(auditNumber(1));
        std::stop_source gone;
        auto waiting = m_log->flush(RequestContext().withStop(gone.get_token()));
        gone.request_stop();
        QCOMPARE(QCoro::waitFor(std::move(waiting)).error().code, ErrorCode::Cancelled);
        const auto late = flush(RequestContext().withDeadline(std::chrono::steady_clock::now() + 10ms));
        QCOMPARE(late.error().code, ErrorCode::Timeout);
    }

    void everyThreadMayNoteAndFlush()
    {
        start({1ms, 20ms, 2000ms, 10, 100'000});
        std::atomic<int> flushed = 0;
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 4; ++thread) {
            threads.emplace_back([this, thread, &flushed] {
                for (int i = 0; i < 200; ++i) {
                    m_log->note(auditNumber(thread * 1000 + i));
                    if (i % 50 == 49 && QCoro::waitFor(m_log->flush({})))
                        ++flushed;
                }
                Mailbox::retire();
            });
        }
        QTRY_COMPARE(flushed.load(), 16);
        threads.clear();
        QVERIFY(flush());
        QCOMPARE(m_store->entries.size(), 800);
        std::array<int, 4> next{};
        for (const AuditEntry &entry : std::as_const(m_store->entries)) {
            const int number = entry.object.sliced(4).toInt();
            QCOMPARE(number % 1000, next[std::size_t(number / 1000)]++); // each thread's in its order
        }
    }

    // Whatever the store does, each entry is written once, in order; a flush that succeeds told the truth.
    void randomFailures()
    {
        std::mt19937 engine(seed);
        const auto chance = [&engine](int percent) { return std::uniform_int_distribution(0, 99)(engine) < percent; };
        start({1ms, 2ms, 2000ms, 7, 100'000});
        int noted = 0;
        for (int step = 0; step < 500; ++step) {
            for (int i = int(engine() % 5); i > 0; --i)
                m_log->note(auditNumber(++noted));
            if (chance(20))
                m_store->failing = chance(50) ? ErrorCode::Unavailable : ErrorCode::Timeout;
            else if (chance(40))
                m_store->failing.reset();
            if (chance(30)) {
                const auto flushed = flush();
                QCOMPARE(flushed.has_value(), !m_store->failing || m_store->entries.size() == noted);
                if (flushed)
                    QCOMPARE(m_store->entries.size(), noted);
            }
        }
        m_store->failing.reset();
        QVERIFY(flush());
        QVERIFY(noted > 500);
        QCOMPARE(objectsOf(m_store->entries), numbered(1, noted));
    }

    void changesHoldOnlyWhatDiffers()
    {
        AuditEntry entry;
        AuditChange change;
        change.add("name", QStringLiteral("Anna"), QStringLiteral("Anna"));
        QVERIFY(change.isEmpty());
        change.applyTo(entry);
        QVERIFY(entry.before.isEmpty() && entry.after.isEmpty());
        change.add("label", QStringLiteral("a \"b\""), QStringLiteral("c"));
        change.add("is_active", true, false);
        change.add("daily", std::optional<qint64>(), std::optional<qint64>(5));
        change.applyTo(entry);
        QCOMPARE(entry.before, QByteArray("{\"label\":\"a \\\"b\\\"\",\"is_active\":true,\"daily\":null}"));
        QCOMPARE(entry.after, QByteArray("{\"label\":\"c\",\"is_active\":false,\"daily\":5}"));
    }
};

QTEST_GUILESS_MAIN(TestAuditLog)
#include "tst_auditlog.moc"
