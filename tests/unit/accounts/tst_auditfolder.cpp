// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/auditfolder.h"
#include "tests/support/fakeclock.h"

#include <QTest>

#include <atomic>
#include <thread>

using namespace moe;
using namespace moe::accounts;
using namespace std::chrono_literals;

namespace {

const QByteArray expired("expired");

AuditEntry refusal(const test::FakeClock &clock, const char16_t *actor, const QString &address,
                   const char16_t *action = u"request.refused")
{
    AuditEntry entry;
    entry.time = clock.system();
    entry.actor = QString(actor);
    entry.address = address;
    entry.action = QString(action);
    entry.isSuccess = false;
    return entry;
}

qint64 total(const std::vector<AuditEntry> &entries)
{
    qint64 sum = 0;
    for (const AuditEntry &entry : entries)
        sum += entry.count;
    return sum;
}

const QString home = QStringLiteral("192.0.2.1");

}

class TestAuditFolder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void successesPassThroughUnchanged()
    {
        test::FakeClock clock;
        AuditFolder folder(clock);
        AuditEntry entry = refusal(clock, u"user:anna", home, u"key.create");
        entry.isSuccess = true;
        entry.object = QStringLiteral("key:17");
        entry.after = "{}";
        for (int i = 0; i < 3; ++i)
            QCOMPARE(folder.add(entry), std::vector<AuditEntry>{entry});
        QVERIFY(folder.takeAll().empty());
    }

    void refusalsBecomeOneAMinute()
    {
        test::FakeClock clock;
        AuditFolder folder(clock);
        const AuditEntry first = refusal(clock, u"key:moe-sk-012345678", home);
        QVERIFY(folder.add(first, expired).empty());
        for (int i = 0; i < 59; ++i) {
            clock.advance(1s);
            QVERIFY(folder.add(refusal(clock, u"key:moe-sk-012345678", home), expired).empty());
        }
        clock.advance(1s - 1ns);
        QVERIFY(folder.takeDue().empty());
        clock.advance(1ns);
        AuditEntry folded = first;
        folded.count = 60;
        QCOMPARE(folder.takeDue(), std::vector<AuditEntry>{folded});
        QVERIFY(folder.takeDue().empty());
        // The next minute begins with the next refusal.
        clock.advance(10min);
        const AuditEntry later = refusal(clock, u"key:moe-sk-012345678", home);
        QVERIFY(folder.add(later, expired).empty());
        clock.advance(59s);
        QVERIFY(folder.takeDue().empty());
        QCOMPARE(folder.takeAll(), std::vector<AuditEntry>{later});
    }

    void whatDiffersIsKeptApart()
    {
        test::FakeClock clock;
        AuditFolder folder(clock);
        const auto add = [&](const AuditEntry &entry, const QByteArray &reason) {
            QVERIFY(folder.add(entry, reason).empty());
            clock.advance(1ms);
        };
        add(refusal(clock, u"key:a", home), expired);
        add(refusal(clock, u"key:b", home), expired);
        add(refusal(clock, u"key:a", home), "revoked");
        add(refusal(clock, u"key:a", home, u"session.failed"), expired);
        add(refusal(clock, u"", home), expired);
        add(refusal(clock, u"", QStringLiteral("192.0.2.2")), expired);
        const auto entries = folder.takeAll();
        QCOMPARE(entries.size(), 6U);
        QCOMPARE(total(entries), 6);
        QVERIFY(std::is_sorted(entries.begin(), entries.end(),
                               [](const AuditEntry &a, const AuditEntry &b) { return a.time < b.time; }));
    }

    void aFoldedEntrySaysOnlyWhatIsTrueOfAll()
    {
        test::FakeClock clock;
        AuditFolder folder(clock);
        AuditEntry entry = refusal(clock, u"user:anna", home);
        entry.object = QStringLiteral("user:bert");
        entry.after = "{1}";
        AuditEntry other = entry;
        other.address = QStringLiteral("192.0.2.2");
        other.after = "{2}";
        (void)folder.add(entry);
        (void)folder.add(other);
        AuditEntry expected = entry;
        expected.address.clear();
        expected.after.clear();
        expected.count = 2;
        QCOMPARE(folder.takeAll(), std::vector<AuditEntry>{expected});
    }

    void anUnknownActorIsKnownByTheNetwork()
    {
        test::FakeClock clock;
        AuditFolder folder(clock);
        for (int i = 1; i <= 1000; ++i)
            (void)folder.add(refusal(clock, u"", QStringLiteral("2001:db8::%1").arg(i)));
        const auto entries = folder.takeAll();
        QCOMPARE(entries.size(), 1U);
        QCOMPARE(entries[0].count, 1000);
        QCOMPARE(entries[0].address, QStringLiteral("2001:db8::1"));
    }

    /// What is due comes before what passes through, so that the log is in order.
    void addingFlushesWhatIsDue()
    {
        test::FakeClock clock;
        AuditFolder folder(clock);
        const AuditEntry held = refusal(clock, u"key:a", home);
        (void)folder.add(held);
        clock.advance(60s);
        AuditEntry passing = refusal(clock, u"user:anna", home, u"key.create");
        passing.isSuccess = true;
        QCOMPARE(folder.add(passing), (std::vector<AuditEntry>{held, passing}));
        (void)folder.add(held);
        clock.advance(60s);
        QCOMPARE(folder.add(refusal(clock, u"key:a", home)), std::vector<AuditEntry>{held});
        QCOMPARE(folder.takeAll().size(), 1U);
    }

    void anAttackFloodsNeitherMemoryNorLog()
    {
        test::FakeClock clock;
        AuditFolder folder(clock, 1000);
        for (int i = 0; i < 50'000; ++i)
            (void)folder.add(refusal(clock, u"", QStringLiteral("10.%1.%2.7").arg(i >> 8).arg(i & 255)));
        const auto entries = folder.takeAll();
        QCOMPARE(entries.size(), 1001U);
        QCOMPARE(total(entries), 50'000);
        const auto others = std::find_if(entries.begin(), entries.end(), [](const AuditEntry &entry) {
            return entry.action == QStringLiteral("refusals.other");
        });
        QVERIFY(others != entries.end());
        QCOMPARE(others->count, 49'000);
        QVERIFY(!others->isSuccess);
        QVERIFY(others->address.isEmpty());
    }

    void threadsLoseNothing()
    {
        test::FakeClock clock;
        AuditFolder folder(clock, 10);
        std::atomic<qint64> written = 0;
        std::vector<std::thread> threads;
        for (int thread = 0; thread < 4; ++thread) {
            threads.emplace_back([&] {
                for (int i = 0; i < 5000; ++i) {
                    written += total(folder.add(refusal(clock, u"", QStringLiteral("10.0.0.%1").arg(i % 20))));
                    clock.advance(100ms);
                    written += total(folder.takeDue());
                }
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(written + total(folder.takeAll()), 20'000);
    }
};

QTEST_APPLESS_MAIN(TestAuditFolder)
#include "tst_auditfolder.moc"
