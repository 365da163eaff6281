// SPDX-License-Identifier: Apache-2.0
// What moectl does with files, passwords and other machines.
#include "daemon/ctl/datalock.h"
#include "daemon/ctl/moectl/doctor.h"
#include "daemon/ctl/moectl/restore.h"
#include "tests/unit/client/tinyhttpserver.h"
#include "tests/unit/ctl/fakedaemon.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTest>

#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace moe;
using namespace moe::moectl;
using namespace std::chrono_literals;
using moe::test::FakeConsole;
using moe::test::FakeDaemon;
using moe::test::TinyHttpServer;

class TestMoectlMachine : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_config;

    QString sessionFile() const { return m_config.filePath(u"moe/session.json"_s); }
    /// Without a data directory.
    static Outcome runAway(const std::shared_ptr<FakeConsole> &console, const QStringList &arguments)
    {
        return QCoro::waitFor(moectl::run(arguments, console));
    }

private Q_SLOTS:
    void initTestCase();
    void init();
    void firstAdministrator();
    void signInIsKeptAndForgotten();
    void aSignInThatOthersMayReadIsNotUsed();
    void backupIsMovedAndPrivate();
    void restoreKeepsWhatWasThere();
    void restoreIntoAnEmptyMachine();
    void restoreRefusesWhatItDoesNotKnow_data();
    void restoreRefusesWhatItDoesNotKnow();
    void restoreWaitsForTheDaemonToStop();
    void whatRootMakesIsTheDaemons();
    void doctorLooksAtFiles();
    void doctorLooksAtSpaceAndTime();
    void doctorReportsAllOfIt();
    void toolsShowAllTheyGive();
};

namespace {

constexpr auto ownerOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner;
const QByteArray signedIn = R"({"token":"secret-token","session":{"id":1},"user":{"id":1,"name":"anna"}})";

bool write(const QString &path, const QByteArray &content)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size();
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("missing");
}

bool isPrivate(const QString &path)
{
    const auto users = QFileDevice::ReadUser | QFileDevice::WriteUser;
    return (QFile::permissions(path) & ~users) == ownerOnly;
}

/// What the schema of such databases begins with: name and checksum.
struct FirstStep {
    QString name = QStringLiteral(MOE_FIRST_MIGRATION);
    QString checksum = QStringLiteral(MOE_FIRST_CHECKSUM);
};

/// A database with one row and the mark of a schema version.
bool makeDatabase(const QString &path, int version, const QString &content, const FirstStep &first = {})
{
    bool isMade = false;
    {
        QSqlDatabase db = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"test"_s);
        db.setDatabaseName(path);
        isMade = db.open();
        QSqlQuery query(db);
        isMade
            = isMade && query.exec(u"CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, name, checksum)"_s);
        for (int step = 1; step <= version; ++step) {
            query.prepare(u"INSERT INTO schema_migrations VALUES (?, ?, ?)"_s);
            query.addBindValue(step);
            query.addBindValue(first.name);
            query.addBindValue(first.checksum);
            isMade = isMade && query.exec();
        }
        isMade = isMade && query.exec(u"CREATE TABLE content (text TEXT)"_s);
        query.prepare(u"INSERT INTO content VALUES (?)"_s);
        query.addBindValue(content);
        isMade = isMade && query.exec();
    }
    QSqlDatabase::removeDatabase(u"test"_s);
    return isMade;
}

QByteArray okAnswer(const QByteArray &body, const QByteArray &status = "200 OK")
{
    return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: "
        + QByteArray::number(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
}

}

void TestMoectlMachine::initTestCase() { qputenv("XDG_CONFIG_HOME", QFile::encodeName(m_config.path())); }

void TestMoectlMachine::init() { QFile::remove(sessionFile()); }

void TestMoectlMachine::firstAdministrator()
{
    FakeDaemon daemon;
    daemon.answer("POST /control/v1/setup", signedIn, 201);
    const QStringList line{u"init"_s, u"--user"_s, u"anna"_s};
    QCOMPARE(daemon.run(line).exitCode, 1); // no token yet
    QVERIFY(write(daemon.folder() + "/setup-token"_L1, "moe-setup-1234\nexpires 99\n"));
    daemon.console->typed = {u"sesame 12"_s, u"sesame 13"_s};
    QVERIFY(daemon.run(line).error.contains(u"not the same"));
    QVERIFY(daemon.requests().empty());
    daemon.console->typed = {u"sesame 12"_s, u"sesame 12"_s};
    const auto outcome = daemon.run(line);
    QCOMPARE(outcome.exitCode, 0);
    QVERIFY(!QString(outcome.output + outcome.error).contains(u"secret-token"));
    const QJsonObject sent = QJsonDocument::fromJson(daemon.last().body).object();
    QCOMPARE(sent[u"token"].toString(), u"moe-setup-1234"_s);
    QCOMPARE(sent[u"username"].toString(), u"anna"_s);
    QCOMPARE(sent[u"password"].toString(), u"sesame 12"_s);
    daemon.console->input = {u"sesame 14"_s};
    QCOMPARE(daemon.run(line + QStringList{u"--password-stdin"_s, u"--token"_s, u"t"_s}).exitCode, 0);
    QVERIFY(daemon.last().body.contains("sesame 14") && daemon.last().body.contains("\"token\":\"t\""));
}

