// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/accounts/accountsfixture.h"

using namespace moe;
using namespace moe::accounts;
using namespace moe::test;
using namespace std::chrono_literals;

class TestSignInService : public AccountsTest
{
    Q_OBJECT

private:
    const QString m_anna = QStringLiteral("anna");
    const QString m_berta = QStringLiteral("berta");

    SignInService &service() { return daemon().signIns; }
    Result<User> changePassword(const SignedIn &by, const QByteArray &current, const QByteArray &fresh)
    {
        return wait(service().changePassword(by.user.id, QByteArray(current.constData(), current.size()),
                                             QByteArray(fresh.constData(), fresh.size()), by.session.id, {}));
    }

private Q_SLOTS:
    void aSignInOpensASession()
    {
        const User anna = daemon().addUser(m_anna, Role::Operator, goodPassword);
        const SignedIn in = daemon().signIn(QStringLiteral("ANNA")).value();
        QVERIFY(isSecretText(in.token, sessionTokenStart));
        QCOMPARE(in.user.id, anna.id);
        QCOMPARE(in.session.address, QStringLiteral("192.0.2.1"));
        QCOMPARE(in.session.userAgent, QStringLiteral("test"));
        const SessionPrincipal expected{in.session.id, {anna.id, m_anna, Role::Operator, true}};
        QCOMPARE(sessionOf(in.token), expected);
        QCOMPARE(wait(service().sessions(anna.id, {})).value(), QList<Session>{in.session});
        restart();
        QCOMPARE(sessionOf(in.token), expected);
    }

    /// Nothing tells one from the other.
    void allWrongOnesGetTheSameAnswer()
    {
        daemon().addUser(m_anna, Role::User, goodPassword);
        daemon().addUser(QStringLiteral("without-password"));
        const User blocked = daemon().addUser(QStringLiteral("blocked"), Role::User, goodPassword);
        UserChange block;
        block.isActive = false;
        QVERIFY(wait(daemon().users.change(blocked.id, block, {}, {})));
        const QList<Result<SignedIn>> answers{
            daemon().signIn(m_anna, "wrong password"),           daemon().signIn(m_anna, {}),
            daemon().signIn(m_anna, QByteArray(1'000'000, 'x')), daemon().signIn(m_berta),
            daemon().signIn(QStringLiteral("not a name")),       daemon().signIn(QString(1'000'000, u'x')),
            daemon().signIn(QStringLiteral("without-password")), daemon().signIn(QStringLiteral("blocked")),
        };
        for (const auto &answer : answers) {
            QVERIFY(!answer);
            QCOMPARE(answer.error().code, ErrorCode::Unauthenticated);
            QCOMPARE(answer.error().message, answers.front().error().message);
            QCOMPARE(answer.error().reason, answers.front().error().reason);
        }
        QCOMPARE(daemon().sessions.size(), 0U);
    }

    void fiveFailuresAreEnough()
    {
        daemon().addUser(m_anna, Role::User, goodPassword);
        for (int i = 0; i < 5; ++i)
            QCOMPARE(daemon().signIn(i % 2 ? m_anna : m_anna.toUpper(), "wrong").error().code,
                     ErrorCode::Unauthenticated);
        const auto refused = daemon().signIn(m_anna);
        QCOMPARE(refused.error().code, ErrorCode::RateLimited);
        QCOMPARE(refused.error().retryAfter, 900s);
        QVERIFY(daemon().signIn(m_anna, goodPassword, QStringLiteral("192.0.2.2")));
        clock().advance(15min);
        QVERIFY(daemon().signIn(m_anna));
    }

    void aSuccessClearsTheFailures()
    {
        daemon().addUser(m_anna, Role::User, goodPassword);
        for (int i = 0; i < 12; ++i)
            QCOMPARE(daemon().signIn(m_anna, i % 4 == 3 ? goodPassword : "wrong").has_value(), i % 4 == 3);
    }

