// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/backends.h"

using namespace moe;
using namespace moe::accounts;
using namespace moe::test;
using namespace std::chrono_literals;
using std::chrono::sys_days;

/// The sink that a journal writes through, and what is read of it.
class TestUsageStore : public ContractTest
{
    Q_OBJECT

private:
    static constexpr sys_days januaryLast = sys_days(std::chrono::year(2026) / 1 / 31);
    static constexpr sys_days februaryFirst = sys_days(std::chrono::year(2026) / 2 / 1);

    static UsageRecord record(UserId user, Clock::System time, qint64 tokens = 10)
    {
        UsageRecord usage;
        usage.time = time;
        usage.requestId = "req_" + QByteArray::number(qint64(time.time_since_epoch().count()));
        usage.user = user;
        usage.key = KeyId(3);
        usage.model = QStringLiteral("qwen3:8b");
        usage.mode = QStringLiteral("moe_native");
        usage.usage = {tokens, 1, false};
        return usage;
    }
    static JournalEntry entry(qint64 sequence, const UsageRecord &usage, DayCharges charges = {})
    {
        return {sequence, usage, std::move(charges)};
    }
    Result<void> write(std::vector<JournalEntry> entries) { return wait(stores().usageSink.write({entries}, {})); }
    qint64 lastApplied() { return wait(stores().usageSink.lastApplied({})).value(); }
    BudgetUse use(UserId user) { return wait(stores().limits.budgetUse(user, {})).value(); }
    QList<UsageRecord> records(const UsageQuery &query = {})
    {
        QList<UsageRecord> found = wait(stores().usage.list(query, {})).value().items;
        for (UsageRecord &usage : found) {
            if (usage.id <= 0)
                qFatal("a record without an id");
            usage.id = 0; // as it was written
        }
        return found;
    }

private Q_SLOTS:
    void recordsAreKeptWhole()
    {
        const User anna = addUser(QStringLiteral("anna"));
        UsageRecord usage = record(anna.id, someTime);
        usage.profile = QStringLiteral("Prüfung");
        usage.usage = {MaxBudgetLimit, 7, true};
        usage.status = UsageStatus::Cancelled;
        usage.latency = 1234ms;
        usage.timeToFirstToken = 56ms;
        usage.isCacheHit = true;
        usage.experts = {QStringLiteral("math"), QStringLiteral("a \"quoted\", [odd]\nname")};
        usage.nodes = {QStringLiteral("gpu-1")};
        QCOMPARE(lastApplied(), 0);
        QVERIFY(write({entry(5, usage, {{januaryLast, 12}})}));
        QVERIFY(backEnd().reopen());
        QCOMPARE(records(), QList<UsageRecord>({usage}));
        QCOMPARE(lastApplied(), 5);
        QCOMPARE(use(anna.id), (BudgetUse{januaryLast, 12, 12, 12}));
    }

    void recordsOfManyKinds()
    {
        const User anna = addUser(QStringLiteral("anna"));
        QList<UsageRecord> all;
        std::vector<JournalEntry> entries;
        for (int i = 0; i < 77; ++i) { // more than go into the database at once
            UsageRecord usage = record(anna.id, someTime + i * 1ms, i);
            usage.model = QStringLiteral("m%1").arg(i % 3);
            usage.profile = i % 2 ? QString() : QStringLiteral("m1");
            usage.experts = QStringList(i % 4, QStringLiteral("x"));
            usage.status = UsageStatus(i % 4);
            usage.usage.isEstimated = i % 5 == 0;
            all.prepend(usage);
            entries.push_back(entry(i + 1, usage));
        }
        QVERIFY(write({entries.begin(), entries.begin() + 40}));
        QVERIFY(write(entries)); // more of the same kinds
        QCOMPARE(records(), all);
    }

    void everyEntryCountsOnce()
    {
        const User anna = addUser(QStringLiteral("anna"));
        const auto first = entry(1, record(anna.id, someTime), {{januaryLast, 10}});
        const auto second = entry(4, record(anna.id, someTime + 1s), {{januaryLast, 5}});
        const auto third = entry(9, record(anna.id, someTime + 2s), {{januaryLast, 1}});
        QVERIFY(write({first, second}));
        QVERIFY(write({first, second}));  // the answer to the first attempt was lost
        QVERIFY(write({second, third})); // part of it is new
        QVERIFY(write({first}));
        QCOMPARE(records().size(), 3);
        QCOMPARE(use(anna.id), (BudgetUse{januaryLast, 16, 16, 16}));
        QCOMPARE(lastApplied(), 9);
    }

