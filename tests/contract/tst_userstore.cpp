// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/backends.h"

using namespace moe;
using namespace moe::accounts;
using namespace moe::test;
using namespace std::chrono_literals;

class TestUserStore : public ContractTest
{
    Q_OBJECT

private:
    UserStore &store() { return stores().users; }
    Result<User> update(const User &user, const UserChange &change, std::optional<qint64> version = {})
    {
        return wait(store().updateUser(user.id, change, version, someTime + 1h, {}));
    }
    QStringList names(const UserQuery &query)
    {
        QStringList found;
        const auto page = wait(store().listUsers(query, {})).value();
        for (const User &user : page.items)
            found.append(user.name);
        return found;
    }
    QString reasonOf(const Result<User> &result) { return result ? QStringLiteral("none") : result.error().reason; }

private Q_SLOTS:
    void usersAreKept()
    {
        NewUser fresh{QStringLiteral("anna"), someTime};
        fresh.displayName = QStringLiteral("Anna Müller 🙂");
        fresh.email = QStringLiteral("anna@example.org");
        fresh.role = Role::Operator;
        fresh.language = QStringLiteral("de");
        fresh.mustChangePassword = true;
        const User anna = wait(store().addUser(fresh, {})).value();
        QVERIFY(anna.id.value() > 0);
        QCOMPARE(anna.name, fresh.name);
        QCOMPARE(anna.displayName, fresh.displayName);
        QCOMPARE(anna.email, fresh.email);
        QCOMPARE(anna.role, Role::Operator);
        QCOMPARE(anna.language, fresh.language);
        QVERIFY(anna.mustChangePassword && anna.isActive);
        QCOMPARE(anna.created, someTime);
        QCOMPARE(anna.updated, someTime);
        QCOMPARE(anna.version, 1);
        const User berta = addUser(QStringLiteral("berta"));
        QVERIFY(berta.id > anna.id);
        QVERIFY(backEnd().reopen());
        QCOMPARE(wait(store().findUser(QStringLiteral("anna"), {})).value(), anna);
        QCOMPARE(wait(store().user(anna.id, {})).value(), anna);
        QCOMPARE(wait(store().listUsers({}, {})).value().items, QList<User>({anna, berta}));
    }

    void namesAreUniqueWithoutRegardToCase()
    {
        const User anna = addUser(QStringLiteral("Anna"));
        QCOMPARE(tryAddUser(QStringLiteral("aNNA")).error().code, ErrorCode::Conflict);
        QCOMPARE(wait(store().findUser(QStringLiteral("ANNA"), {})).value(), anna);
        QCOMPARE(wait(store().findUser(QStringLiteral("Ann"), {})).error().code, ErrorCode::NotFound);
        QCOMPARE(wait(store().findUser(QStringLiteral("Ann%"), {})).error().code, ErrorCode::NotFound);
        QCOMPARE(wait(store().user(UserId(77), {})).error().code, ErrorCode::NotFound);
    }

    void idsAreNeverUsedTwice()
    {
        const User anna = addUser(QStringLiteral("anna"));
        QVERIFY(wait(store().removeUser(anna.id, {})));
        QVERIFY(addUser(QStringLiteral("anna")).id > anna.id);
    }

    void changesCount()
    {
        const User anna = addUser(QStringLiteral("anna"));
        UserChange change;
        change.displayName = QStringLiteral("Anna");
        change.isActive = false;
        const User changed = update(anna, change, 1).value();
        User expected = anna;
        expected.displayName = QStringLiteral("Anna");
        expected.isActive = false;
        expected.updated = someTime + 1h;
        expected.version = 2;
        QCOMPARE(changed, expected);
        QCOMPARE(wait(store().user(anna.id, {})).value(), expected);

        QCOMPARE(reasonOf(update(anna, change, 1)), QStringLiteral("version_mismatch"));
        QCOMPARE(wait(store().user(anna.id, {})).value(), expected);
        QCOMPARE(update(anna, change).value().version, 3);
        QCOMPARE(wait(store().updateUser(UserId(77), change, {}, someTime, {})).error().code, ErrorCode::NotFound);
    }

