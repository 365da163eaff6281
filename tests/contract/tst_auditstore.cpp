// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/backends.h"

using namespace moe;
using namespace moe::accounts;
using namespace moe::test;
using namespace std::chrono_literals;

class TestAuditStore : public ContractTest
{
    Q_OBJECT

private:
    AuditStore &store() { return stores().audit; }
    static AuditEntry entry(const char *actor, const char *action, Clock::System time = someTime)
    {
        AuditEntry made;
        made.time = time;
        made.actor = QString::fromUtf8(actor);
        made.address = QStringLiteral("192.0.2.1");
        made.action = QString::fromUtf8(action);
        made.object = QStringLiteral("key:17");
        return made;
    }
    QList<AuditEntry> list(const AuditQuery &query = {}) { return wait(store().list(query, {})).value().items; }

private Q_SLOTS:
    void entriesAreKeptInOrder()
    {
        AuditEntry changed = entry("user:änna", "user.update");
        changed.before = R"({"name":"Ä"})";
        changed.after = R"({"name":"B"})";
        changed.isSuccess = false;
        changed.count = 3;
        const auto ids = wait(store().append({changed, entry("local", "key.revoke")}, {})).value();
        QCOMPARE(ids.size(), 2U);
        QVERIFY(ids[0] < ids[1]);
        QVERIFY(backEnd().reopen());
        const auto found = list();
        QCOMPARE(found.size(), 2);
        QCOMPARE(found[0].id, ids[1]); // the newest first
        changed.id = ids[0];
        QCOMPARE(found[1], changed);
        QVERIFY(wait(store().append({}, {})).value().empty());
    }

    void entriesAreNotChanged()
    {
        QVERIFY(wait(store().append({entry("user:anna", "key.revoke"), entry("local", "x")}, {})));
        const auto before = list();
        for (const char *tampering : {"UPDATE audit_entries SET actor = 'user:berta'",
                                      "UPDATE audit_entries SET folded = folded + 1, actor = 'user:berta'",
                                      "UPDATE audit_entries SET folded = folded + 1, at = at + 1",
                                      "UPDATE audit_entries SET folded = folded + 1, after_json = '{}'",
                                      "UPDATE audit_entries SET folded = folded", "DELETE FROM audit_entries",
                                      "DELETE FROM audit_entries WHERE actor = 'local'"}) {
            const auto refused = backEnd().execute(QString::fromLatin1(tampering));
            QVERIFY2(!refused && refused.error().code == ErrorCode::Conflict, tampering);
        }
        QCOMPARE(list(), before);
    }

    void refusalsAreFolded()
    {
        const auto ids
            = wait(store().append({entry("a", "request.refused"), entry("b", "request.refused")}, {})).value();
        QVERIFY(wait(store().fold({{ids[0], 5}, {ids[0], 1}, {77, 4}}, {})));
        QCOMPARE(list()[1].count, 7);
        QCOMPARE(list()[0].count, 1);
        QVERIFY(!wait(store().fold({{ids[1], 1}, {ids[0], -1}}, {})));
        QCOMPARE(list()[0].count, 1); // all or none
    }

    void entriesAreFiltered()
    {
        AuditEntry failed = entry("user:anna", "session.failed", someTime + 2s);
        failed.isSuccess = false;
        failed.object = QStringLiteral("user:anna");
        QVERIFY(wait(store().append({entry("user:anna", "key.create"), entry("local", "key.revoke", someTime + 1s),
                                     entry("local", "keyxrevoke", someTime + 1s), failed},
                                    {})));
        AuditQuery query;
        query.actor = QStringLiteral("user:anna");
        QCOMPARE(list(query).size(), 2);
        query.isSuccess = false;
        QCOMPARE(list(query).size(), 1);
        query = {};
        query.action = QStringLiteral("key.");
        QCOMPARE(list(query).size(), 2);
        query.action = QStringLiteral("key.revoke");
        QCOMPARE(list(query).size(), 1);
        query = {};
        query.object = QStringLiteral("user:anna");
        QCOMPARE(list(query).size(), 1);
        query = {};
        query.from = someTime + 1s;
        query.to = someTime + 2s;
        QCOMPARE(list(query).size(), 2);
    }

    void entriesArePagedBothWays()
    {
        std::vector<AuditEntry> entries;
        for (int i = 0; i < 10; ++i)
            entries.push_back(entry("local", "x", someTime + (i / 3) * 1s));
        QVERIFY(wait(store().append(entries, {})));
        for (const SortDirection direction : {SortDirection::Ascending, SortDirection::Descending}) {
            AuditQuery query;
            query.order.direction = direction;
            const auto whole = list(query);
            query.order.limit = 4;
            QList<AuditEntry> collected;
            do {
                const auto page = wait(store().list(query, {})).value();
                collected += page.items;
                query.order.after = page.next;
            } while (query.order.after && collected.size() < 20);
            QCOMPARE(collected.size(), 10);
            QCOMPARE(collected, whole);
        }
    }

    void retentionEnds()
    {
        const auto ids = wait(store().append({entry("a", "x"), entry("a", "x", someTime + 1h)}, {})).value();
        QCOMPARE(wait(store().removeBefore(someTime + 1min, {})).value(), 1);
        QCOMPARE(wait(store().removeBefore(someTime, {})).value(), 0); // does not take the end back
        QCOMPARE(list().size(), 1);
        QVERIFY(!backEnd().execute(QStringLiteral("DELETE FROM audit_entries")));
        QCOMPARE(wait(store().removeBefore(someTime + 2h, {})).value(), 1);
        QVERIFY(wait(store().append({entry("a", "x", someTime + 3h)}, {})).value()[0] > ids[1]);
    }
};

QTEST_GUILESS_MAIN(TestAuditStore)
#include "tst_auditstore.moc"