    void journalsDoNotDisturbEachOther()
    {
        const User anna = addUser(QStringLiteral("anna"));
        QVERIFY(write({entry(100, record(anna.id, someTime), {{januaryLast, 10}})}));
        QCOMPARE(lastApplied(), 100);
        QVERIFY(backEnd().execute(QStringLiteral("UPDATE journal_state SET journal = 'another daemon'")));
        QCOMPARE(lastApplied(), 0);
        QVERIFY(write({entry(1, record(anna.id, someTime), {{januaryLast, 10}})}));
        QCOMPARE(use(anna.id).total, 20);
    }

    void daysAndMonthsRollOver()
    {
        const User anna = addUser(QStringLiteral("anna"));
        QCOMPARE(use(anna.id), BudgetUse());
        QVERIFY(write({entry(1, record(anna.id, someTime), {{januaryLast - std::chrono::days(1), 100}})}));
        QVERIFY(write({entry(2, record(anna.id, someTime), {{januaryLast, 20}})}));
        QCOMPARE(use(anna.id), (BudgetUse{januaryLast, 20, 120, 120}));
        // A request that went on over midnight pays for both days.
        QVERIFY(write({entry(3, record(anna.id, someTime), {{januaryLast, 3}, {februaryFirst, 4}})}));
        QCOMPARE(use(anna.id), (BudgetUse{februaryFirst, 4, 4, 127}));
        // What comes late counts in the total only.
        QVERIFY(write({entry(4, record(anna.id, someTime), {{januaryLast, 1'000}})}));
        QCOMPARE(use(anna.id), (BudgetUse{februaryFirst, 4, 4, 1'127}));
        QVERIFY(write({entry(5, record(anna.id, someTime), {{februaryFirst + std::chrono::days(2), 1}})}));
        QVERIFY(write({entry(6, record(anna.id, someTime), {{februaryFirst, 50}})})); // late, but of this month
        QCOMPARE(use(anna.id), (BudgetUse{februaryFirst + std::chrono::days(2), 1, 55, 1'178}));
    }

    void theDeletedPayNothing()
    {
        const User anna = addUser(QStringLiteral("anna"));
        QVERIFY(write({entry(1, record(UserId(77), someTime), {{januaryLast, 10}}),
                       entry(2, record(anna.id, someTime), {{januaryLast, 10}})}));
        QCOMPARE(lastApplied(), 2);
        QCOMPARE(use(anna.id).total, 10);
    }

    void whatComesAfterTheRemovalIsAnonymous()
    {
        const User anna = addUser(QStringLiteral("anna"));
        const User berta = addUser(QStringLiteral("berta"));
        QVERIFY(wait(stores().users.removeUser(anna.id, {})));
        std::vector<JournalEntry> entries; // as many as are stored in one go, and some more
        for (int i = 0; i < 40; ++i)
            entries.push_back(entry(i + 1, record(i % 2 ? anna.id : berta.id, someTime + i * 1s, i)));
        QVERIFY(write(entries));
        const auto all = records();
        QCOMPARE(all.size(), 40);
        for (const UsageRecord &each : all) {
            const bool isOfAnna = each.usage.promptTokens % 2 == 1;
            QCOMPARE(each.user, isOfAnna ? UserId() : berta.id);
            QCOMPARE(each.key, isOfAnna ? KeyId() : KeyId(3));
        }
    }

    void aFailureLeavesNothing()
    {
        const User anna = addUser(QStringLiteral("anna"));
        QVERIFY(backEnd().execute(QStringLiteral("DROP TABLE journal_state")));
        QVERIFY(!write({entry(1, record(anna.id, someTime), {{januaryLast, 10}})}));
        QVERIFY(records().isEmpty());
        QCOMPARE(use(anna.id), BudgetUse());
    }

    void historyIsFilteredAndPaged()
    {
        const User anna = addUser(QStringLiteral("anna"));
        const User berta = addUser(QStringLiteral("berta"));
        std::vector<JournalEntry> entries;
        for (int i = 0; i < 20; ++i) {
            UsageRecord usage = record(i % 2 ? anna.id : berta.id, someTime + (i / 4) * 1s, i);
            usage.status = i % 5 ? UsageStatus::Ok : UsageStatus::BudgetExceeded;
            usage.model = i < 10 ? QStringLiteral("old") : QStringLiteral("new");
            entries.push_back(entry(i + 1, usage));
        }
        QVERIFY(write(entries));
        QCOMPARE(records().size(), 20);
        QCOMPARE(records().front().usage.promptTokens, 19); // the newest first
        UsageQuery query;
        query.range.user = anna.id;
        query.order.limit = 3;
        QList<UsageRecord> collected;
        do {
            const auto page = wait(stores().usage.list(query, {})).value();
            collected += page.items;
            query.order.after = page.next;
        } while (query.order.after && collected.size() < 20);
        QCOMPARE(collected.size(), 10);
        for (int i = 0; i < 10; ++i)
            QCOMPARE(collected[i].usage.promptTokens, 19 - 2 * i);
        query = {};
        query.status = UsageStatus::BudgetExceeded;
        QCOMPARE(records(query).size(), 4);
        query.model = QStringLiteral("new");
        QCOMPARE(records(query).size(), 2);
        query.mode = QStringLiteral("none");
        QVERIFY(records(query).isEmpty());
        query = {};
        query.range = {{}, someTime + 1s, someTime + 3s};
        QCOMPARE(records(query).size(), 8);
        query.key = KeyId(4);
        QVERIFY(records(query).isEmpty());
    }

    void historyBeginsAnywhere()
    {
        const User anna = addUser(QStringLiteral("anna"));
        const User berta = addUser(QStringLiteral("berta"));
        std::vector<JournalEntry> entries;
        for (int i = 0; i < 20; ++i)
            entries.push_back(entry(i + 1, record(i % 2 ? anna.id : berta.id, someTime + (i / 4) * 1s, i)));
        QVERIFY(write(entries));
        const QList<UsageRecord> all = wait(stores().usage.list({}, {})).value().items;
        UsageQuery query;
        query.order.limit = 4;
        for (qsizetype i = 0; i < all.size(); ++i) {
            query.order.beginAt = all[i].id;
            QCOMPARE(wait(stores().usage.list(query, {})).value().items, all.sliced(i).first(std::min(4, 20 - int(i))));
        }
        query.range.user = berta.id;
        query.order.beginAt = all.back().id;
        QCOMPARE(wait(stores().usage.list(query, {})).value().items, all.last(1));
        query.range.user = anna.id; // whose list has no such row
        QCOMPARE(wait(stores().usage.list(query, {})).error().param, QStringLiteral("around"));
    }

    void totalsAreOfTheWholeList()
    {
        const User anna = addUser(QStringLiteral("anna"));
        const User berta = addUser(QStringLiteral("berta"));
        UsageQuery query;
        query.order.isTotalWanted = true;
        query.order.limit = 1;
        QCOMPARE(wait(stores().usage.list(query, {})).value().total, 0);
        std::vector<JournalEntry> entries;
        for (int i = 0; i < 7; ++i)
            entries.push_back(entry(i + 1, record(i % 3 ? anna.id : berta.id, someTime + i * 1s, i)));
        QVERIFY(write(entries));
        QCOMPARE(wait(stores().usage.list(query, {})).value().total, 7);
        query.range.user = berta.id;
        QCOMPARE(wait(stores().usage.list(query, {})).value().total, 3);
        query.order.isTotalWanted = false;
        QVERIFY(!wait(stores().usage.list(query, {})).value().total);
    }

    void totalsOfLongListsAreEstimates()
    {
        constexpr int rows = 250'000;
        QVERIFY(backEnd().execute(QStringLiteral("INSERT INTO usage_kinds (id, model, mode, profile, experts, nodes, "
                                                 "last_at) VALUES (1, 'm', 'n', '', '', '', 0)")));
        QVERIFY(backEnd().execute(
            QStringLiteral("INSERT INTO usage_records (at, request_id, user_id, key_id, kind_id, prompt_tokens, "
                           "completion_tokens, is_estimated, status, latency_ms, first_token_ms, is_cache_hit) "
                           "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %1) "
                           "SELECT i, 'r', i % 2, 0, 1, 1, 1, 1 = 0, 0, 1, 1, 1 = 0 FROM n")
                .arg(rows)));
        UsageQuery query;
        query.order.isTotalWanted = true;
        QCOMPARE(wait(stores().usage.list(query, {})).value().total, rows);
        query.range.user = UserId(1);
        const qint64 half = wait(stores().usage.list(query, {})).value().total.value_or(0);
        QVERIFY2(std::abs(half - rows / 2) < rows / 100, QByteArray::number(half).constData());
    }

    void sumsAreByDayAndModel()
    {
        const User anna = addUser(QStringLiteral("anna"));
        const User berta = addUser(QStringLiteral("berta"));
        UsageRecord reasoning = record(anna.id, februaryFirst + 1h, 500);
        reasoning.mode = QStringLiteral("moe_reasoning");
        QVERIFY(write({entry(1, record(anna.id, januaryLast + 23h + 59min + 59'999ms)),
                       entry(2, record(anna.id, Clock::System(februaryFirst))), entry(3, reasoning),
                       entry(4, record(berta.id, februaryFirst + 1h))}));
        const UsageRange range{anna.id, Clock::System(januaryLast), {}};
        QCOMPARE(wait(stores().usage.dailySums(range, {})).value(),
                 QList<DailyUsage>({{januaryLast, 1, 10, 1}, {februaryFirst, 2, 510, 2}}));
        QCOMPARE(wait(stores().usage.sumsByModel(range, {})).value(),
                 QList<ModelUsage>({{QStringLiteral("qwen3:8b"), QStringLiteral("moe_reasoning"), 1, 500, 1},
                                    {QStringLiteral("qwen3:8b"), QStringLiteral("moe_native"), 2, 20, 2}}));
        QCOMPARE(wait(stores().usage.dailySums({{}, Clock::System(februaryFirst), {}}, {})).value()[0].requests, 3);
        QVERIFY(wait(stores().usage.dailySums({UserId(77), {}, {}}, {})).value().isEmpty());
        QVERIFY(wait(stores().usage.sumsByModel({UserId(77), {}, {}}, {})).value().isEmpty());
    }

    void retentionLeavesBudgets()
    {
        const User anna = addUser(QStringLiteral("anna"));
        QVERIFY(write(
            {entry(1, record(anna.id, someTime), {{januaryLast, 10}}), entry(2, record(anna.id, someTime + 1s))}));
        QCOMPARE(wait(stores().usage.removeBefore(someTime + 1s, 10, {})).value(), 1);
        QCOMPARE(records().size(), 1);
        QCOMPARE(use(anna.id).total, 10);
    }

    void retentionGoesInPortions()
    {
        const User anna = addUser(QStringLiteral("anna"));
        for (int i = 0; i < 7; ++i)
            QVERIFY(write({entry(i + 1, record(anna.id, someTime + (6 - i) * 1s))}));
        QCOMPARE(wait(stores().usage.removeBefore(someTime + 5s, 3, {})).value(), 3);
        UsageQuery oldest;
        oldest.order.direction = SortDirection::Ascending;
        QCOMPARE(records(oldest).front().time, someTime + 3s);
        QCOMPARE(wait(stores().usage.removeBefore(someTime + 5s, 3, {})).value(), 2);
        QCOMPARE(wait(stores().usage.removeBefore(someTime + 5s, 3, {})).value(), 0);
        QCOMPARE(records().size(), 2);
    }

    void recordsBecomeAnonymous()
    {
        const User anna = addUser(QStringLiteral("anna"));
        const User berta = addUser(QStringLiteral("berta"));
        for (int i = 0; i < 5; ++i)
            QVERIFY(write({entry(2 * i + 1, record(anna.id, someTime)), entry(2 * i + 2, record(berta.id, someTime))}));
        QCOMPARE(wait(stores().usage.anonymise(anna.id, 3, {})).value(), 3);
        QCOMPARE(wait(stores().usage.anonymise(anna.id, 3, {})).value(), 2);
        QCOMPARE(wait(stores().usage.anonymise(anna.id, 3, {})).value(), 0);
        UsageQuery query;
        query.range.user = UserId();
        query.key = KeyId();
        QCOMPARE(records(query).size(), 5);
        query = {};
        query.range.user = berta.id;
        QCOMPARE(records(query).size(), 5);
    }
};

QTEST_GUILESS_MAIN(TestUsageStore)
#include "tst_usagestore.moc"
