// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/backends.h"

using namespace moe;
using namespace moe::accounts;
using namespace moe::test;
using namespace std::chrono_literals;

class TestSnapshotStore : public ContractTest
{
    Q_OBJECT

private:
    SnapshotStore &store() { return stores().snapshots; }
    static Permission skill(const char *name) { return {PermissionType::Skill, QString::fromLatin1(name)}; }

private Q_SLOTS:
    void emptinessIsLoaded()
    {
        const auto snapshot = wait(store().loadAll({})).value();
        QVERIFY(snapshot.users.empty() && snapshot.groups.empty() && snapshot.keys.empty());
        QCOMPARE(wait(store().loadUser(UserId(77), {})).error().code, ErrorCode::NotFound);
        QCOMPARE(wait(store().loadGroup(GroupId(77), {})).error().code, ErrorCode::NotFound);
    }

    void everythingIsLoaded()
    {
        const User anna = addUser(QStringLiteral("anna"), Role::Admin);
        const User berta = addUser(QStringLiteral("berta"));
        const User cesar = addUser(QStringLiteral("cesar"));
        const Group school = addGroup(QStringLiteral("school"));
        const Group office = addGroup(QStringLiteral("office"));
        for (const Group &group : {school, office})
            QVERIFY(wait(stores().groups.setMember(group.id, cesar.id, true, someTime, {})));
        QVERIFY(wait(stores().grants.grant(anna.id, {skill("b"), skill("a")}, someTime, {})));
        QVERIFY(wait(stores().grants.grant(cesar.id, {skill("c")}, someTime, {})));
        QVERIFY(wait(stores().grants.grant(office.id, {skill("d")}, someTime, {})));
        QVERIFY(wait(stores().limits.setLimits(anna.id, {{1, 2, 3}, {}}, someTime, {})));
        QVERIFY(wait(stores().limits.setLimits(school.id, {{}, {4, 5}}, someTime, {})));
        UserChange block;
        block.isActive = false;
        block.mustChangePassword = true;
        QVERIFY(wait(stores().users.updateUser(berta.id, block, {}, someTime, {})));
        UsageRecord record;
        record.user = cesar.id;
        const auto day = std::chrono::floor<std::chrono::days>(someTime);
        QVERIFY(wait(stores().usageSink.write({{{1, record, {{day, 9}}}}}, {})));
        const ApiKey key = addKey(berta.id, 1);
        const ApiKey revoked = addKey(anna.id, 2);
        QVERIFY(wait(stores().keys.revokeKey(revoked.id, {})));

        const UserEntry annaEntry{
            anna.id, anna.name, true, Role::Admin, false, {{1, 2, 3}, {}}, {}, {skill("a"), skill("b")}, {}};
        const UserEntry bertaEntry{berta.id, berta.name, false, Role::User, true, {}, {}, {}, {}};
        const UserEntry cesarEntry{
            cesar.id, cesar.name, true, Role::User, false, {}, {day, 9, 9, 9}, {skill("c")}, {school.id, office.id}};
        const GroupEntry schoolEntry{school.id, {{}, {4, 5}}, {}};
        const GroupEntry officeEntry{office.id, {}, {skill("d")}};
        const auto snapshot = wait(store().loadAll({})).value();
        QCOMPARE(snapshot.users, std::vector<UserEntry>({annaEntry, bertaEntry, cesarEntry}));
        QCOMPARE(snapshot.groups, std::vector<GroupEntry>({schoolEntry, officeEntry}));
        QCOMPARE(snapshot.keys.size(), 1U);
        QCOMPARE(snapshot.keys[0].key, key.id);
        QVERIFY(!snapshot.keys[0].isUserActive);

        QCOMPARE(wait(store().loadUser(cesar.id, {})).value(), cesarEntry);
        QCOMPARE(wait(store().loadUser(berta.id, {})).value(), bertaEntry);
        QCOMPARE(wait(store().loadGroup(office.id, {})).value(), officeEntry);
    }

    void manyAreLoaded()
    {
        // The common table expression comes after INSERT INTO to suit both back ends.
        const QString many = QStringLiteral(
            "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %1) %2");
        const auto fill = [this, &many](int count, const QString &into, const QString &from) {
            return backEnd().execute(into + u' ' + many.arg(count).arg(from + QStringLiteral(" FROM numbers")));
        };
        QVERIFY(fill(100, QStringLiteral("INSERT INTO user_groups (name, description)"),
                     QStringLiteral("SELECT 'group' || n, ''")));
        QVERIFY(fill(10'000, QStringLiteral("INSERT INTO users (name, created_at, budget_daily)"),
                     QStringLiteral("SELECT 'user' || n, 0, 1000000")));
        QVERIFY(fill(10'000, QStringLiteral("INSERT INTO group_members (group_id, user_id)"),
                     QStringLiteral("SELECT n % 100 + 1, n")));
        QVERIFY(fill(10'000, QStringLiteral("INSERT INTO user_permissions (user_id, type, resource)"),
                     QStringLiteral("SELECT n, 'model_endpoint', '*@gpu-1'")));
        QVERIFY(fill(10'000,
                     QStringLiteral("INSERT INTO budget_use (user_id, day, month_index, used_today, used_month, "
                                    "used_total)"),
                     QStringLiteral("SELECT n, 20000, 657, 1, 2, 3")));
        // A hash of 32 bytes as either back end spells it.
        QFETCH_GLOBAL(const QString, backEnd);
        const QString hash = backEnd == u"sqlite"
            ? QStringLiteral("CAST(substr('00000' || n, -6) || '01234567890123456789012345' AS BLOB)")
            : QStringLiteral("sha256(n::text::bytea)");
        QVERIFY(fill(50'000, QStringLiteral("INSERT INTO api_keys (user_id, prefix, label, created_at, hash)"),
                     QStringLiteral("SELECT n % 10000 + 1, 'moe-sk-000000000', 'key', 0, ") + hash));
        const auto snapshot = wait(store().loadAll({})).value();
        QCOMPARE(snapshot.users.size(), 10'000U);
        QCOMPARE(snapshot.users.back().permissions.size(), 1U);
        QCOMPARE(snapshot.users.back().groups.size(), 1U);
        QCOMPARE(snapshot.users.back().use.total, 3);
        QCOMPARE(snapshot.keys.size(), 50'000U);
    }
};

QTEST_GUILESS_MAIN(TestSnapshotStore)
#include "tst_snapshotstore.moc"
