// SPDX-License-Identifier: Apache-2.0
// What moectl asks of the daemon for each command, and what it prints.
#include "tests/unit/ctl/fakedaemon.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe;
using moe::test::FakeDaemon;

class TestMoectl : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<FakeDaemon> m_daemon;

private Q_SLOTS:
    void init();
    void cleanup();
    void userAdd();
    void passwordsComeFromStandardInput();
    void listsAreTables();
    void whatUsersWroteCannotMoveTheCursor();
    void blockAndUnblock();
    void unknownNamesAreRefusedBeforeAnythingIsDone();
    void failuresAreProblemDocuments();
    void usageAndAudit();
    void auditIsExportedPartByPart();
    void settings();
    void servers();
    void logLevels();
    void status();
    void importOfUsers();
    void groups();
};

namespace {

const QByteArray anna = R"({"id":7,"name":"anna","role":"user","active":true,"created_at":"2026-11-21T13:00:00.000Z"})";

QJsonObject object(const QString &text) { return QJsonDocument::fromJson(text.toUtf8()).object(); }

}

void TestMoectl::init()
{
    m_daemon = std::make_unique<FakeDaemon>();
    m_daemon->answer("GET /control/v1/users", R"({"items":[)" + anna + "]}");
}

void TestMoectl::cleanup() { m_daemon.reset(); }

void TestMoectl::userAdd()
{
    m_daemon->answer("POST /control/v1/users", anna, 201);
    const QJsonObject user = m_daemon->json(u"user add anna"_s);
    QCOMPARE(user[u"name"].toString(), u"anna"_s);
    QCOMPARE(user[u"id"].toInt(), 7);
    const QJsonObject sent = object(QString::fromUtf8(m_daemon->bodyOf("POST /control/v1/users")));
    QCOMPARE(sent[u"name"].toString(), u"anna"_s);
    QCOMPARE(sent[u"role"].toString(), u"user"_s);
    QVERIFY(!sent.contains(u"password"));
    QVERIFY(m_daemon->run(u"user add anna"_s).output.contains(u"Name:"));
}

void TestMoectl::passwordsComeFromStandardInput()
{
    m_daemon->answer("POST /control/v1/users", anna, 201);
    m_daemon->console->input = {u"sesame 12"_s};
    const auto outcome = m_daemon->run(u"user add anna --role operator --password-stdin"_s);
    QCOMPARE(outcome.exitCode, 0);
    QVERIFY(!outcome.output.contains(u"sesame"));
    const QJsonObject sent = object(QString::fromUtf8(m_daemon->bodyOf("POST /control/v1/users")));
    QCOMPARE(sent[u"password"].toString(), u"sesame 12"_s);
    QCOMPARE(sent[u"role"].toString(), u"operator"_s);
    QCOMPARE(m_daemon->run(u"user add anna --password-stdin"_s).exitCode, 1); // nothing there
}

void TestMoectl::listsAreTables()
{
    m_daemon->answer("GET /control/v1/users",
                     R"({"items":[)" + anna + R"(,{"id":9007199254740991,"name":"b","active":false}]})");
    QCOMPARE(m_daemon->run(u"user list"_s).output,
             u"ID                Name  Display name  Role  Active  Created\n"
             "7                 anna  -             user  yes     2026-11-21T13:00:00Z\n"
             "9007199254740991  b     -             user  no      1970-01-01T00:00:00Z\n"_s);
    QCOMPARE(m_daemon->json(u"user list"_s)[u"items"].toArray().size(), 2);
    m_daemon->answer("GET /control/v1/users", R"({"items":[]})");
    QCOMPARE(m_daemon->json(u"user list"_s)[u"items"], QJsonValue(QJsonArray()));
}

