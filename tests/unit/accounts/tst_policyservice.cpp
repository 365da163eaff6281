// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/accounts/accountsfixture.h"

#include <limits>

using namespace moe;
using namespace moe::accounts;
using namespace moe::test;
using namespace std::chrono_literals;

namespace {

Permission skill(const QString &name) { return {PermissionType::Skill, name}; }
Permission model(const QString &name) { return {PermissionType::ModelEndpoint, name}; }

/// A server "box" with the model "llama"; skills have a catalogue with "pdf"; nothing is known of other types.
std::optional<bool> isKnown(const Permission &permission)
{
    switch (permission.type) {
    case PermissionType::ModelEndpoint: return permission.resource == u"*@box" || permission.resource == u"llama@box";
    case PermissionType::Skill: return permission.resource == u"pdf";
    default: return std::nullopt;
    }
}

}

class TestPolicyService : public AccountsTest
{
    Q_OBJECT

private:
    PolicyService &service() { return daemon().policies; }
    Group addGroup(const QString &name) { return wait(daemon().groups.add({name, {}}, {})).value(); }
    void join(const Group &group, const User &user)
    {
        QVERIFY(wait(daemon().groups.setMember(group.id, user.id, true, {})));
    }
    Result<bool> grant(Grantee grantee, const QList<Permission> &permissions, Unknown unknown = Unknown::Accept)
    {
        return wait(service().grant(grantee, permissions, unknown, {}));
    }
    bool allows(const User &user, const Permission &permission)
    {
        return daemon().accounts.user(user.id)->policy()->allows(permission.type, permission.resource);
    }
    Result<Limits> setLimits(Grantee holder, const BudgetChange &budget, const RateChange &rates = {})
    {
        return wait(service().setLimits(holder, budget, rates, {}, {}));
    }

private Q_SLOTS:
    void grantsAreEffectiveAtOnce()
    {
        const User anna = daemon().addUser(QStringLiteral("anna"));
        QVERIFY(!allows(anna, skill(QStringLiteral("pdf"))));
        const QList<Permission> both{model(QStringLiteral("llama:latest@box")), skill(QStringLiteral("pdf"))};
        QVERIFY(grant(anna.id, both).value());
        QVERIFY(!grant(anna.id, both).value());
        QVERIFY(allows(anna, skill(QStringLiteral("pdf"))));
        const QList<Permission> stored{model(QStringLiteral("llama@box")), skill(QStringLiteral("pdf"))};
        QCOMPARE(wait(service().permissions(anna.id, {})).value(), stored);
        restart();
        QVERIFY(allows(anna, skill(QStringLiteral("pdf"))));
        QVERIFY(wait(service().revoke(anna.id, {skill(QStringLiteral("pdf"))}, {})).value());
        QVERIFY(!wait(service().revoke(anna.id, {skill(QStringLiteral("pdf"))}, {})).value());
        QVERIFY(!allows(anna, skill(QStringLiteral("pdf"))));
        QVERIFY(wait(service().revoke(anna.id, {model(QStringLiteral("llama:latest@box"))}, {})).value());
        QVERIFY(wait(service().permissions(anna.id, {})).value().isEmpty());
    }

    void whatIsStoredHasSucceeded()
    {
        const User anna = daemon().addUser(QStringLiteral("anna"));
        const Permission pdf = skill(QStringLiteral("pdf"));
        daemon().snapshots.isFailing = true; // what is stored cannot be read back
        QVERIFY(grant(anna.id, {pdf}).value());
        QVERIFY(setLimits(anna.id, {.daily = 7}));
        QVERIFY(wait(service().revoke(anna.id, {pdf}, {})).value());
        restart();
        QVERIFY(!allows(anna, pdf));
        QCOMPARE(wait(service().budget(anna.id, {})).value().daily.limit, std::optional<qint64>(7));
    }

