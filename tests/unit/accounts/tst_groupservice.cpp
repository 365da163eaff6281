// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/accounts/accountsfixture.h"

using namespace moe;
using namespace moe::accounts;
using namespace moe::test;
using namespace std::chrono_literals;

class TestGroupService : public AccountsTest
{
    Q_OBJECT

private:
    const QString m_school = QStringLiteral("school");
    const Permission m_pdf{PermissionType::Skill, QStringLiteral("pdf")};

    GroupService &service() { return daemon().groups; }
    Group addGroup(const QString &name) { return wait(service().add({name, {}}, {})).value(); }
    Result<QList<IssuedPassword>> import(const QByteArray &csv, std::optional<GroupId> group = {})
    {
        return wait(service().importUsers(csv, group, {}));
    }
    bool mayUsePdf(const User &user)
    {
        return daemon().accounts.user(user.id)->policy()->allows(m_pdf.type, m_pdf.resource);
    }
    QList<User> membersOf(GroupId group)
    {
        UserQuery query;
        query.group = group;
        return wait(daemon().users.list(query, {})).value().items;
    }
    qsizetype users() { return wait(daemon().users.list({}, {})).value().items.size(); }

private Q_SLOTS:
    void groupsAreKept()
    {
        const Group school = wait(service().add({m_school, QStringLiteral("All pupils")}, {})).value();
        QCOMPARE(wait(service().group(school.id, {})).value(), school);
        QCOMPARE(wait(service().find(m_school.toUpper(), {})).value(), school);
        QCOMPARE(wait(service().list({}, {})).value().items, QList<Group>{school});
        QCOMPARE(wait(service().add({QStringLiteral("SCHOOL"), {}}, {})).error().code, ErrorCode::Conflict);
        const Group renamed = wait(service().change(school.id, {QStringLiteral("Schule"), {}}, {}, {})).value();
        QCOMPARE(renamed.id, school.id);
        QCOMPARE(renamed.name, QStringLiteral("Schule"));
        QVERIFY(wait(service().remove(school.id, {}, {})));
        QCOMPARE(wait(service().remove(school.id, {}, {})).error().code, ErrorCode::NotFound);
    }

    void badNamesAreRefused()
    {
        const Group school = addGroup(m_school);
        for (const QString &name : {QString(), QStringLiteral(" a"), QStringLiteral("a "), QStringLiteral("a|b"),
                                    QStringLiteral("a\nb"), QString(65, u'x'), QString(1'000'000, u'x')}) {
            QCOMPARE(wait(service().add({name, {}}, {})).error().param, QStringLiteral("name"));
            QCOMPARE(wait(service().change(school.id, {name, {}}, {}, {})).error().param, QStringLiteral("name"));
        }
        QCOMPARE(wait(service().add({QStringLiteral("b"), QString(1'000'000, u'x')}, {})).error().param,
                 QStringLiteral("description"));
        QCOMPARE(wait(service().list({}, {})).value().items, QList<Group>{school});
    }

    void membershipIsEffectiveAtOnce()
    {
        const User anna = daemon().addUser(QStringLiteral("anna"));
        const Group school = addGroup(m_school);
        QVERIFY(wait(daemon().policies.grant(school.id, {m_pdf}, Unknown::Accept, {})));
        QVERIFY(!mayUsePdf(anna));
        QVERIFY(wait(service().setMember(school.id, anna.id, true, {})).value());
        QVERIFY(!wait(service().setMember(school.id, anna.id, true, {})).value());
        QVERIFY(mayUsePdf(anna));
        QCOMPARE(membersOf(school.id).size(), 1);
        QVERIFY(wait(service().remove(school.id, {}, {})));
        QVERIFY(!mayUsePdf(anna));
        restart();
        QVERIFY(!mayUsePdf(anna));
        QCOMPARE(wait(service().setMember(school.id, anna.id, true, {})).error().code, ErrorCode::NotFound);
        QCOMPARE(wait(service().setMember(addGroup(m_school).id, UserId(777), true, {})).error().code,
                 ErrorCode::NotFound);
    }