void TestMoectl::whatUsersWroteCannotMoveTheCursor()
{
    m_daemon->answer("GET /control/v1/users",
                     R"({"items":[{"id":1,"name":"a","display_name":"\u001b[31mred\u0007"}]})");
    const QString table = m_daemon->run(u"user list"_s).output;
    QVERIFY(!table.contains(QChar(0x1b)) && !table.contains(QChar(7)));
    QVERIFY(table.contains(u"[31mred"));
}

void TestMoectl::blockAndUnblock()
{
    m_daemon->answer("PATCH /control/v1/users/7", R"({"id":7,"name":"anna","active":false})");
    QCOMPARE(m_daemon->json(u"user block anna"_s)[u"active"], QJsonValue(false));
    QCOMPARE(m_daemon->bodyOf("PATCH /control/v1/users/7"), QByteArray(R"({"active":false})"));
    QCOMPARE(m_daemon->requests().at(0).query, QByteArray("name=anna"));
    QCOMPARE(m_daemon->run(u"user unblock ANNA"_s).exitCode, 0);
    QCOMPARE(m_daemon->bodyOf("PATCH /control/v1/users/7"), QByteArray(R"({"active":true})"));
}

void TestMoectl::unknownNamesAreRefusedBeforeAnythingIsDone()
{
    m_daemon->answer("GET /control/v1/users", R"({"items":[]})");
    m_daemon->answer("GET /control/v1/groups", R"({"items":[{"id":1,"name":"teachers"}]})");
    for (const QString &line : {u"user block nobody"_s, u"user remove nobody"_s, u"budget show --user nobody"_s,
                                u"key create --user nobody --label x"_s, u"group remove teach"_s}) {
        const auto outcome = m_daemon->run("--json "_L1 + line);
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY(outcome.output.isEmpty());
        QCOMPARE(object(outcome.error)[u"code"].toString(), u"not_found"_s);
    }
    QCOMPARE(m_daemon->run(u"user block nobody"_s).error, u"moectl: There is no such user.\n"_s);
    // An empty name would ask for all users, and find one.
    m_daemon->answer("GET /control/v1/users", R"({"items":[{"id":7,"name":""}]})");
    QCOMPARE(m_daemon->run({u"user"_s, u"remove"_s, QString()}).exitCode, 1);
    for (const control::Request &request : m_daemon->requests())
        QCOMPARE(request.method, QByteArray("GET"));
}

void TestMoectl::failuresAreProblemDocuments()
{
    Error taken = Error::of(ErrorCode::Conflict, u"There is a user of this name."_s);
    taken.param = u"name"_s;
    m_daemon->refuse("POST /control/v1/users", taken, 409);
    const auto outcome = m_daemon->run(u"--json user add anna"_s);
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY(outcome.output.isEmpty());
    const QJsonObject problem = object(outcome.error);
    QCOMPARE(problem[u"code"].toString(), u"conflict"_s);
    QCOMPARE(problem[u"status"].toInt(), 409);
    QCOMPARE(problem[u"param"].toString(), u"name"_s);
    QCOMPARE(m_daemon->run(u"user add anna"_s).error, u"moectl: There is a user of this name.\n"_s);
    const auto usage = m_daemon->run(u"--json key create"_s);
    QCOMPARE(usage.exitCode, 2);
    QCOMPARE(object(usage.error)[u"reason"].toString(), u"usage"_s);
}

void TestMoectl::usageAndAudit()
{
    m_daemon->answer("GET /control/v1/usage", R"({"items":[{"model":"m","total_tokens":3,"status":"ok"}]})");
    QCOMPARE(m_daemon->json(u"usage list --user anna --limit 5 --status ok"_s)[u"items"][0][u"model"].toString(),
             u"m"_s);
    QCOMPARE(m_daemon->last().query, QByteArray("limit=5&sort=-time&user=7&status=ok"));
    m_daemon->answer("GET /control/v1/usage/daily", R"({"items":[{"day":"2026-11-21","requests":2}]})");
    QVERIFY(m_daemon->run(u"usage sum --days 14"_s).output.contains(u"2026-11-21"));
    QCOMPARE(m_daemon->last().query, QByteArray("days=14"));
    m_daemon->answer("GET /control/v1/audit",
                     R"({"items":[{"id":1,"action":"key.revoke","before":null,"after":{"a":1}}]})");
    QCOMPARE(m_daemon->json(u"audit list --action key. --from 2026-11-21"_s)[u"items"][0][u"after"][u"a"].toInt(), 1);
    QCOMPARE(m_daemon->last().query, QByteArray("limit=100&sort=-time&action=key.&from=2026-11-21T00%3A00%3A00.000Z"));
    for (const QString &wrong : {u"usage list --user anna --limit 0"_s, u"usage list --user anna --status odd"_s,
                                 u"usage list --user anna --from soon"_s, u"usage sum --by hour"_s})
        QCOMPARE(m_daemon->run(wrong).exitCode, 2);
}

void TestMoectl::auditIsExportedPartByPart()
{
    m_daemon->answer("GET /control/v1/audit", R"({"items":[{"id":1},{"id":2}]})");
    const QString path = m_daemon->folder() + "/audit.jsonl"_L1;
    QCOMPARE(m_daemon->run({u"audit"_s, u"export"_s, path}).exitCode, 0);
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll().count('\n'), 2);
    QVERIFY(!(file.permissions() & (QFileDevice::ReadGroup | QFileDevice::ReadOther)));
    QCOMPARE(m_daemon->run({u"audit"_s, u"export"_s, path}).exitCode, 1); // never over another file
}