    void anotherNameIsUniqueToo()
    {
        const User anna = addUser(QStringLiteral("anna"));
        addUser(QStringLiteral("berta"));
        UserChange change;
        change.name = QStringLiteral("BERTA");
        QCOMPARE(update(anna, change).error().code, ErrorCode::Conflict);
        QCOMPARE(wait(store().user(anna.id, {})).value(), anna);
        for (const QString &name : {QStringLiteral("Anna"), QStringLiteral("carla")}) {
            change.name = name;
            QCOMPARE(update(anna, change).value().name, name);
            QCOMPARE(wait(store().findUser(name, {})).value().id, anna.id);
        }
        QCOMPARE(wait(store().findUser(anna.name, {})).error().code, ErrorCode::NotFound);
    }

    void theLastAdministratorStays()
    {
        const User anna = addUser(QStringLiteral("anna"), Role::Admin);
        const User berta = addUser(QStringLiteral("berta"), Role::Admin);
        UserChange block;
        block.isActive = false;
        QVERIFY(update(berta, block)); // a blocked one does not count
        UserChange demote;
        demote.role = Role::Operator;
        QCOMPARE(reasonOf(update(anna, demote)), QStringLiteral("last_admin"));
        QCOMPARE(reasonOf(update(anna, block)), QStringLiteral("last_admin"));
        const auto removed = wait(store().removeUser(anna.id, {}));
        QVERIFY(!removed);
        QCOMPARE(removed.error().code, ErrorCode::Conflict);
        QCOMPARE(removed.error().reason, QStringLiteral("last_admin"));
        QCOMPARE(wait(store().user(anna.id, {})).value(), anna);

        UserChange rename;
        rename.displayName = QStringLiteral("still the one");
        QVERIFY(update(anna, rename));
        QVERIFY(update(berta, demote)); // who is no active one may go
        UserChange restore;
        restore.isActive = true;
        restore.role = Role::Admin;
        QVERIFY(update(berta, restore));
        QVERIFY(update(anna, demote));
        QVERIFY(wait(store().removeUser(anna.id, {})));
        QCOMPARE(reasonOf(update(berta, block)), QStringLiteral("last_admin"));
    }

    void passwordsAreKeptApart()
    {
        const User anna = addUser(QStringLiteral("anna"));
        QVERIFY(wait(store().findPassword(QStringLiteral("anna"), {})).value().hash.isEmpty());
        const QByteArray hash("$argon2id$v=19$m=65536,t=3,p=1$c2FsdA$aGFzaA");
        const User changed = wait(store().setPassword(anna.id, hash, true, someTime + 1h, {})).value();
        QVERIFY(changed.mustChangePassword);
        QCOMPARE(changed.version, 2);
        const auto entry = wait(store().findPassword(QStringLiteral("ANNA"), {})).value();
        QCOMPARE(entry.hash, hash);
        QCOMPARE(entry.user, changed);
        QVERIFY(wait(store().setPassword(anna.id, {}, false, someTime, {})));
        QVERIFY(wait(store().findPassword(QStringLiteral("anna"), {})).value().hash.isEmpty());
        QCOMPARE(wait(store().findPassword(QStringLiteral("nobody"), {})).error().code, ErrorCode::NotFound);
        QCOMPARE(wait(store().setPassword(UserId(77), hash, false, someTime, {})).error().code, ErrorCode::NotFound);
    }

    void whatIsTheirsGoesWithThem()
    {
        const User anna = addUser(QStringLiteral("anna"));
        addKey(anna.id, 1);
        const Group group = addGroup(QStringLiteral("school"));
        QVERIFY(wait(stores().groups.setMember(group.id, anna.id, true, someTime, {})));
        QVERIFY(wait(stores().grants.grant(anna.id, {{PermissionType::Skill, QStringLiteral("*")}}, someTime, {})));
        UsageRecord record;
        record.time = someTime;
        record.user = anna.id;
        record.key = KeyId(1);
        record.model = QStringLiteral("m");
        const std::chrono::sys_days day = std::chrono::floor<std::chrono::days>(someTime);
        QVERIFY(wait(stores().usageSink.write({{{1, record, {{day, 5}}}}}, {})));

        QVERIFY(wait(store().removeUser(anna.id, {})));
        QCOMPARE(wait(store().removeUser(anna.id, {})).error().code, ErrorCode::NotFound);
        QVERIFY(wait(stores().keys.listKeys({}, {})).value().items.isEmpty());
        const auto records = wait(stores().usage.list({}, {})).value().items;
        QCOMPARE(records.size(), 1);
        QCOMPARE(records[0].user, UserId());
        QCOMPARE(records[0].key, KeyId());
        QCOMPARE(wait(stores().limits.budgetUse(anna.id, {})).error().code, ErrorCode::NotFound);
    }