void TestMoectlMachine::signInIsKeptAndForgotten()
{
    const TinyHttpServer server([](const QByteArray &request) {
        if (request.startsWith("POST /control/v1/sessions "))
            return okAnswer(signedIn, "201 Created");
        if (request.startsWith("DELETE /control/v1/sessions/current "))
            return okAnswer({}, "204 No Content");
        return okAnswer(R"({"items":[{"id":1,"name":"remote"}]})");
    });
    const auto console = std::make_shared<FakeConsole>();
    console->typed = {u"sesame 12"_s};
    const auto outcome = runAway(console, {u"login"_s, u"--user"_s, u"anna"_s, u"--server"_s, server.url().toString()});
    QVERIFY2(outcome.exitCode == 0, qPrintable(outcome.error));
    QVERIFY(!outcome.output.contains(u"secret-token"));
    QVERIFY(isPrivate(sessionFile()));
    QVERIFY(server.requests().at(0).contains("sesame 12"));

    QVERIFY(runAway(console, {u"user"_s, u"list"_s}).output.contains(u"remote"));
    QVERIFY(server.requests().back().contains("Bearer secret-token"));
    FakeDaemon daemon; // who names a data directory means that machine's daemon
    daemon.answer("GET /control/v1/users", R"({"items":[{"id":2,"name":"local"}]})");
    QVERIFY(daemon.run(u"user list"_s).output.contains(u"local"));

    QCOMPARE(runAway(console, {u"logout"_s}).exitCode, 0);
    QVERIFY(!QFile::exists(sessionFile()));
    QVERIFY(server.requests().back().startsWith("DELETE /control/v1/sessions/current "));
    QCOMPARE(runAway(console, {u"logout"_s}).exitCode, 1);
}

void TestMoectlMachine::aSignInThatOthersMayReadIsNotUsed()
{
    QVERIFY(QDir().mkpath(m_config.filePath(u"moe"_s)));
    QVERIFY(write(sessionFile(), "{}"));
    const auto console = std::make_shared<FakeConsole>();
    QVERIFY(QFile::setPermissions(sessionFile(), ownerOnly | QFileDevice::ReadOther));
    QVERIFY(runAway(console, {u"status"_s}).error.contains(u"can be read by others"));
    QVERIFY(QFile::setPermissions(sessionFile(), ownerOnly));
    QVERIFY(runAway(console, {u"status"_s}).error.contains(u"is damaged"));
    QCOMPARE(runAway(console, {u"logout"_s}).exitCode, 0); // takes it away all the same
    QVERIFY(!QFile::exists(sessionFile()));
}

void TestMoectlMachine::backupIsMovedAndPrivate()
{
    FakeDaemon daemon;
    const QString made = daemon.folder() + "/backup-1.db"_L1;
    const QString target = daemon.folder() + "/mine.db"_L1;
    QVERIFY(write(made, "content"));
    daemon.answer("POST /control/v1/backups", R"({"file":")" + made.toUtf8() + R"(","bytes":7})", 201);
    QCOMPARE(daemon.json("backup "_L1 + target)[u"file"].toString(), target);
    QCOMPARE(contentOf(target), QByteArray("content"));
    QVERIFY(isPrivate(target));
    QVERIFY(!QFile::exists(made));
    QCOMPARE(daemon.run("backup "_L1 + target).exitCode, 1); // never over another file
    QCOMPARE(contentOf(target), QByteArray("content"));
}