void TestMoectl::settings()
{
    const QByteArray view = R"({"version":4,"items":[{"key":"a.n","type":"integer","value":3},)"
                            R"({"key":"a.t","type":"text","value":"x"},{"key":"a.s","type":"secret","value":null},)"
                            R"({"key":"a.b","type":"boolean","value":false}]})";
    m_daemon->answer("GET /control/v1/settings", view);
    m_daemon->setVersion("GET /control/v1/settings", 4);
    m_daemon->answer("PATCH /control/v1/settings", view);
    QCOMPARE(m_daemon->json(u"settings get a.n"_s)[u"value"].toInt(), 3);
    QCOMPARE(m_daemon->run(u"settings set a.n 5"_s).exitCode, 0);
    QCOMPARE(m_daemon->last().body, QByteArray(R"({"values":{"a.n":5}})"));
    QCOMPARE(m_daemon->last().ifMatch, QByteArray("\"4\""));
    QCOMPARE(m_daemon->run(u"settings set a.t 5"_s).exitCode, 0);
    QCOMPARE(m_daemon->last().body, QByteArray(R"({"values":{"a.t":"5"}})"));
    QCOMPARE(m_daemon->run(u"settings set a.b yes"_s).exitCode, 0);
    QCOMPARE(m_daemon->last().body, QByteArray(R"({"values":{"a.b":true}})"));
    QCOMPARE(m_daemon->run(u"settings set a.b false"_s).exitCode, 0);
    QCOMPARE(m_daemon->last().body, QByteArray(R"({"values":{"a.b":false}})"));
    QCOMPARE(m_daemon->run(u"settings unset a.t"_s).exitCode, 0);
    QCOMPARE(m_daemon->last().body, QByteArray(R"({"values":{"a.t":null}})"));
    QCOMPARE(m_daemon->run(u"settings set a.s secret"_s).exitCode, 2); // others see command lines
    m_daemon->console->input = {u"secret"_s};
    QCOMPARE(m_daemon->run(u"settings set a.s --stdin"_s).exitCode, 0);
    QCOMPARE(m_daemon->last().body, QByteArray(R"({"values":{"a.s":"secret"}})"));
    QCOMPARE(m_daemon->run(u"settings set a.n five"_s).exitCode, 1);
    QCOMPARE(m_daemon->run(u"settings set a.x 5"_s).exitCode, 1);
    QCOMPARE(m_daemon->run(u"settings set a.n"_s).exitCode, 2);
}

void TestMoectl::servers()
{
    m_daemon->answer("PUT /control/v1/servers/N04-RTX", R"({"name":"N04-RTX"})");
    m_daemon->console->input = {u"t"_s};
    QCOMPARE(m_daemon->run(u"server set N04-RTX --parallel 3 --enabled no --token-stdin"_s).exitCode, 0);
    QCOMPARE(m_daemon->last().body, QByteArray(R"({"token":"t","parallel":3,"enabled":false})"));
    m_daemon->answer("DELETE /control/v1/servers/N04-RTX", {}, 204);
    QCOMPARE(m_daemon->json(u"server remove N04-RTX"_s)[u"removed"].toString(), u"N04-RTX"_s);
    QCOMPARE(m_daemon->run(u"server set N04-RTX --enabled maybe"_s).exitCode, 2);
}

