// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/accounts/accountsfixture.h"

using namespace moe;
using namespace moe::accounts;
using namespace moe::test;
using namespace std::chrono_literals;

class TestKeyService : public AccountsTest
{
    Q_OBJECT

private:
    KeyService &service() { return daemon().keyService; }
    User addUser(const QString &name = QStringLiteral("anna")) { return daemon().addUser(name); }
    IssuedKey issue(UserId user, const KeyRequest &request = {QStringLiteral("test")})
    {
        return wait(service().create(user, request, {})).value();
    }
    Result<ApiKey> change(KeyId key, const KeyChange &change, std::optional<UserId> owner = {})
    {
        return wait(service().change(key, change, owner, {}, {}));
    }
    QList<ApiKey> keys() { return wait(service().list({}, {})).value().items; }

private Q_SLOTS:
    void keysWorkAtOnceAndUntilRevoked()
    {
        const User anna = addUser();
        const IssuedKey issued
            = issue(anna.id, {QStringLiteral("laptop"), clock().system() + 1h, QStringLiteral("dev"), {10, 2}});
        QVERIFY(isKeyText(issued.text));
        QCOMPARE(issued.key.prefix, issued.text.first(16));
        QCOMPARE(issued.key.label, QStringLiteral("laptop"));
        QCOMPARE(issued.key.profile, QStringLiteral("dev"));
        QCOMPARE(issued.key.rates, (RateLimits{10, 2}));
        QCOMPARE(wait(service().key(issued.key.id, {}, {})).value(), issued.key);
        for (int round = 0; round < 2; ++round) {
            QVERIFY(isKeyAccepted(issued.text));
            QCOMPARE(daemon().accounts.key(issued.key.id)->profile, QStringLiteral("dev"));
            restart();
        }
        QVERIFY(!wait(service().revoke(issued.key.id, {}, {})).value().isActive);
        QVERIFY(!isKeyAccepted(issued.text));
        QVERIFY(!daemon().accounts.key(issued.key.id));
        restart();
        QVERIFY(!isKeyAccepted(issued.text));
    }

    void badInputIsRefused()
    {
        const User anna = addUser();
        const IssuedKey issued = issue(anna.id);
        const auto fields = [&](const KeyRequest &request, const KeyChange &same) -> QStringList {
            const auto created = wait(service().create(anna.id, request, {}));
            const auto changed = change(issued.key.id, same);
            return {created ? QString() : created.error().param, changed ? QString() : changed.error().param};
        };
        const auto both = [](const QString &field) { return QStringList{field, field}; };
        const QString fine = QStringLiteral("fine");
        for (const QString &label : {QString(1'000'000, u'x'), QString(201, u'x'), QStringLiteral("a\nb")}) {
            QCOMPARE(fields({label}, {.label = label}), both(QStringLiteral("label")));
            QCOMPARE(fields({fine, {}, label}, {.profile = label}), both(QStringLiteral("profile")));
        }
        QCOMPARE(fields({fine, clock().system()}, {.expires = clock().system()}), both(QStringLiteral("expires_at")));
        for (const RateLimits &rates : {RateLimits{-1, {}}, RateLimits{0, {}}, RateLimits{1'000'001, {}}})
            QCOMPARE(fields({fine, {}, {}, rates}, {.rates = rates}), both(QStringLiteral("requests_per_minute")));
        QCOMPARE(keys(), QList<ApiKey>{issued.key});
        QCOMPARE(wait(service().create(UserId(777), {fine}, {})).error().code, ErrorCode::NotFound);
    }

    void changesAreEffectiveAtOnce()
    {
        const IssuedKey issued = issue(addUser().id);
        const KeyId id = issued.key.id;
        QVERIFY(isKeyAccepted(issued.text));
        const ApiKey changed = change(id,
                                      {.label = QStringLiteral("new"),
                                       .expires = clock().system() + 1h,
                                       .profile = QStringLiteral("dev"),
                                       .rates = RateLimits{{}, 1}})
                                   .value();
        QCOMPARE(changed.label, QStringLiteral("new"));
        const auto account = daemon().accounts.key(id);
        QCOMPARE(account->profile, QStringLiteral("dev"));
        const auto running = account->limiter->admit(clock().steady());
        QVERIFY(running);
        QVERIFY(!account->limiter->admit(clock().steady()));
        QVERIFY(change(id, {.label = QStringLiteral("newer")}));
        QVERIFY(!daemon().accounts.key(id)->limiter->admit(clock().steady())); // what runs counts still
        clock().advance(1h);
        QVERIFY(!isKeyAccepted(issued.text));
        QVERIFY(change(id, {.expires = std::optional<Clock::System>()}));
        QVERIFY(isKeyAccepted(issued.text));
        restart();
        QVERIFY(isKeyAccepted(issued.text));
        QVERIFY(wait(service().revoke(id, {}, {})));
        QCOMPARE(change(id, {.label = QStringLiteral("late")}).error().reason, QStringLiteral("key_revoked"));
    }