    void filtersAddUp()
    {
        const User anna = addUser(QStringLiteral("Anna"), Role::Admin);
        const User berta = addUser(QStringLiteral("berta_1"));
        const User cesar = addUser(QStringLiteral("cesar"));
        UserChange change;
        change.isActive = false;
        change.email = QStringLiteral("C.E@Example.org");
        QVERIFY(update(cesar, change));
        const Group group = addGroup(QStringLiteral("school"));
        for (const User &user : {anna, cesar})
            QVERIFY(wait(stores().groups.setMember(group.id, user.id, true, someTime, {})));

        UserQuery query;
        query.role = Role::User;
        QCOMPARE(names(query), QStringList({berta.name, cesar.name}));
        query.isActive = true;
        QCOMPARE(names(query), QStringList({berta.name}));
        query = {};
        query.group = group.id;
        query.order = {UserSort::Name, SortDirection::Descending, 500, {}};
        QCOMPARE(names(query), QStringList({cesar.name, anna.name}));
        query = {};
        query.text = QStringLiteral("@EXAMPLE");
        QCOMPARE(names(query), QStringList({cesar.name}));
        query.text = QStringLiteral("a_1");
        QCOMPARE(names(query), QStringList({berta.name}));
        for (const char *text : {"%", "a_n", "\\", "' OR 'a' = 'a"}) {
            query.text = QString::fromLatin1(text);
            QVERIFY(names(query).isEmpty());
        }
    }

    void everyOrderPagesThroughAll()
    {
        for (int i = 0; i < 11; ++i) {
            NewUser fresh{
                QStringLiteral("%1ser%2").arg(i % 2 ? QStringLiteral("U") : QStringLiteral("u")).arg((i * 7) % 11),
                someTime + (i % 3) * 1s};
            fresh.displayName = QString(i % 4, u'x');
            fresh.email = QStringLiteral("E%1@example.org").arg(i % 5);
            fresh.role = i % 3 ? Role::User : Role::Operator;
            QVERIFY(wait(store().addUser(fresh, {})));
        }
        for (const UserSort sort : {UserSort::Id, UserSort::Name, UserSort::DisplayName, UserSort::Email,
                                    UserSort::Role, UserSort::Created, UserSort::Updated}) {
            for (const SortDirection direction : {SortDirection::Ascending, SortDirection::Descending}) {
                UserQuery query;
                query.order = {sort, direction, 500, {}};
                const auto whole = wait(store().listUsers(query, {})).value();
                QCOMPARE(whole.items.size(), 11);
                QVERIFY(!whole.next);
                if (sort == UserSort::Name && direction == SortDirection::Ascending)
                    QCOMPARE(whole.items[2].name.toLower(), QStringLiteral("user10"));
                QList<User> collected;
                query.order.limit = 4;
                do {
                    const auto page = wait(store().listUsers(query, {})).value();
                    collected += page.items;
                    query.order.after = page.next;
                } while (query.order.after && collected.size() < 20);
                QCOMPARE(collected, whole.items);
            }
        }
    }

    void stoppedCallsAreCancelled()
    {
        std::stop_source stop;
        stop.request_stop();
        RequestContext context;
        context.stop = stop.get_token();
        QCOMPARE(wait(store().addUser({QStringLiteral("anna"), someTime}, context)).error().code, ErrorCode::Cancelled);
        QVERIFY(wait(store().listUsers({}, {})).value().items.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestUserStore)
#include "tst_userstore.moc"