void TestMoectlMachine::restoreKeepsWhatWasThere()
{
    const QTemporaryDir folder;
    const QString data = folder.filePath(u"data"_s);
    const QString backup = folder.filePath(u"backup.db"_s);
    QVERIFY(QDir().mkpath(data + "/journal"_L1));
    QVERIFY(write(data + "/moe.db"_L1, "old") && write(data + "/moe.db-wal"_L1, "wal"));
    QVERIFY(write(data + "/journal/1"_L1, "old usage"));
    QVERIFY(makeDatabase(backup, 1, u"new"_s));

    const auto restored = restoreDatabase(backup, data);
    QVERIFY2(restored, restored ? "" : qPrintable(restored.error().message));
    QCOMPARE(contentOf(data + "/moe.db"_L1), contentOf(backup));
    QVERIFY(isPrivate(data + "/moe.db"_L1));
    QCOMPARE(contentOf(*restored->kept), QByteArray("old"));
    QCOMPARE(contentOf(*restored->kept + "-wal"_L1), QByteArray("wal"));
    QVERIFY(!QFile::exists(data + "/moe.db-wal"_L1) && !QFile::exists(data + "/journal"_L1));
    const QStringList journals = QDir(data).entryList({u"journal.before-restore-*"_s});
    QCOMPARE(journals.size(), 1);
    QCOMPARE(contentOf(data + u'/' + journals.front() + "/1"_L1), QByteArray("old usage"));
}

void TestMoectlMachine::restoreIntoAnEmptyMachine()
{
    const QTemporaryDir folder;
    const QString backup = folder.filePath(u"backup.db"_s);
    QVERIFY(makeDatabase(backup, 1, u"new"_s));
    const auto restored = restoreDatabase(backup, folder.filePath(u"fresh"_s));
    QVERIFY(restored);
    QVERIFY(!restored->kept);
}

void TestMoectlMachine::restoreRefusesWhatItDoesNotKnow_data()
{
    QTest::addColumn<QString>("file");
    QTest::newRow("missing") << u"missing.db"_s;
    QTest::newRow("no database") << u"text.db"_s;
    QTest::newRow("empty file") << u"empty.db"_s;
    QTest::newRow("of another program") << u"other.db"_s;
    QTest::newRow("newer") << u"newer.db"_s;
    QTest::newRow("with another first step") << u"law.db"_s;
    QTest::newRow("of another build") << u"changed.db"_s;
}

