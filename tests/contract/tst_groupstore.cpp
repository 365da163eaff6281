// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/backends.h"

using namespace moe;
using namespace moe::accounts;
using namespace moe::test;
using namespace std::chrono_literals;

class TestGroupStore : public ContractTest
{
    Q_OBJECT

private:
    GroupStore &store() { return stores().groups; }
    static ImportedUser imported(int line, const QString &name, const QStringList &groups = {})
    {
        return {line, NewUser{name, someTime}, groups};
    }
    QList<User> membersOf(GroupId group)
    {
        UserQuery query;
        query.group = group;
        return wait(stores().users.listUsers(query, {})).value().items;
    }

private Q_SLOTS:
    void groupsAreKept()
    {
        const Group school = addGroup(QStringLiteral("School"));
        QCOMPARE(school.description, QStringLiteral("all of School"));
        QVERIFY(backEnd().reopen());
        QCOMPARE(wait(store().group(school.id, {})).value(), school);
        QCOMPARE(wait(store().findGroup(QStringLiteral("sCHOOL"), {})).value(), school);
        QCOMPARE(wait(store().addGroup({QStringLiteral("school"), {}}, {})).error().code, ErrorCode::Conflict);
        const Group office = addGroup(QStringLiteral("office"));
        QCOMPARE(wait(store().updateGroup(office.id, {QStringLiteral("SCHOOL"), {}}, {})).error().code,
                 ErrorCode::Conflict);
        const Group renamed = wait(store().updateGroup(office.id, {QStringLiteral("Office"), {}}, {})).value();
        QCOMPARE(renamed.name, QStringLiteral("Office"));
        QVERIFY(renamed.description.isEmpty());
        QCOMPARE(wait(store().updateGroup(GroupId(77), {QStringLiteral("x"), {}}, {})).error().code,
                 ErrorCode::NotFound);
        QCOMPARE(wait(store().group(GroupId(77), {})).error().code, ErrorCode::NotFound);
        QCOMPARE(wait(store().findGroup(QStringLiteral("x"), {})).error().code, ErrorCode::NotFound);
    }

    void groupsAreListed()
    {
        const User anna = addUser(QStringLiteral("anna"));
        for (const char *name : {"b", "A", "d", "C"})
            QVERIFY(
                wait(store().setMember(addGroup(QString::fromLatin1(name)).id, anna.id, *name != 'd', someTime, {})));
        GroupQuery query;
        query.member = anna.id;
        query.order = {GroupSort::Name, SortDirection::Ascending, 2, {}};
        const auto first = wait(store().listGroups(query, {})).value();
        QCOMPARE(first.items.size(), 2);
        QCOMPARE(first.items[0].name, QStringLiteral("A"));
        QCOMPARE(first.items[1].name, QStringLiteral("b"));
        query.order.after = first.next;
        const auto rest = wait(store().listGroups(query, {})).value();
        QCOMPARE(rest.items.size(), 1);
        QCOMPARE(rest.items[0].name, QStringLiteral("C"));
        query = {};
        query.text = QStringLiteral("ALL OF D");
        QCOMPARE(wait(store().listGroups(query, {})).value().items.size(), 1);
    }

    void membershipIsIdempotent()
    {
        const User anna = addUser(QStringLiteral("anna"));
        const Group school = addGroup(QStringLiteral("school"));
        QVERIFY(!wait(store().setMember(school.id, anna.id, false, someTime, {})).value());
        QVERIFY(wait(store().setMember(school.id, anna.id, true, someTime + 1h, {})).value());
        QVERIFY(!wait(store().setMember(school.id, anna.id, true, someTime + 2h, {})).value());
        QCOMPARE(membersOf(school.id).size(), 1);
        QCOMPARE(membersOf(school.id)[0].updated, someTime + 1h);
        QCOMPARE(wait(store().setMember(GroupId(77), anna.id, true, someTime, {})).error().code, ErrorCode::NotFound);
        QCOMPARE(wait(store().setMember(school.id, UserId(77), true, someTime, {})).error().code, ErrorCode::NotFound);
        QVERIFY(wait(store().removeGroup(school.id, someTime + 3h, {})));
        QCOMPARE(wait(store().removeGroup(school.id, someTime, {})).error().code, ErrorCode::NotFound);
        QCOMPARE(wait(stores().users.user(anna.id, {})).value().updated, someTime + 3h);
        QVERIFY(membersOf(school.id).isEmpty());
    }

    void manyAreImportedTogether()
    {
        const Group school = addGroup(QStringLiteral("School"));
        const Group sports = addGroup(QStringLiteral("sports"));
        std::vector<ImportedUser> users;
        for (int i = 0; i < 500; ++i)
            users.push_back(imported(i + 2, QStringLiteral("pupil%1").arg(i), {QStringLiteral("school")}));
        users[7].groups = {QStringLiteral("SPORTS"), QStringLiteral("school"), QStringLiteral("School")};
        users[7].user.passwordHash = "$argon2id$x";
        users[7].user.mustChangePassword = true;
        const auto added = wait(store().importUsers(users, {})).value();
        QCOMPARE(added.size(), 500);
        QCOMPARE(added[499].name, QStringLiteral("pupil499"));
        QCOMPARE(membersOf(school.id).size(), 500);
        QCOMPARE(membersOf(sports.id), QList<User>({added[7]}));
        const auto password = wait(stores().users.findPassword(QStringLiteral("pupil7"), {})).value();
        QCOMPARE(password.hash, QByteArray("$argon2id$x"));
        QVERIFY(password.user.mustChangePassword);
    }

    void oneBadLineSparesNobody()
    {
        addUser(QStringLiteral("Anna"));
        const auto refused = wait(store().importUsers(
            {imported(2, QStringLiteral("berta")), imported(3, QStringLiteral("anna")),
             imported(5, QStringLiteral("BERTA")), imported(6, QStringLiteral("cesar"), {QStringLiteral("nowhere")})},
            {}));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Conflict);
        QCOMPARE(refused.error().reason, QStringLiteral("import_refused"));
        QCOMPARE(refused.error().message,
                 QStringLiteral("Nothing was imported; line 3: the user name is taken; line 5: the user name is taken; "
                                "line 6: there is no group \"nowhere\"."));
        QCOMPARE(wait(stores().users.listUsers({}, {})).value().items.size(), 1);
    }

    void manyBadLinesAreCounted()
    {
        std::vector<ImportedUser> users;
        for (int i = 0; i < 30; ++i)
            users.push_back(imported(i + 1, QStringLiteral("anna")));
        const QString message = wait(store().importUsers(users, {})).error().message;
        QVERIFY(message.contains(u"line 21:"));
        QVERIFY(!message.contains(u"line 22:"));
        QVERIFY(message.endsWith(u"and 9 more."));
    }
};

QTEST_GUILESS_MAIN(TestGroupStore)
#include "tst_groupstore.moc"