    void whatWasNotCheckedIsNoFailure()
    {
        daemon().addUser(m_anna, Role::User, goodPassword);
        std::stop_source stop;
        RequestContext gone;
        gone.stop = stop.get_token();
        stop.request_stop();
        for (int i = 0; i < 10; ++i)
            QCOMPARE(wait(service().signIn(m_anna, "wrong", {QStringLiteral("192.0.2.1"), {}}, gone)).error().code,
                     ErrorCode::Cancelled);
        QVERIFY(daemon().signIn(m_anna));
    }

    void whileTheServerIsBusyNothingCounts()
    {
        daemon().addUser(m_anna, Role::User, goodPassword);
        restart({}, {},
                {.passes = 2, .memoryBytes = 64 * 1024 * 1024}); // slower than the database, whatever the machine
        const auto attempt = [this](const QString &name) {
            return service().signIn(name, "wrong password", {QStringLiteral("192.0.2.1"), {}}, {});
        };
        std::vector<Task<SignedIn>> others;
        for (int i = 0; i < 40; ++i)
            others.push_back(attempt(QStringLiteral("other%1").arg(i)));
        std::vector<Task<SignedIn>> refused;
        for (int i = 0; i < 5; ++i)
            refused.push_back(attempt(m_anna));
        for (Task<SignedIn> &task : refused)
            QCOMPARE(wait(std::move(task)).error().code, ErrorCode::Unavailable);
        for (Task<SignedIn> &task : others)
            QVERIFY(!wait(std::move(task)));
        QVERIFY(daemon().signIn(m_anna));
    }

    void aSessionThatCannotBeStoredIsNone()
    {
        daemon().addUser(m_anna, Role::User, goodPassword);
        {
            const DatabaseLock lock(folder());
            QVERIFY(lock.isLocked());
            for (int i = 0; i < 10; ++i)
                QCOMPARE(daemon().signIn(m_anna).error().code, ErrorCode::Unavailable);
            QCOMPARE(daemon().sessions.size(), 0U);
        }
        QVERIFY(daemon().signIn(m_anna));
    }

    void manyAtOnceGainNothing()
    {
        daemon().addUser(m_anna, Role::User, goodPassword);
        std::vector<Task<SignedIn>> tasks;
        for (int i = 0; i < 50; ++i)
            tasks.push_back(service().signIn(m_anna, "wrong", {QStringLiteral("192.0.2.1"), {}}, {}));
        int checked = 0;
        for (Task<SignedIn> &task : tasks)
            checked += wait(std::move(task)).error().code == ErrorCode::Unauthenticated;
        QCOMPARE(checked, 5);
    }

    void passwordsAreHashedAnewWhenTheCostChanges()
    {
        daemon().addUser(m_anna, Role::User, goodPassword);
        const auto hash = [this] { return wait(daemon().stores.users.findPassword(m_anna, {})).value().hash; };
        const QByteArray before = hash();
        restart({}, {}, {.passes = 2, .memoryBytes = 16384});
        QVERIFY(!daemon().signIn(m_anna, "wrong password"));
        QCOMPARE(hash(), before);
        const User signedIn = daemon().signIn(m_anna)->user;
        QCOMPARE(signedIn, wait(daemon().users.find(m_anna, {})).value());
        const QByteArray after = hash();
        QVERIFY(after != before);
        QVERIFY(!daemon().hasher->needsRehash(after));
        QVERIFY(wait(daemon().users.find(m_anna, {})).value().mustChangePassword);
        QVERIFY(daemon().signIn(m_anna));
        QCOMPARE(hash(), after);
    }

    /// The password is being checked while the account changes.
    void aChangeDuringASignInWins()
    {
        const User anna = daemon().addUser(m_anna, Role::User, goodPassword);
        auto signingIn = service().signIn(m_anna, "correct horse", {}, {});
        UserChange block;
        block.isActive = false;
        auto blocking = daemon().users.change(anna.id, block, {}, {});
        const auto in = wait(std::move(signingIn));
        QVERIFY(wait(std::move(blocking)));
        QVERIFY(!in || !sessionOf(in->token));
        QCOMPARE(daemon().sessions.size(), 0U);
        QVERIFY(wait(service().sessions(anna.id, {})).value().isEmpty());
    }