    void keysOfOthersAreMissing()
    {
        const User anna = addUser();
        const User berta = addUser(QStringLiteral("berta"));
        const IssuedKey issued = issue(anna.id);
        const KeyId id = issued.key.id;
        const QString missing = wait(service().key(KeyId(777), berta.id, {})).error().message;
        const auto isMissing = [&missing](const Result<ApiKey> &result) {
            return !result && result.error().code == ErrorCode::NotFound && result.error().message == missing;
        };
        QVERIFY(isMissing(wait(service().key(id, berta.id, {}))));
        QVERIFY(isMissing(change(id, {.label = QString(201, u'x')}, berta.id)));
        QVERIFY(isMissing(change(KeyId(777), {.rates = RateLimits()}, berta.id)));
        QVERIFY(isMissing(wait(service().revoke(id, berta.id, {}))));
        QVERIFY(isMissing(wait(service().revoke(issued.key.prefix, berta.id, {}))));
        QVERIFY(isKeyAccepted(issued.text));
        QCOMPARE(keys(), QList<ApiKey>{issued.key});

        QVERIFY(wait(service().key(id, anna.id, {})));
        QVERIFY(change(id, {.label = QStringLiteral("mine"), .expires = clock().system() + 1h}, anna.id));
        QCOMPARE(change(id, {.rates = RateLimits()}, anna.id).error().code, ErrorCode::PermissionDenied);
        QCOMPARE(change(id, {.profile = QString()}, anna.id).error().code, ErrorCode::PermissionDenied);
        QVERIFY(wait(service().revoke(issued.key.prefix, anna.id, {})));
        QVERIFY(!isKeyAccepted(issued.text));
    }

    void ownersOnlyShortenTheLife()
    {
        using Expiry = std::optional<Clock::System>;
        const User anna = addUser();
        const KeyId id = issue(anna.id).key.id;
        const auto expire = [&](Expiry when, std::optional<UserId> by) { return change(id, {.expires = when}, by); };
        const Clock::System soon = clock().system() + 1h;
        QVERIFY(expire(std::nullopt, anna.id)); // it has none
        QVERIFY(expire(soon + 1h, anna.id));
        QVERIFY(expire(soon, anna.id));
        QVERIFY(expire(soon, anna.id));
        QCOMPARE(expire(soon + 1ms, anna.id).error().code, ErrorCode::PermissionDenied);
        QCOMPARE(expire(std::nullopt, anna.id).error().code, ErrorCode::PermissionDenied);
        QVERIFY(change(id, {.label = QStringLiteral("mine")}, anna.id));
        QCOMPARE(keys().front().expires, Expiry(soon));
        QVERIFY(expire(soon + 1h, {}));
        QVERIFY(expire(std::nullopt, {}));
    }

    void aHundredKeysAreEnough()
    {
        const User anna = addUser();
        std::vector<Task<IssuedKey>> tasks;
        for (int i = 0; i < KeyService::mostKeys + 5; ++i)
            tasks.push_back(service().create(anna.id, {QString::number(i)}, {}));
        int refused = 0;
        for (Task<IssuedKey> &task : tasks) {
            const auto issued = wait(std::move(task));
            refused += !issued && issued.error().reason == u"too_many_keys";
        }
        QCOMPARE(refused, 5);
        issue(addUser(QStringLiteral("berta")).id);
        QVERIFY(wait(service().revoke(keys().front().id, {}, {})));
        issue(anna.id);
    }

    void aUserWhoIsBlockedMeanwhileGetsNoWorkingKey()
    {
        const User anna = addUser();
        auto creating = service().create(anna.id, {QStringLiteral("a")}, {});
        auto blocking = daemon().users.change(anna.id, {.isActive = false}, {}, {});
        const QByteArray key = wait(std::move(creating)).value().text;
        QVERIFY(wait(std::move(blocking)));
        QVERIFY(!isKeyAccepted(key));
    }

    void theUserIsReadFirst()
    {
        daemon().snapshots.isFailing = true;
        const User anna = addUser();
        QVERIFY(!daemon().accounts.user(anna.id));
        QCOMPARE(wait(service().create(anna.id, {QStringLiteral("x")}, {})).error().code, ErrorCode::Unavailable);
        QVERIFY(keys().isEmpty());
        daemon().snapshots.isFailing = false;
        const IssuedKey issued = issue(anna.id);
        QVERIFY(isKeyAccepted(issued.text));
        QVERIFY(daemon().accounts.key(issued.key.id));
    }

    void nothingIsLostOrHalfDoneWhileTheDatabaseIsLocked()
    {
        const User anna = addUser();
        const IssuedKey issued = issue(anna.id);
        {
            const DatabaseLock lock(folder());
            QVERIFY(lock.isLocked());
            QCOMPARE(wait(service().create(anna.id, {QStringLiteral("x")}, {})).error().code, ErrorCode::Unavailable);
            QCOMPARE(wait(service().revoke(issued.key.id, {}, {})).error().code, ErrorCode::Unavailable);
            QVERIFY(isKeyAccepted(issued.text)); // requests of known keys are served all the while
            QCOMPARE(wait(service().saveLastUsed({})).error().code, ErrorCode::Unavailable);
            QCOMPARE(daemon().keys.size(), 1U);
        }
        QVERIFY(!keys().front().lastUsed);
        QVERIFY(wait(service().saveLastUsed({}))); // what could not be written then is written now
        QCOMPARE(keys().front().lastUsed, clock().system());
    }

    void lastUseIsWrittenInBatchesAndAtTheEnd()
    {
        const IssuedKey issued = issue(addUser().id);
        std::stop_source stop;
        RequestContext context;
        context.stop = stop.get_token();
        auto keeping = service().keepLastUsedSaved(context);
        QVERIFY(isKeyAccepted(issued.text));
        clock().advance(1s);
        QVERIFY(isKeyAccepted(issued.text));
        QVERIFY(!keys().front().lastUsed);
        stop.request_stop();
        QCoro::waitFor(std::move(keeping));
        QCOMPARE(keys().front().lastUsed, clock().system());
        QVERIFY(wait(service().saveLastUsed({})));
    }
};

QTEST_GUILESS_MAIN(TestKeyService)
#include "tst_keyservice.moc"