    void whatIsStoredHasSucceeded()
    {
        const User anna = daemon().addUser(QStringLiteral("anna"));
        daemon().snapshots.isFailing = true; // what is stored cannot be read back
        const Group school = addGroup(m_school);
        QVERIFY(wait(service().setMember(school.id, anna.id, true, {})).value());
        QCOMPARE(membersOf(school.id), QList<User>{anna});
    }

    void aSchoolIsImported()
    {
        const Group school = addGroup(m_school);
        const Group club = addGroup(QStringLiteral("Chess Club"));
        QVERIFY(wait(daemon().policies.grant(school.id, {m_pdf}, Unknown::Accept, {})));
        QByteArray csv("username;groups;password;display_name\r\n"
                       "anna;chess club|School;correct horse;\"Anna \"\"A\"\"; 7b\"\r\n");
        for (int i = 0; i < 20; ++i)
            csv += "pupil" + QByteArray::number(i) + ";;;\r\n";
        const auto issued = import(csv, school.id).value();
        QCOMPARE(issued.size(), 21);
        QCOMPARE(issued[0].user.displayName, QStringLiteral("Anna \"A\"; 7b"));
        QVERIFY(issued[0].startPassword.isEmpty());
        QVERIFY(daemon().signIn(QStringLiteral("anna"))->user.mustChangePassword);
        QCOMPARE(issued[20].user.name, QStringLiteral("pupil19"));
        for (const IssuedPassword &each : {issued[1], issued[20]}) {
            QCOMPARE(each.startPassword.size(), 19);
            QVERIFY(daemon().signIn(each.user.name, each.startPassword)->user.mustChangePassword);
            QVERIFY(mayUsePdf(each.user));
        }
        QVERIFY(issued[1].startPassword != issued[20].startPassword);
        QCOMPARE(membersOf(school.id).size(), 21);
        QCOMPARE(membersOf(club.id), QList<User>{issued[0].user});
    }

    void aBadLineImportsNobody()
    {
        daemon().addUser(QStringLiteral("Anna"));
        addGroup(m_school);
        const auto refused = import("username,groups\nberta,school\nanna,\ncarla,school|moon\ndora,moon\n");
        QCOMPARE(refused.error().code, ErrorCode::Conflict);
        QCOMPARE(refused.error().reason, QStringLiteral("import_refused"));
        QCOMPARE(refused.error().message,
                 QStringLiteral("Nothing was imported; line 3: the user name is taken; line 4: there is no group "
                                "\"moon\"; line 5: there is no group \"moon\"."));
        QCOMPARE(import("username,email\nberta,berta@example.org\ncarla,nothing\n").error().reason,
                 QStringLiteral("bad_csv"));
        QCOMPARE(import("username\nberta\n", GroupId(777)).error().code, ErrorCode::NotFound);
        QCOMPARE(users(), 1);
    }

    /// What was free when the import began.
    void aNameThatIsTakenMeanwhileImportsNobody()
    {
        auto importing = service().importUsers("username\nberta\nanna\n", {}, {});
        auto adding = daemon().users.add(NewAccount{QStringLiteral("anna")}, {});
        const auto imported = wait(std::move(importing));
        const auto added = wait(std::move(adding));
        QCOMPARE(int(imported.has_value()) + int(added.has_value()), 1);
        QCOMPARE(users(), imported ? 2 : 1);
    }

    void anImportCanBeStopped()
    {
        QByteArray csv("username\n");
        for (int i = 0; i < 200; ++i)
            csv += "pupil" + QByteArray::number(i) + '\n';
        std::stop_source stop;
        RequestContext context;
        context.stop = stop.get_token();
        auto importing = service().importUsers(csv, {}, context);
        stop.request_stop();
        QCOMPARE(wait(std::move(importing)).error().code, ErrorCode::Cancelled);
        QCOMPARE(users(), 0);
    }
};

QTEST_GUILESS_MAIN(TestGroupService)
#include "tst_groupservice.moc"