    void groupsAddUp()
    {
        const User anna = daemon().addUser(QStringLiteral("anna"));
        const User berta = daemon().addUser(QStringLiteral("berta"));
        const Group school = addGroup(QStringLiteral("school"));
        const Group club = addGroup(QStringLiteral("club"));
        join(school, anna);
        join(club, anna);
        const Permission own = skill(QStringLiteral("own"));
        const Permission ofSchool = skill(QStringLiteral("school"));
        const Permission ofClub = skill(QStringLiteral("club"));
        QVERIFY(grant(anna.id, {own}) && grant(school.id, {ofSchool}) && grant(club.id, {ofClub}));
        QVERIFY(allows(anna, own) && allows(anna, ofSchool) && allows(anna, ofClub));
        QVERIFY(!allows(berta, ofSchool));
        QCOMPARE(wait(service().permissions(anna.id, {})).value(), QList<Permission>{own});
        QCOMPARE(wait(service().effectivePermissions(anna.id, {})).value(), QList<Permission>({ofClub, own, ofSchool}));
        QVERIFY(wait(service().revoke(club.id, {ofClub}, {})));
        QVERIFY(!allows(anna, ofClub));
        QVERIFY(wait(daemon().groups.setMember(school.id, anna.id, false, {})));
        QVERIFY(!allows(anna, ofSchool) && allows(anna, own));
    }

    void theStrictestGroupLimits()
    {
        const User anna = daemon().addUser(QStringLiteral("anna"));
        const Group school = addGroup(QStringLiteral("school"));
        const Group club = addGroup(QStringLiteral("club"));
        join(school, anna);
        join(club, anna);
        QVERIFY(setLimits(school.id, {.daily = 100, .total = 1000}));
        QVERIFY(setLimits(club.id, {.daily = 50}));
        const auto daily = [&] { return wait(service().budget(anna.id, {})).value().daily.limit; };
        QCOMPARE(daily(), std::optional<qint64>(50));
        QCOMPARE(wait(service().budget(anna.id, {})).value().total.limit, std::optional<qint64>(1000));
        QVERIFY(setLimits(anna.id, {.daily = 70}));
        QCOMPARE(daily(), std::optional<qint64>(70));
        QCOMPARE(wait(service().limits(anna.id, {})).value(), (Limits{{70, {}, {}}, {}}));
        restart();
        QCOMPARE(daily(), std::optional<qint64>(70));
        QVERIFY(setLimits(anna.id, {.daily = std::optional<qint64>()}));
        QVERIFY(setLimits(club.id, {.daily = std::optional<qint64>()}));
        QCOMPARE(daily(), std::optional<qint64>(100));
    }

    void ratesReachTheKeys()
    {
        const User anna = daemon().addUser(QStringLiteral("anna"));
        const Group school = addGroup(QStringLiteral("school"));
        join(school, anna);
        const KeyId key = wait(daemon().keyService.create(anna.id, {QStringLiteral("a")}, {})).value().key.id;
        const auto limiter = daemon().accounts.key(key)->limiter;
        const auto running = limiter->admit(clock().steady());
        QVERIFY(setLimits(school.id, {}, {.parallelRequests = 1}));
        QVERIFY(!limiter->admit(clock().steady()));
        QVERIFY(setLimits(anna.id, {}, {.parallelRequests = 2}));
        QVERIFY(limiter->admit(clock().steady()));
    }

    void keysOnlyNarrowTheRates()
    {
        const User anna = daemon().addUser(QStringLiteral("anna"));
        const auto parallel = [&](std::optional<int> ofKey) {
            const KeyRequest request{QStringLiteral("a"), {}, {}, {{}, ofKey}};
            const KeyId key = wait(daemon().keyService.create(anna.id, request, {})).value().key.id;
            const auto limiter = daemon().accounts.key(key)->limiter;
            std::vector<RateSlot> running;
            while (running.size() < 10) {
                auto slot = limiter->admit(clock().steady());
                if (!slot)
                    break;
                running.push_back(std::move(*slot));
            }
            return running.size();
        };
        QCOMPARE(parallel({}), 10U);
        QCOMPARE(parallel(2), 2U);
        QVERIFY(setLimits(anna.id, {}, {.parallelRequests = 3}));
        QCOMPARE(parallel({}), 3U);
        QCOMPARE(parallel(2), 2U);
        QCOMPARE(parallel(5), 3U);
    }

    void limitsHaveBounds()
    {
        const User anna = daemon().addUser(QStringLiteral("anna"));
        QVERIFY(setLimits(anna.id, {.daily = 1, .monthly = MaxBudgetLimit}, {.requestsPerMinute = 7}));
        const Limits before = wait(service().limits(anna.id, {})).value();
        for (const qint64 bad : {qint64(-1), MaxBudgetLimit + 1, std::numeric_limits<qint64>::min()}) {
            QCOMPARE(setLimits(anna.id, {.daily = bad}).error().param, QStringLiteral("daily"));
            QCOMPARE(setLimits(anna.id, {.daily = 2, .monthly = bad}).error().param, QStringLiteral("monthly"));
            QCOMPARE(setLimits(anna.id, {.total = bad}).error().param, QStringLiteral("total"));
        }
        QCOMPARE(setLimits(anna.id, {.daily = 2}, {.requestsPerMinute = 0}).error().param,
                 QStringLiteral("requests_per_minute"));
        QCOMPARE(setLimits(anna.id, {.daily = 2}, {.parallelRequests = -1}).error().param,
                 QStringLiteral("parallel_requests"));
        QCOMPARE(wait(service().limits(anna.id, {})).value(), before);
    }

