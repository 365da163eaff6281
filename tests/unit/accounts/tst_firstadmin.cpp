// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/accounts/accountsfixture.h"

using namespace moe;
using namespace moe::accounts;
using namespace moe::test;
using namespace std::chrono_literals;

class TestFirstAdmin : public AccountsTest
{
    Q_OBJECT

private:
    const QString m_fileName = QStringLiteral("setup-token");

    std::optional<SetupTokenText> prepare() { return wait(daemon().signIns.prepareSetup({})).value(); }
    static NewAdmin admin(const QString &name = QStringLiteral("root"))
    {
        return {name, QByteArray(goodPassword.constData(), goodPassword.size()), QStringLiteral("The Root"),
                QStringLiteral("root@example.org")};
    }
    Task<SignedIn> settingUp(QByteArray token, NewAdmin who = admin(), QString address = QStringLiteral("192.0.2.1"))
    {
        return daemon().signIns.setUp(std::move(token), std::move(who), {std::move(address), {}}, {});
    }
    qint64 admins()
    {
        UserQuery query;
        query.role = Role::Admin;
        return wait(daemon().users.list(query, {})).value().items.size();
    }

private Q_SLOTS:
    void theTokenMakesTheFirstAdmin()
    {
        const auto token = prepare();
        QVERIFY(token && folder().contains(m_fileName));
        const SignedIn in = wait(settingUp(token->text)).value();
        QCOMPARE(in.user.role, Role::Admin);
        QCOMPARE(in.user.displayName, QStringLiteral("The Root"));
        QVERIFY(!in.user.mustChangePassword);
        QVERIFY(sessionOf(in.token));
        QVERIFY(daemon().accounts.user(in.user.id));
        QVERIFY(!folder().contains(m_fileName));
        QVERIFY(daemon().signIn(QStringLiteral("root")));
        const auto again = wait(settingUp(token->text, admin(QStringLiteral("second"))));
        QCOMPARE(again.error().code, ErrorCode::Conflict);
        QCOMPARE(again.error().reason, QStringLiteral("already_set_up"));
        restart();
        QVERIFY(!prepare());
        QVERIFY(sessionOf(in.token));
    }

    void ofManyAtOnceOneMakesIt()
    {
        const QByteArray token = prepare()->text;
        std::vector<Task<SignedIn>> tasks;
        for (int i = 0; i < 100; ++i)
            tasks.push_back(
                settingUp(token, admin(QStringLiteral("root%1").arg(i)), QStringLiteral("192.0.2.%1").arg(i)));
        int winners = 0;
        for (Task<SignedIn> &task : tasks) {
            const auto in = wait(std::move(task));
            winners += in.has_value();
            QVERIFY(in || in.error().code == ErrorCode::Unauthenticated || in.error().code == ErrorCode::Conflict);
        }
        QCOMPARE(winners, 1);
        QCOMPARE(admins(), 1);
        QVERIFY(!folder().contains(m_fileName));
    }

    void aRefusedAttemptLeavesTheToken()
    {
        const QByteArray token = prepare()->text;
        NewAdmin bad = admin();
        bad.password = "short";
        QCOMPARE(wait(settingUp(token, bad)).error().param, QStringLiteral("password"));
        QCOMPARE(wait(settingUp(token, admin(QStringLiteral("no name")))).error().param, QStringLiteral("name"));
        bad = admin();
        bad.email = QString(1'000'000, u'x');
        QCOMPARE(wait(settingUp(token, bad)).error().param, QStringLiteral("email"));
        daemon().addUser(QStringLiteral("Taken"));
        QCOMPARE(wait(settingUp(token, admin(QStringLiteral("taken")))).error().code, ErrorCode::Conflict);
        {
            const DatabaseLock lock(folder());
            QVERIFY(lock.isLocked());
            QCOMPARE(wait(settingUp(token)).error().code, ErrorCode::Unavailable);
        }
        QCOMPARE(admins(), 0);
        QVERIFY(wait(settingUp(token)));
    }

    void whoHasGoneIsSetUpAllTheSame()
    {
        const QByteArray token = prepare()->text;
        std::stop_source stop;
        daemon().snapshots.beforeReading = [&stop] { stop.request_stop(); }; // just after the account is stored
        const auto in = wait(daemon().signIns.setUp(token, admin(), {}, RequestContext().withStop(stop.get_token())));
        QVERIFY(stop.stop_requested());
        QVERIFY(in && sessionOf(in->token));
    }

    void anAdminWithoutASessionIsToldToSignIn()
    {
        const QByteArray token = prepare()->text;
        std::optional<DatabaseLock> lock;
        daemon().snapshots.beforeReading = [&] { lock.emplace(folder()); }; // just after the account is stored
        const auto refused = wait(settingUp(token));
        QVERIFY(lock && lock->isLocked());
        QCOMPARE(refused.error().code, ErrorCode::Conflict);
        QCOMPARE(refused.error().reason, QStringLiteral("set_up_sign_in"));
        lock.reset();
        QVERIFY(!folder().contains(m_fileName));
        QVERIFY(!daemon().signIns.isSetupOffered());
        QVERIFY(daemon().signIn(QStringLiteral("root")));
    }

    void aWrongTokenIsRefused()
    {
        const QByteArray token = prepare()->text;
        for (int i = 0; i < 5; ++i)
            QCOMPARE(wait(settingUp(newSecretText(setupTokenStart))).error().code, ErrorCode::Unauthenticated);
        QCOMPARE(wait(settingUp(token)).error().code, ErrorCode::RateLimited);
        QCOMPARE(admins(), 0);
    }

    void anAdminWhoCannotSignInIsNone()
    {
        daemon().addUser(QStringLiteral("locked-out"), Role::Admin);
        daemon().addUser(QStringLiteral("operator"), Role::Operator, goodPassword);
        const auto token = prepare();
        QVERIFY(token);
        restart();
        QCOMPARE(prepare(), token);
        daemon().addUser(QStringLiteral("root"), Role::Admin, goodPassword);
        QCOMPARE(wait(settingUp(token->text)).error().reason, QStringLiteral("already_set_up"));
        QVERIFY(!folder().contains(m_fileName));
        restart();
        QVERIFY(!prepare());
    }
};

QTEST_GUILESS_MAIN(TestFirstAdmin)
#include "tst_firstadmin.moc"