    void clientsAreShownAsTheyMayBe()
    {
        daemon().addUser(m_anna, Role::User, goodPassword);
        const QString agent = QStringLiteral("a\nb\u202ec") + QString(1'000'000, u'x');
        const SignedIn in = wait(service().signIn(m_anna, "correct horse", {QString(), agent}, {})).value();
        QCOMPARE(in.session.userAgent, QStringLiteral("a\ufffdb\ufffdc") + QString(195, u'x'));
    }

    void sessionsAreEndedByTheirOwnersOrAnyone()
    {
        const User anna = daemon().addUser(m_anna, Role::User, goodPassword);
        const User berta = daemon().addUser(m_berta, Role::User, goodPassword);
        const SignedIn first = daemon().signIn(m_anna).value();
        const SignedIn second = daemon().signIn(m_anna).value();
        const SignedIn third = daemon().signIn(m_anna).value();
        const auto foreign = wait(service().revokeSession(berta.id, first.session.id, {}));
        const auto missing = wait(service().revokeSession(berta.id, SessionId(777), {}));
        QCOMPARE(foreign.error().code, ErrorCode::NotFound);
        QCOMPARE(foreign.error().message, missing.error().message);
        QVERIFY(sessionOf(first.token));
        QCOMPARE(wait(service().revokeSession(anna.id, first.session.id, {})).value(), first.session);
        QVERIFY(!sessionOf(first.token));
        QVERIFY(wait(service().revokeSession({}, second.session.id, {})));
        QVERIFY(!sessionOf(second.token));
        QVERIFY(wait(service().signOut(third.session.id, {})));
        QVERIFY(!sessionOf(third.token));
        QCOMPARE(wait(service().signOut(third.session.id, {})).error().code, ErrorCode::NotFound);
        restart();
        QCOMPARE(daemon().sessions.size(), 0U);
    }

    void theLeastRecentlyUsedSessionMakesRoom()
    {
        const User anna = daemon().addUser(m_anna, Role::User, goodPassword);
        daemon().addUser(m_berta, Role::User, goodPassword);
        const SignedIn other = daemon().signIn(m_berta).value();
        const SignedIn first = daemon().signIn(m_anna).value();
        clock().advance(1s);
        const SignedIn second = daemon().signIn(m_anna).value();
        clock().advance(1s);
        QVERIFY(sessionOf(first.token)); // so the second is the least recently used
        for (std::size_t i = 2; i < SignInService::mostSessions; ++i)
            QVERIFY(daemon().signIn(m_anna));
        QVERIFY(daemon().sessions.surplusOf(anna.id, 99) == std::vector{second.session.id});
        const SignedIn last = daemon().signIn(m_anna).value();
        QVERIFY(!sessionOf(second.token));
        for (const SignedIn *each : {&first, &last, &other})
            QVERIFY(sessionOf(each->token));
        const auto stored = wait(daemon().stores.sessions.sessionsOf(anna.id, {})).value();
        QCOMPARE(stored.size(), qsizetype(SignInService::mostSessions));
        QVERIFY(!std::ranges::contains(stored, second.session.id, &Session::id));
    }

    void aNewPasswordEndsTheOtherSessions()
    {
        daemon().addUser(m_anna, Role::User, goodPassword);
        const SignedIn kept = daemon().signIn(m_anna).value();
        const SignedIn other = daemon().signIn(m_anna).value();
        QVERIFY(sessionOf(kept.token)->user.mustChangePassword);
        const User changed = changePassword(kept, goodPassword, "battery staple").value();
        QVERIFY(!changed.mustChangePassword);
        QVERIFY(!sessionOf(kept.token)->user.mustChangePassword);
        QVERIFY(!sessionOf(other.token));
        restart();
        QVERIFY(sessionOf(kept.token));
        QVERIFY(!sessionOf(other.token));
        QVERIFY(!daemon().signIn(m_anna));
        QVERIFY(daemon().signIn(m_anna, "battery staple"));
    }

