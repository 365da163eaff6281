// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/accounts/accountsfixture.h"

using namespace moe;
using namespace moe::accounts;
using namespace moe::test;
using namespace std::chrono_literals;

namespace {

/// Notes whom it was called for, and fails if told to.
class NotedErasure final : public ErasureHook
{
public:
    QString name() const override { return QStringLiteral("cache"); }
    Task<void> erase(ErasedUser user, RequestContext) override
    {
        calls.append(QStringLiteral("%1:%2:%3").arg(user.id.value()).arg(user.name).arg(user.keys.size()));
        if (isFailing)
            co_return failure(Error::of(ErrorCode::Unavailable, QStringLiteral("The cache is away.")));
        co_return {};
    }

    QStringList calls;
    bool isFailing = false;
};

}

class TestUserService : public AccountsTest
{
    Q_OBJECT

private:
    const QString m_anna = QStringLiteral("anna");

    UserService &service() { return daemon().users; }
    Result<User> change(UserId user, const UserChange &change, std::optional<qint64> version = {})
    {
        return wait(service().change(user, change, version, {}));
    }
    Result<User> setActive(UserId user, bool isActive) { return change(user, {.isActive = isActive}); }

private Q_SLOTS:
    void usersAreAdded()
    {
        NewAccount account{m_anna,         QStringLiteral("Änna"), QStringLiteral("anna@example.org"),
                           Role::Operator, QStringLiteral("de"),   goodPassword};
        const User anna = wait(service().add(account, {})).value();
        QCOMPARE(anna.displayName, account.displayName);
        QCOMPARE(anna.email, account.email);
        QCOMPARE(anna.role, Role::Operator);
        QCOMPARE(anna.language, QStringLiteral("de"));
        QVERIFY(anna.mustChangePassword);
        QVERIFY(daemon().signIn(m_anna));
        QVERIFY(daemon().accounts.user(anna.id));
        QCOMPARE(wait(service().user(anna.id, {})).value(), anna);
        QCOMPARE(wait(service().list({}, {})).value().items, QList<User>{anna});
        account.name = QStringLiteral("ANNA");
        QCOMPARE(wait(service().add(account, {})).error().code, ErrorCode::Conflict);
    }

    void whatIsStoredHasSucceeded()
    {
        daemon().snapshots.isFailing = true; // what is stored cannot be read back
        const User berta = daemon().addUser(QStringLiteral("berta"), Role::User, goodPassword);
        const QByteArray token = daemon().signIn(berta.name)->token;
        QVERIFY(!setActive(berta.id, false)->isActive);
        QVERIFY(!sessionOf(token)); // blocking is effective all the same
    }

    void badInputIsRefused_data()
    {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("value");
        const auto row = [](const char *name, const QString &field, const QString &value) {
            QTest::newRow(name) << field << value;
        };
        const QString megabyte(1'000'000, u'x');
        const QString name = QStringLiteral("name");
        const QString display = QStringLiteral("display_name");
        const QString email = QStringLiteral("email");
        row("name", name, QStringLiteral("a b"));
        row("name of a megabyte", name, megabyte);
        row("display name", display, QString(201, u'x'));
        row("display name of two lines", display, QStringLiteral("a\nb"));
        row("display name of a megabyte", display, megabyte);
        row("e-mail of a megabyte", email, QString(megabyte + u'@' + megabyte));
        row("long e-mail", email, QString(u'a' + (u'@' + QString(253, u'x'))));
        row("e-mail without at", email, QStringLiteral("anna"));
        row("e-mail without name", email, QStringLiteral("@example.org"));
        row("e-mail without host", email, QStringLiteral("anna@"));
        row("e-mail with two", email, QStringLiteral("a@b@c"));
        row("e-mail with a blank", email, QStringLiteral("a b@c"));
        row("e-mail of two lines", email, QStringLiteral("a@b\nBcc: c@d"));
        row("language", QStringLiteral("language"), QStringLiteral("fr"));
        row("password", QStringLiteral("password"), QStringLiteral("short"));
    }
    void badInputIsRefused()
    {
        QFETCH(const QString, field);
        QFETCH(const QString, value);
        NewAccount account{m_anna};
        UserChange changed;
        if (field == u"name")
            account.name = value;
        else if (field == u"display_name")
            account.displayName = changed.displayName.emplace(value);
        else if (field == u"email")
            account.email = changed.email.emplace(value);
        else if (field == u"language")
            account.language = changed.language.emplace(value);
        else
            account.password = value.toUtf8();
        QCOMPARE(wait(service().add(account, {})).error().param, field);
        QVERIFY(wait(service().list({}, {})).value().items.isEmpty());
        const User anna = daemon().addUser(m_anna);
        if (field != u"name" && field != u"password")
            QCOMPARE(change(anna.id, changed).error().param, field);
        QCOMPARE(wait(service().user(anna.id, {})).value(), anna);
    }

    void goodEmailsAreTaken()
    {
        const User anna = daemon().addUser(m_anna);
        for (const QString &email : {QString(), QStringLiteral("a@b"), QString(u'a' + (u'@' + QString(252, u'x')))})
            QCOMPARE(change(anna.id, {.email = email}).value().email, email);
    }

    void changesWantTheVersion()
    {
        const User anna = daemon().addUser(m_anna);
        const User changed = change(anna.id, {.displayName = QStringLiteral("A")}, anna.version).value();
        const auto late = change(anna.id, {.displayName = QStringLiteral("B")}, anna.version);
        QCOMPARE(late.error().reason, QStringLiteral("version_mismatch"));
        QCOMPARE(wait(service().user(anna.id, {})).value(), changed);
        QCOMPARE(change(UserId(777), {}).error().code, ErrorCode::NotFound);
    }

