// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/backends.h"

using namespace moe;
using namespace moe::accounts;
using namespace moe::test;
using namespace std::chrono_literals;

/// Permissions and limits of users and groups.
class TestGrantStore : public ContractTest
{
    Q_OBJECT

private:
    using Permissions = QList<Permission>;

    GrantStore &store() { return stores().grants; }
    LimitStore &limits() { return stores().limits; }
    static Permission permission(PermissionType type, const char *resource)
    {
        return {type, QString::fromUtf8(resource)};
    }
    Clock::System updated(UserId user) { return wait(stores().users.user(user, {})).value().updated; }

private Q_SLOTS:
    void grantingTwiceIsGrantingOnce()
    {
        const User anna = addUser(QStringLiteral("anna"));
        const Permission native = permission(PermissionType::MoeMode, "moe_native");
        const Permission model = permission(PermissionType::ModelEndpoint, "qwen3:8b@ünï'server");
        QVERIFY(wait(store().permissions(anna.id, {})).value().isEmpty());
        QVERIFY(wait(store().grant(anna.id, {native}, someTime + 1h, {})).value());
        QCOMPARE(updated(anna.id), someTime + 1h);
        QVERIFY(!wait(store().grant(anna.id, {native}, someTime + 2h, {})).value());
        QCOMPARE(updated(anna.id), someTime + 1h);
        QVERIFY(wait(store().grant(anna.id, {native, model, model}, someTime + 3h, {})).value());
        QVERIFY(backEnd().reopen());
        QCOMPARE(wait(store().permissions(anna.id, {})).value(), Permissions({model, native}));
        QVERIFY(wait(store().revoke(anna.id, {native}, someTime, {})).value());
        QVERIFY(!wait(store().revoke(anna.id, {native}, someTime, {})).value());
        QCOMPARE(wait(store().permissions(anna.id, {})).value(), Permissions({model}));
    }

    void everyTypeIsKept()
    {
        const User anna = addUser(QStringLiteral("anna"));
        Permissions all;
        for (const auto &[type, name] : permissionTypeNames)
            all.append({type, QStringLiteral("*")});
        QVERIFY(wait(store().grant(anna.id, all, someTime, {})));
        auto found = wait(store().permissions(anna.id, {})).value();
        std::ranges::sort(found);
        QCOMPARE(found, all);
    }

    void groupsAddToTheirMembers()
    {
        const User anna = addUser(QStringLiteral("anna"));
        const User berta = addUser(QStringLiteral("berta"));
        const Group school = addGroup(QStringLiteral("school"));
        const Group office = addGroup(QStringLiteral("office"));
        const Permission own = permission(PermissionType::Skill, "own");
        const Permission both = permission(PermissionType::McpTool, "both");
        const Permission ofGroup = permission(PermissionType::CcProfile, "group");
        QVERIFY(wait(store().grant(anna.id, {own, both}, someTime, {})));
        QVERIFY(wait(store().grant(school.id, {both, ofGroup}, someTime, {})));
        QVERIFY(wait(store().grant(office.id, {permission(PermissionType::Skill, "other")}, someTime, {})));
        QVERIFY(wait(stores().groups.setMember(school.id, anna.id, true, someTime, {})));

        QCOMPARE(wait(store().effectivePermissions(anna.id, {})).value(), Permissions({ofGroup, both, own}));
        QCOMPARE(wait(store().permissions(anna.id, {})).value(), Permissions({both, own}));
        QVERIFY(wait(store().effectivePermissions(berta.id, {})).value().isEmpty());
        QVERIFY(wait(store().revoke(school.id, {both, ofGroup}, someTime + 5h, {})).value());
        QCOMPARE(updated(anna.id), someTime + 5h);
        QCOMPARE(updated(berta.id), someTime);
        QCOMPARE(wait(store().effectivePermissions(anna.id, {})).value(), Permissions({both, own}));
    }

    void nobodyIsGrantedNothing()
    {
        const Permissions some{permission(PermissionType::Skill, "x")};
        QCOMPARE(wait(store().grant(UserId(77), some, someTime, {})).error().code, ErrorCode::NotFound);
        QCOMPARE(wait(store().grant(GroupId(77), some, someTime, {})).error().code, ErrorCode::NotFound);
        QCOMPARE(wait(store().revoke(UserId(77), some, someTime, {})).error().code, ErrorCode::NotFound);
        QCOMPARE(wait(store().permissions(GroupId(77), {})).error().code, ErrorCode::NotFound);
        QCOMPARE(wait(store().effectivePermissions(UserId(77), {})).error().code, ErrorCode::NotFound);
    }

    void limitsAreKept()
    {
        const User anna = addUser(QStringLiteral("anna"));
        const Group school = addGroup(QStringLiteral("school"));
        QCOMPARE(wait(limits().limits(anna.id, {})).value(), Limits());
        const BudgetLimits budget{0, MaxBudgetLimit, {}};
        const RateLimits rates{{}, 100'000};
        QVERIFY(wait(limits().setLimits(anna.id, {budget, rates}, someTime + 1h, {})));
        QCOMPARE(updated(anna.id), someTime + 1h);
        QVERIFY(wait(limits().setLimits(school.id, {{{}, {}, 7}, {1, {}}}, someTime, {})));
        QVERIFY(backEnd().reopen());
        QCOMPARE(wait(limits().limits(anna.id, {})).value(), (Limits{budget, rates}));
        QCOMPARE(wait(limits().limits(school.id, {})).value(), (Limits{{{}, {}, 7}, {1, {}}}));
        const Group stored = wait(stores().groups.group(school.id, {})).value();
        QCOMPARE(stored.budget.total, std::optional<qint64>(7));
        QCOMPARE(stored.rates.requestsPerMinute, std::optional<int>(1));
        QVERIFY(wait(limits().setLimits(anna.id, {{}, rates}, someTime, {})));
        QCOMPARE(wait(limits().limits(anna.id, {})).value(), (Limits{{}, rates}));
    }

    void nobodyHasNoLimits()
    {
        for (const Grantee &nobody : {Grantee(UserId(77)), Grantee(GroupId(77))}) {
            QCOMPARE(wait(limits().setLimits(nobody, {}, someTime, {})).error().code, ErrorCode::NotFound);
            QCOMPARE(wait(limits().limits(nobody, {})).error().code, ErrorCode::NotFound);
        }
    }
};

QTEST_GUILESS_MAIN(TestGrantStore)
#include "tst_grantstore.moc"