    void badPasswordChangesAreRefused()
    {
        daemon().addUser(m_anna, Role::User, goodPassword);
        const SignedIn in = daemon().signIn(m_anna).value();
        QCOMPARE(changePassword(in, goodPassword, "short").error().param, QStringLiteral("new_password"));
        QCOMPARE(changePassword(in, goodPassword, goodPassword).error().param, QStringLiteral("new_password"));
        for (int i = 0; i < 5; ++i) {
            const auto wrong = changePassword(in, "wrong password", "battery staple");
            QCOMPARE(wrong.error().code, ErrorCode::InvalidRequest);
            QCOMPARE(wrong.error().param, QStringLiteral("current_password"));
        }
        QCOMPARE(changePassword(in, goodPassword, "battery staple").error().code, ErrorCode::RateLimited);
        QVERIFY(daemon().signIn(m_anna)); // which the failures with a session do not hinder
        QVERIFY(sessionOf(in.token));
    }

    void administratorsGiveStartPasswords()
    {
        const User anna = daemon().addUser(m_anna, Role::User, goodPassword);
        SignedIn in = daemon().signIn(m_anna).value();
        QVERIFY(changePassword(in, goodPassword, "battery staple"));
        const IssuedPassword issued = wait(service().resetPassword(anna.id, {}, {})).value();
        QVERIFY(!sessionOf(in.token));
        QVERIFY(issued.user.mustChangePassword);
        QCOMPARE(issued.startPassword.size(), 19);
        QVERIFY(!daemon().signIn(m_anna, "battery staple"));
        in = daemon().signIn(m_anna, issued.startPassword).value();
        QVERIFY(sessionOf(in.token)->user.mustChangePassword);

        QVERIFY(
            wait(service().resetPassword(anna.id, QByteArray("chosen by hand"), {})).value().startPassword.isEmpty());
        QVERIFY(!sessionOf(in.token));
        QVERIFY(daemon().signIn(m_anna, "chosen by hand"));
        QCOMPARE(wait(service().resetPassword(anna.id, QByteArray("anna"), {})).error().param,
                 QStringLiteral("password"));
        QCOMPARE(wait(service().resetPassword(UserId(777), {}, {})).error().code, ErrorCode::NotFound);
    }

    void startPasswordsCanBeRead()
    {
        QSet<QByteArray> seen;
        for (int i = 0; i < 1000; ++i) {
            const QByteArray password = newStartPassword();
            const auto parts = password.split('-');
            QCOMPARE(parts.size(), 4);
            for (const QByteArray &part : parts) {
                QCOMPARE(part.size(), 4);
                for (const char c : part)
                    QVERIFY2(QByteArrayView("abcdefghjkmnpqrstuvwxyz23456789").contains(c), password.constData());
            }
            seen.insert(password);
        }
        QCOMPARE(seen.size(), 1000);
    }

    void sessionsAreSavedAndForgotten()
    {
        const User anna = daemon().addUser(m_anna, Role::User, goodPassword);
        const SignedIn used = daemon().signIn(m_anna).value();
        const SignedIn unused = daemon().signIn(m_anna).value();
        clock().advance(11h);
        QVERIFY(sessionOf(used.token));
        std::stop_source stop;
        RequestContext context;
        context.stop = stop.get_token();
        auto keeping = service().keepSessions(context);
        clock().advance(2h);
        QCOMPARE(wait(service().sessions(anna.id, {})).value().size(), 0); // by what is stored so far
        stop.request_stop();
        QCoro::waitFor(std::move(keeping));
        const auto left = wait(service().sessions(anna.id, {})).value();
        QCOMPARE(left.size(), 1);
        QCOMPARE(left[0].id, used.session.id);
        QCOMPARE(left[0].lastUsed, clock().system() - 2h);
        QCOMPARE(wait(daemon().stores.sessions.sessionsOf(anna.id, {})).value().size(), 1);
        QCOMPARE(daemon().sessions.size(), 1U);
        clock().advance(10h);
        restart();
        QCOMPARE(daemon().sessions.size(), 1U);
        clock().advance(1s);
        restart();
        QCOMPARE(daemon().sessions.size(), 0U);
        QVERIFY(!sessionOf(unused.token));
    }
};

QTEST_GUILESS_MAIN(TestSignInService)
#include "tst_signinservice.moc"
