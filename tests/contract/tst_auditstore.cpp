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

    /// Five that anna is part of, and two that she is not.
    static std::vector<AuditEntry> entriesAroundAnna()
    {
        std::vector<AuditEntry> made;
        const auto add = [&made](const char *actor, const char *object) {
            AuditEntry next = entry(actor, "some.action", someTime + qint64(made.size()) * 1s);
            next.object = QString::fromUtf8(object);
            next.before = "[1]";
            next.after = "[2]";
            made.push_back(next);
        };
        add("user:anna", "group:1");
        add("user:berta", "user:anna");
        add("user:berta", "key:17");
        add("user:berta", "key:170");
        add("key:moe-sk-0123456789", "");
        add("", "user:anna");
        add("", "user:annabel");
        return made;
    }

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
        QCOMPARE(wait(store().removeBefore(someTime + 1min, 10, {})).value(), 1);
        QCOMPARE(wait(store().removeBefore(someTime, 10, {})).value(), 0); // does not take the end back
        QCOMPARE(list().size(), 1);
        QVERIFY(!backEnd().execute(QStringLiteral("DELETE FROM audit_entries")));
        QCOMPARE(wait(store().removeBefore(someTime + 2h, 10, {})).value(), 1);
        QVERIFY(wait(store().append({entry("a", "x", someTime + 3h)}, {})).value()[0] > ids[1]);
    }

    void retentionGoesInPortions()
    {
        std::vector<AuditEntry> entries;
        for (int i = 0; i < 7; ++i)
            entries.push_back(entry("a", "x", someTime + (6 - i) * 1s));
        QVERIFY(wait(store().append(entries, {})));
        QCOMPARE(wait(store().removeBefore(someTime + 5s, 3, {})).value(), 3);
        QCOMPARE(list().back().time, someTime + 3s); // the oldest went first
        QCOMPARE(wait(store().removeBefore(someTime + 5s, 3, {})).value(), 2);
        QCOMPARE(wait(store().removeBefore(someTime + 5s, 3, {})).value(), 0);
        QCOMPARE(list().size(), 2);
    }

    void somebodyIsForgotten()
    {
        const auto entries = entriesAroundAnna();
        QVERIFY(wait(store().append(entries, {})));
        const AuditSubject anna{{QStringLiteral("user:anna"), QStringLiteral("key:moe-sk-0123456789"),
                                 QStringLiteral("key:17"), QStringLiteral("key:17")},
                                QStringLiteral("user:#3")};
        QCOMPARE(wait(store().anonymise(anna, 2, {})).value(), 2); // a portion at a time
        QCOMPARE(wait(store().anonymise(anna, 100, {})).value(), 3);
        QCOMPARE(wait(store().anonymise(anna, 100, {})).value(), 0);

        auto expected = entries;
        for (AuditEntry &each : expected) {
            const bool isActor = anna.names.contains(each.actor);
            const bool isObject = anna.names.contains(each.object);
            if (isActor || (isObject && each.actor.isEmpty()))
                each.address.clear();
            if (isObject) {
                each.before.clear();
                each.after.clear();
                each.object = anna.pseudonym;
            }
            if (isActor)
                each.actor = anna.pseudonym;
        }
        auto found = list();
        std::ranges::reverse(found);
        QCOMPARE(found.size(), qsizetype(expected.size()));
        for (qsizetype i = 0; i < found.size(); ++i) {
            expected[std::size_t(i)].id = found[i].id;
            QCOMPARE(found[i], expected[std::size_t(i)]);
        }
    }

    void nothingElseIsForgotten()
    {
        QVERIFY(wait(store().append(entriesAroundAnna(), {})));
        const auto before = list();
        // Whoever tampers may name somebody, but then only what forgetting does is possible.
        QVERIFY(backEnd().execute(
            QStringLiteral("INSERT INTO audit_erasure (name, pseudonym) VALUES ('user:anna', 'user:#3')")));
        for (const char *tampering : {
                 "UPDATE audit_entries SET actor = 'user:#3' WHERE actor = 'user:berta'",
                 "UPDATE audit_entries SET address = '' WHERE actor = 'user:berta'",
                 "UPDATE audit_entries SET before_json = '', after_json = '' WHERE object = 'group:1'",
                 "UPDATE audit_entries SET actor = 'user:#3' WHERE actor = 'user:anna'", // with the address
                 "UPDATE audit_entries SET actor = 'user:#4', address = '' WHERE actor = 'user:anna'",
                 "UPDATE audit_entries SET actor = 'user:berta', address = '' WHERE actor = 'user:anna'",
                 "UPDATE audit_entries SET actor = 'user:#3', address = '', before_json = '{}' "
                 "WHERE actor = 'user:anna' AND object = 'group:1'",
                 "UPDATE audit_entries SET actor = 'user:#3', address = '', action = 'x' "
                 "WHERE actor = 'user:anna' AND object = 'group:1'",
                 "UPDATE audit_entries SET actor = 'user:#3', address = '', at = at + 1 "
                 "WHERE actor = 'user:anna' AND object = 'group:1'",
                 "UPDATE audit_entries SET actor = 'user:#3', address = '', folded = folded + 1 "
                 "WHERE actor = 'user:anna' AND object = 'group:1'",
                 "UPDATE audit_entries SET actor = 'user:#3', address = '', is_success = NOT is_success "
                 "WHERE actor = 'user:anna' AND object = 'group:1'",
                 "UPDATE audit_entries SET actor = 'user:#3', address = '', id = id + 1000 "
                 "WHERE actor = 'user:anna' AND object = 'group:1'",
                 "DELETE FROM audit_entries WHERE actor = 'user:anna'",
                 "UPDATE audit_erasure SET pseudonym = 'user:berta'",
             }) {
            const auto refused = backEnd().execute(QString::fromLatin1(tampering));
            QVERIFY2(!refused, tampering);
        }
        QCOMPARE(list(), before);
        const AuditSubject posing{{QStringLiteral("user:carla")}, QStringLiteral("user:berta")};
        QVERIFY(!wait(store().anonymise(posing, 10, {})));
        QCOMPARE(list(), before);
    }

    void forgettingLeavesNoDoorOpen()
    {
        QVERIFY(wait(store().append(entriesAroundAnna(), {})));
        const AuditSubject carla{{QStringLiteral("user:carla")}, QStringLiteral("user:#5")};
        QCOMPARE(wait(store().anonymise(carla, 10, {})).value(), 0);
        QVERIFY(wait(store().append({entry("user:carla", "key.create")}, {})));
        QVERIFY(!backEnd().execute(
            QStringLiteral("UPDATE audit_entries SET actor = 'user:#5', address = '' WHERE actor = 'user:carla'")));
    }
};

QTEST_GUILESS_MAIN(TestAuditStore)
#include "tst_auditstore.moc"