void TestMoectlMachine::restoreRefusesWhatItDoesNotKnow()
{
    QFETCH(const QString, file);
    const QTemporaryDir folder;
    const QString data = folder.filePath(u"data"_s);
    QVERIFY(QDir().mkpath(data) && write(data + "/moe.db"_L1, "old"));
    QVERIFY(write(folder.filePath(u"text.db"_s), QByteArray(5'000, 'x')));
    QVERIFY(write(folder.filePath(u"empty.db"_s), {}));
    QVERIFY(makeDatabase(folder.filePath(u"other.db"_s), 0, u"x"_s));
    QVERIFY(makeDatabase(folder.filePath(u"newer.db"_s), 99, u"x"_s));
    QVERIFY(makeDatabase(folder.filePath(u"law.db"_s), 1, u"x"_s, {u"0001_law"_s}));
    QVERIFY(makeDatabase(folder.filePath(u"changed.db"_s), 1, u"x"_s, {.checksum = u"00"_s}));
    QVERIFY(!restoreDatabase(folder.filePath(file), data));
    QCOMPARE(QDir(data).entryList(QDir::AllEntries | QDir::NoDotAndDotDot), QStringList(u"moe.db"_s));
    QCOMPARE(contentOf(data + "/moe.db"_L1), QByteArray("old"));
}

void TestMoectlMachine::restoreWaitsForTheDaemonToStop()
{
    const QTemporaryDir folder;
    const QString backup = folder.filePath(u"backup.db"_s);
    const QString data = folder.filePath(u"data"_s);
    QVERIFY(makeDatabase(backup, 1, u"new"_s));
    const auto lock = ctl::DataLock::take(data);
    QVERIFY(lock);
    const auto restored = restoreDatabase(backup, data);
    QCOMPARE(restored.error().code, ErrorCode::Conflict);
    QVERIFY(restored.error().message.contains(u"stop moed first"));
    QVERIFY(!QFile::exists(data + "/moe.db"_L1));
}

void TestMoectlMachine::whatRootMakesIsTheDaemons()
{
    if (geteuid() != 0)
        QSKIP("Only root can give files away.");
    constexpr uid_t daemonUser = 12'345;
    const QTemporaryDir folder;
    const QString backup = folder.filePath(u"backup.db"_s);
    const QString data = folder.filePath(u"data"_s);
    QVERIFY(makeDatabase(backup, 1, u"new"_s));
    QVERIFY(QDir().mkpath(data));
    QCOMPARE(chown(QFile::encodeName(data).constData(), daemonUser, daemonUser), 0);
    QVERIFY(restoreDatabase(backup, data));
    for (const QString &name : {u"moe.db"_s, u"moed.lock"_s}) {
        const QFileInfo file(QDir(data).filePath(name));
        QCOMPARE(file.ownerId(), uint(daemonUser));
        QCOMPARE(file.groupId(), uint(daemonUser));
    }
    QCOMPARE(examineFiles(data).back().level, Finding::Level::Warning); // others may look into the folder
    QVERIFY(write(data + "/moe.db-wal"_L1, "x"));
    const Finding foreign = examineFiles(data).back();
    QCOMPARE(foreign.level, Finding::Level::Error);
    QVERIFY(foreign.message.contains(u"moe.db-wal") && foreign.advice.contains(u"chown"));
}

void TestMoectlMachine::doctorLooksAtFiles()
{
    const QTemporaryDir folder;
    const QString key = folder.filePath(u"tls-key.pem"_s);
    QCOMPARE(examineFiles(folder.path()).size(), 1);
    QCOMPARE(examineFiles(folder.path())[0].level, Finding::Level::Ok);
    QVERIFY(write(key, "x") && QFile::setPermissions(key, ownerOnly | QFileDevice::ReadOther));
    QCOMPARE(examineFiles(folder.path())[0].level, Finding::Level::Error);
    QVERIFY(examineFiles(folder.path())[0].advice.contains(key));
    QCOMPARE(examineFiles(folder.filePath(u"none"_s))[0].level, Finding::Level::Error);
}

void TestMoectlMachine::doctorLooksAtSpaceAndTime()
{
    const qint64 mebibyte = 1024 * 1024;
    QCOMPARE(examineSpace(99 * mebibyte).level, Finding::Level::Error);
    QCOMPARE(examineSpace(100 * mebibyte).level, Finding::Level::Warning);
    QCOMPARE(examineSpace(1024 * mebibyte).level, Finding::Level::Ok);
    const Clock::System now(std::chrono::sys_days(std::chrono::year(2026) / 11 / 21));
    QCOMPARE(examineClock(now, 0s).level, Finding::Level::Ok);
    QCOMPARE(examineClock(now, -60s).level, Finding::Level::Warning);
    QCOMPARE(examineClock(now, 3'600s).level, Finding::Level::Error);
    QCOMPARE(examineClock(Clock::System(), 0s).level, Finding::Level::Error);
}

void TestMoectlMachine::doctorReportsAllOfIt()
{
    const TinyHttpServer ports([](const QByteArray &) { return okAnswer(R"({"status":"ok"})"); });
    const QByteArray port = QByteArray::number(ports.url().port());
    FakeDaemon daemon;
    const auto status = [&](const QByteArray &reachable) -> QByteArray {
        return R"({"version":"1","api":)" + port + R"(,"mcp":)" + port + R"(,"control":)" + port
            + R"(,"components":[{"name":"database","ok":true}],"servers":[{"name":"N04","reachable":)" + reachable
            + "}]}";
    };
    daemon.answer("GET /control/v1/status", status("true"));
    const auto well = daemon.run(u"doctor"_s);
    QVERIFY2(well.exitCode == 0, qPrintable(well.output));
    QCOMPARE(well.output.count(u"without TLS"), 3);
    daemon.answer("GET /control/v1/status", status("false"));
    const auto ill = daemon.run(u"--json doctor"_s);
    QCOMPARE(ill.exitCode, 1);
    QVERIFY(ill.output.contains(u"server N04") && ill.output.contains(u"\"level\":\"error\""));
    const QTemporaryDir empty;
    const auto none = QCoro::waitFor(moectl::run({u"--data-dir"_s, empty.path(), u"doctor"_s}, daemon.console));
    QCOMPARE(none.exitCode, 1);
    QVERIFY(none.output.contains(u"Start moed"));
}

/// A line that cannot hold the result is followed by the result itself.
void TestMoectlMachine::toolsShowAllTheyGive()
{
    QByteArray body;
    const TinyHttpServer server([&body](const QByteArray &) { return okAnswer(body); });
    const auto shown = [&server] {
        return runAway(
                   std::make_shared<FakeConsole>(),
                   {u"tool"_s, u"call"_s, u"any"_s, u"{}"_s, u"--key"_s, u"k"_s, u"--url"_s, server.url().toString()})
            .output;
    };
    body = R"({"tool":"any","result":"two values","structured_result":{"matches":[1,2.50],"count":2}})";
    QCOMPARE(shown(), u"two values\n{\"matches\":[1,2.50],\"count\":2}\n"_s);
    body = R"({"tool":"any","result":"5","structured_result":{"value":"5","rounded":false}})";
    QCOMPARE(shown(), u"5\n"_s);
    body = R"({"tool":"any","result":"5","structured_result":null})";
    QCOMPARE(shown(), u"5\n"_s);
}

QTEST_GUILESS_MAIN(TestMoectlMachine)
#include "tst_moectlmachine.moc"