    void unknownResourcesWantAFlag()
    {
        restart(&isKnown);
        const User anna = daemon().addUser(QStringLiteral("anna"));
        const QList<Permission> known{skill(QStringLiteral("pdf")),
                                      skill(QStringLiteral("*")),
                                      model(QStringLiteral("*@box")),
                                      model(QStringLiteral("llama:latest@box")),
                                      {PermissionType::McpTool, QStringLiteral("*")}};
        QVERIFY(grant(anna.id, known, Unknown::Refuse).value());
        QVERIFY(wait(service().revoke(anna.id, known, {})).value());
        for (const Permission &unknown :
             {skill(QStringLiteral("none")), model(QStringLiteral("llama@elsewhere")),
              model(QStringLiteral("*@elsewhere")), Permission{PermissionType::McpTool, QStringLiteral("search")}}) {
            const auto refused = grant(anna.id, {skill(QStringLiteral("pdf")), unknown}, Unknown::Refuse);
            QCOMPARE(refused.error().reason, QStringLiteral("unknown_resource"));
            QCOMPARE(refused.error().param, QStringLiteral("permissions[1].resource"));
            QVERIFY(wait(service().permissions(anna.id, {})).value().isEmpty());
        }
        QVERIFY(grant(anna.id, {skill(QStringLiteral("none"))}, Unknown::Accept).value());
        restart();
        QVERIFY(!grant(anna.id, {skill(QStringLiteral("pdf"))}, Unknown::Refuse)); // nothing is known of anything
    }

    void badListsAreRefused()
    {
        const User anna = daemon().addUser(QStringLiteral("anna"));
        QCOMPARE(grant(anna.id, {}).error().param, QStringLiteral("permissions"));
        QCOMPARE(grant(anna.id, QList<Permission>(1001, skill(QStringLiteral("x")))).error().param,
                 QStringLiteral("permissions"));
        QCOMPARE(grant(anna.id, {skill(QStringLiteral("x")), skill(QString(1'000'000, u'x'))}).error().param,
                 QStringLiteral("permissions[1].resource"));
        QVERIFY(wait(service().permissions(anna.id, {})).value().isEmpty());
    }

    void nobodyHasNothing()
    {
        for (const Grantee &nobody : {Grantee(UserId(777)), Grantee(GroupId(777))}) {
            QCOMPARE(grant(nobody, {skill(QStringLiteral("x"))}).error().code, ErrorCode::NotFound);
            QCOMPARE(wait(service().revoke(nobody, {skill(QStringLiteral("x"))}, {})).error().code,
                     ErrorCode::NotFound);
            QCOMPARE(wait(service().permissions(nobody, {})).error().code, ErrorCode::NotFound);
            QCOMPARE(setLimits(nobody, {.daily = 1}).error().code, ErrorCode::NotFound);
            QCOMPARE(wait(service().limits(nobody, {})).error().code, ErrorCode::NotFound);
        }
        QCOMPARE(wait(service().effectivePermissions(UserId(777), {})).error().code, ErrorCode::NotFound);
        QCOMPARE(wait(service().budget(UserId(777), {})).error().code, ErrorCode::NotFound);
    }

    void whatIsRevokedIsEffectiveThoughTheCallerWent()
    {
        const User anna = daemon().addUser(QStringLiteral("anna"));
        QVERIFY(grant(anna.id, {skill(QStringLiteral("x"))}));
        std::stop_source stop;
        RequestContext context;
        context.stop = stop.get_token();
        auto revoking = service().revoke(anna.id, {skill(QStringLiteral("x"))}, context);
        stop.request_stop();
        const auto revoked = wait(std::move(revoking));
        // Either nothing happened, or all of it.
        const bool isStored = wait(service().permissions(anna.id, {})).value().isEmpty();
        QCOMPARE(allows(anna, skill(QStringLiteral("x"))), !isStored);
        QCOMPARE(revoked.has_value(), isStored);
    }
};

QTEST_GUILESS_MAIN(TestPolicyService)
#include "tst_policyservice.moc"
