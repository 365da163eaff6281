// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/backends.h"

using namespace moe;
using namespace moe::accounts;
using namespace moe::test;
using namespace std::chrono_literals;

class TestSessionStore : public ContractTest
{
    Q_OBJECT

private:
    SessionStore &store() { return stores().sessions; }
    static SecretHash hash(int number)
    {
        SecretHash value{};
        value.front() = static_cast<unsigned char>(number);
        value.back() = 0xff;
        return value;
    }
    Session open(UserId user, int number)
    {
        return wait(store().addSession({hash(number), user, QStringLiteral("192.0.2.1"), QStringLiteral("Désk/1 'x'"),
                                        someTime + number * 1s},
                                       {}))
            .value();
    }

private Q_SLOTS:
    void sessionsAreKept()
    {
        const User anna = addUser(QStringLiteral("anna"), Role::Admin);
        const Session first = open(anna.id, 1);
        QVERIFY(first.id.value() > 0);
        QCOMPARE(first.address, QStringLiteral("192.0.2.1"));
        QCOMPARE(first.userAgent, QStringLiteral("Désk/1 'x'"));
        QCOMPARE(first.created, someTime + 1s);
        QCOMPARE(first.lastUsed, someTime + 1s);
        const Session second = open(anna.id, 2);
        QVERIFY(backEnd().reopen());
        QCOMPARE(wait(store().sessionsOf(anna.id, {})).value(), QList<Session>({second, first}));
        const auto loaded = wait(store().loadSessions({})).value();
        QCOMPARE(loaded.size(), 2U);
        QCOMPARE(loaded[0].hash, hash(1));
        QCOMPARE(loaded[0].principal,
                 (SessionPrincipal{first.id, {anna.id, anna.name, Role::Admin, anna.mustChangePassword}}));
        QCOMPARE(loaded[0].lastUsed, first.lastUsed);
    }

    void nobodyHasNone()
    {
        const User anna = addUser(QStringLiteral("anna"));
        QCOMPARE(wait(store().addSession({hash(1), UserId(77), {}, {}, someTime}, {})).error().code,
                 ErrorCode::NotFound);
        open(anna.id, 1);
        QCOMPARE(wait(store().addSession({hash(1), anna.id, {}, {}, someTime}, {})).error().code, ErrorCode::Conflict);
        QVERIFY(wait(store().sessionsOf(UserId(77), {})).value().isEmpty());
    }

    void thoseOfTheBlockedEndForGood()
    {
        const User anna = addUser(QStringLiteral("anna"));
        const User berta = addUser(QStringLiteral("berta"));
        open(anna.id, 1);
        open(berta.id, 2);
        UserChange change;
        change.language = QStringLiteral("de");
        QVERIFY(wait(stores().users.updateUser(anna.id, change, {}, someTime, {})));
        QCOMPARE(wait(store().loadSessions({})).value().size(), 2U);
        change.isActive = false;
        QVERIFY(wait(stores().users.updateUser(anna.id, change, {}, someTime, {})));
        QCOMPARE(wait(store().loadSessions({})).value().size(), 1U);
        change.isActive = true;
        QVERIFY(wait(stores().users.updateUser(anna.id, change, {}, someTime, {})));
        QVERIFY(wait(store().sessionsOf(anna.id, {})).value().isEmpty());
    }

    void thoseOfTheRemovedEnd()
    {
        const User anna = addUser(QStringLiteral("anna"));
        open(anna.id, 1);
        QVERIFY(wait(stores().users.removeUser(anna.id, {})));
        QVERIFY(wait(store().sessionsOf(anna.id, {})).value().isEmpty());
    }

    void touchesNeverGoBack()
    {
        const User anna = addUser(QStringLiteral("anna"));
        const Session session = open(anna.id, 1);
        QVERIFY(wait(store().touchSessions({{session.id, someTime + 1h}, {SessionId(77), someTime}}, {})));
        QVERIFY(wait(store().touchSessions({{session.id, someTime + 1min}}, {})));
        QVERIFY(wait(store().touchSessions({}, {})));
        QCOMPARE(wait(store().sessionsOf(anna.id, {})).value()[0].lastUsed, someTime + 1h);
    }

    void ownersEndOnlyTheirOwn()
    {
        const User anna = addUser(QStringLiteral("anna"));
        const User berta = addUser(QStringLiteral("berta"));
        const Session session = open(anna.id, 1);
        QCOMPARE(wait(store().removeSession(session.id, berta.id, {})).error().code, ErrorCode::NotFound);
        QCOMPARE(wait(store().sessionsOf(anna.id, {})).value(), QList<Session>({session}));
        QCOMPARE(wait(store().removeSession(session.id, anna.id, {})).value(), session);
    }

    void sessionsEnd()
    {
        const User anna = addUser(QStringLiteral("anna"));
        const User berta = addUser(QStringLiteral("berta"));
        const Session first = open(anna.id, 1);
        const Session second = open(anna.id, 2);
        open(anna.id, 3);
        const Session other = open(berta.id, 4);
        QCOMPARE(wait(store().removeSession(first.id, {}, {})).value(), first);
        QCOMPARE(wait(store().removeSession(first.id, {}, {})).error().code, ErrorCode::NotFound);
        QCOMPARE(wait(store().removeSessionsOf(anna.id, second.id, {})).value(), 1);
        QCOMPARE(wait(store().sessionsOf(anna.id, {})).value(), QList<Session>({second}));
        QCOMPARE(wait(store().removeSessionsOf(anna.id, {}, {})).value(), 1);
        QCOMPARE(wait(store().sessionsOf(berta.id, {})).value(), QList<Session>({other}));
        QCOMPARE(wait(store().removeUnusedSince(someTime + 4s, {})).value(), 0);
        QCOMPARE(wait(store().removeUnusedSince(someTime + 5s, {})).value(), 1);
    }
};

QTEST_GUILESS_MAIN(TestSessionStore)
#include "tst_sessionstore.moc"