void TestMoectl::logLevels()
{
    const QByteArray levels = R"({"items":[{"category":"http","level":"info"},{"category":"api","level":"info"}]})";
    m_daemon->answer("GET /control/v1/log/levels", levels);
    m_daemon->answer("PATCH /control/v1/log/levels", levels);
    QCOMPARE(m_daemon->json(u"log level"_s)[u"items"].toArray().size(), 2);
    QCOMPARE(m_daemon->json(u"log level http"_s)[u"items"].toArray().size(), 1);
    QCOMPARE(m_daemon->last().method, QByteArray("GET"));
    QCOMPARE(m_daemon->json(u"log level http debug"_s)[u"items"].toArray().size(), 1);
    QCOMPARE(m_daemon->last().body, QByteArray(R"({"levels":"http=debug"})"));
    QCOMPARE(m_daemon->json(u"log level debug"_s)[u"items"].toArray().size(), 2);
    QCOMPARE(m_daemon->last().body, QByteArray(R"({"levels":"debug"})"));
}

void TestMoectl::status()
{
    m_daemon->answer("GET /control/v1/status",
                     R"({"version":"1","api":8002,"components":[{"name":"database","ok":false,"detail":"locked"}],)"
                     R"("servers":[{"name":"N04","reachable":true}]})");
    QCOMPARE(m_daemon->json(u"status"_s)[u"servers"][0][u"name"].toString(), u"N04"_s);
    const QString text = m_daemon->run(u"status"_s).output;
    QVERIFY(text.contains(u"8002") && text.contains(u"locked") && text.contains(u"N04"));
}

void TestMoectl::importOfUsers()
{
    m_daemon->answer("POST /control/v1/users/import", R"({"items":[{"user":"anna","start_password":"pw"}]})", 201);
    const QString path = m_daemon->folder() + "/users.csv"_L1;
    const auto write = [&path](const QByteArray &content) {
        QFile file(path);
        return file.open(QIODevice::WriteOnly) && file.write(content) == content.size();
    };
    QVERIFY(write("username\nanna\n"));
    QVERIFY(m_daemon->run({u"user"_s, u"import"_s, path}).output.contains(u"pw"));
    QCOMPARE(m_daemon->last().body, QByteArray("username\nanna\n"));
    QVERIFY(write("username\n\xe4\n"));
    QCOMPARE(m_daemon->run({u"user"_s, u"import"_s, path}).exitCode, 1);
    QCOMPARE(m_daemon->run(u"user import /nowhere/users.csv"_s).exitCode, 1);
}

void TestMoectl::groups()
{
    m_daemon->answer("GET /control/v1/groups", R"({"items":[{"id":2,"name":"teachers"}]})");
    m_daemon->answer("PUT /control/v1/groups/2/members/7", {}, 204);
    m_daemon->answer("DELETE /control/v1/groups/2/members/7", {}, 204);
    QCOMPARE(m_daemon->run(u"group member add teachers anna"_s).exitCode, 0);
    QCOMPARE(m_daemon->run(u"group member remove teachers anna"_s).exitCode, 0);
    QCOMPARE(m_daemon->last().path, QByteArray("/control/v1/groups/2/members/7"));
    for (const QString &empty : {u"group set teachers"_s, u"user set anna"_s, u"key set 3"_s})
        QCOMPARE(m_daemon->run(empty).exitCode, 2);
    m_daemon->answer("POST /control/v1/groups", R"({"id":3,"name":"g"})", 201);
    QCOMPARE(m_daemon->json(u"group add g --description d"_s)[u"id"].toInt(), 3);
}

QTEST_GUILESS_MAIN(TestMoectl)
#include "tst_moectl.moc"