    void theLastAdminStays()
    {
        const User root = daemon().addUser(QStringLiteral("root"), Role::Admin, goodPassword);
        const QByteArray token = daemon().signIn(QStringLiteral("root"))->token;
        const auto refusesAll = [&] {
            const QString lastAdmin = QStringLiteral("last_admin");
            return change(root.id, {.role = Role::Operator}).error().reason == lastAdmin
                && setActive(root.id, false).error().reason == lastAdmin
                && wait(service().remove(root.id, {})).error().reason == lastAdmin;
        };
        QVERIFY(refusesAll());
        const User second = daemon().addUser(QStringLiteral("second"), Role::Admin);
        QVERIFY(setActive(second.id, false));
        QVERIFY(refusesAll());
        QVERIFY(sessionOf(token));
        QVERIFY(setActive(second.id, true));
        QVERIFY(wait(service().remove(root.id, {})));
        QCOMPARE(setActive(second.id, false).error().reason, QStringLiteral("last_admin"));
    }

    void twoAdminsCannotRemoveEachOther()
    {
        const User first = daemon().addUser(QStringLiteral("first"), Role::Admin);
        const User second = daemon().addUser(QStringLiteral("second"), Role::Admin);
        auto one = service().remove(first.id, {});
        auto other = service().remove(second.id, {});
        const int removed = int(wait(std::move(one)).has_value()) + int(wait(std::move(other)).has_value());
        QCOMPARE(removed, 1);
        UserQuery admins;
        admins.role = Role::Admin;
        admins.isActive = true;
        QCOMPARE(wait(service().list(admins, {})).value().items.size(), 1);
    }

    void blockingEndsKeysAndSessionsAtOnce()
    {
        const User anna = daemon().addUser(m_anna, Role::User, goodPassword);
        const QByteArray key = wait(daemon().keyService.create(anna.id, {QStringLiteral("a")}, {})).value().text;
        const QByteArray token = daemon().signIn(m_anna)->token;
        QVERIFY(isKeyAccepted(key) && sessionOf(token));
        QVERIFY(setActive(anna.id, false));
        QVERIFY(!isKeyAccepted(key));
        QVERIFY(!sessionOf(token));
        const QByteArray made = wait(daemon().keyService.create(anna.id, {QStringLiteral("b")}, {})).value().text;
        QVERIFY(!isKeyAccepted(made));
        restart();
        QVERIFY(!isKeyAccepted(key) && !isKeyAccepted(made));
        QVERIFY(setActive(anna.id, true));
        QVERIFY(isKeyAccepted(key) && isKeyAccepted(made));
        restart();
        QVERIFY(!sessionOf(token)); // they have ended for good
    }

    void sessionsKnowTheNewRole()
    {
        const User anna = daemon().addUser(m_anna, Role::User, goodPassword);
        const QByteArray token = daemon().signIn(m_anna)->token;
        QVERIFY(change(anna.id, {.role = Role::Admin}));
        QCOMPARE(sessionOf(token)->user.role, Role::Admin);
        QVERIFY(change(anna.id, {.mustChangePassword = false}));
        QVERIFY(!sessionOf(token)->user.mustChangePassword);
    }

    void removalErasesFirst()
    {
        NotedErasure first;
        NotedErasure second;
        restart({}, {&first, &second});
        const User anna = daemon().addUser(m_anna, Role::User, goodPassword);
        const QByteArray key = wait(daemon().keyService.create(anna.id, {QStringLiteral("a")}, {})).value().text;
        const QByteArray token = daemon().signIn(m_anna)->token;
        second.isFailing = true;
        const auto refused = wait(service().remove(anna.id, {}));
        QCOMPARE(refused.error().code, ErrorCode::Unavailable);
        QVERIFY(refused.error().message.contains(QStringLiteral("blocked")));
        QVERIFY(refused.error().message.contains(QStringLiteral("(cache)")));
        QVERIFY(!wait(service().user(anna.id, {})).value().isActive);
        QVERIFY(!isKeyAccepted(key) && !sessionOf(token));

        second.isFailing = false;
        QVERIFY(wait(service().remove(anna.id, {})));
        QCOMPARE(wait(service().user(anna.id, {})).error().code, ErrorCode::NotFound);
        const QString call = QStringLiteral("%1:anna:1").arg(anna.id.value());
        QCOMPARE(first.calls, QStringList({call, call}));
        QCOMPARE(second.calls, QStringList({call, call}));
        QVERIFY(!daemon().accounts.user(anna.id));
        QCOMPARE(daemon().keys.size(), 0U);
        QCOMPARE(wait(service().remove(anna.id, {})).error().code, ErrorCode::NotFound);
        QVERIFY(daemon().addUser(m_anna).id != anna.id);
    }

    void nothingChangesWhileTheDatabaseIsLocked()
    {
        const User anna = daemon().addUser(m_anna, Role::User, goodPassword);
        const QByteArray key = wait(daemon().keyService.create(anna.id, {QStringLiteral("a")}, {})).value().text;
        const QByteArray token = daemon().signIn(m_anna)->token;
        {
            const DatabaseLock lock(folder());
            QVERIFY(lock.isLocked());
            QCOMPARE(setActive(anna.id, false).error().code, ErrorCode::Unavailable);
            QCOMPARE(wait(service().remove(anna.id, {})).error().code, ErrorCode::Unavailable);
            QVERIFY(isKeyAccepted(key) && sessionOf(token));
        }
        QVERIFY(wait(service().user(anna.id, {})).value().isActive);
    }
};

QTEST_GUILESS_MAIN(TestUserService)
#include "tst_userservice.moc"
