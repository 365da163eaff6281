// SPDX-License-Identifier: Apache-2.0
// The database is locked or its disk is full: clients notice nothing, and nothing is forgotten.
#include "tests/integration/daemonfixture.h"

#include <QDir>
#include <QElapsedTimer>
#include <QProcess>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTest>

#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace moe;
using namespace moe::test;

namespace {

constexpr int patience = 30'000; // ms

/// Keeps everybody else from writing to a database of SQLite.
class DatabaseLock
{
public:
    explicit DatabaseLock(const QString &path)
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, m_name);
        database.setDatabaseName(path);
        m_isTaken = database.open() && QSqlQuery(database).exec(u"BEGIN EXCLUSIVE"_s);
    }
    DatabaseLock(const DatabaseLock &) = delete;
    DatabaseLock &operator=(const DatabaseLock &) = delete;
    ~DatabaseLock()
    {
        QSqlDatabase::database(m_name, false).close();
        QSqlDatabase::removeDatabase(m_name);
    }
    [[nodiscard]] bool isTaken() const { return m_isTaken; }

private:
    const QString m_name = u"lock"_s;
    bool m_isTaken = false;
};

/// A file system of its own in memory, so small that it can be filled.
class SmallDisk
{
public:
    explicit SmallDisk(const QString &path) : m_path(path)
    {
        m_isMounted = ::geteuid() == 0 && QDir().mkpath(path)
            && QProcess::execute(u"mount"_s, {u"-t"_s, u"tmpfs"_s, u"-o"_s, u"size=24m"_s, u"moe-test"_s, path}) == 0;
    }
    SmallDisk(const SmallDisk &) = delete;
    SmallDisk &operator=(const SmallDisk &) = delete;
    ~SmallDisk()
    {
        if (m_isMounted)
            QProcess::execute(u"umount"_s, {u"-l"_s, m_path});
    }
    [[nodiscard]] bool isMounted() const { return m_isMounted; }
    void fill()
    {
        m_filler.setFileName(m_path + u"/filler"_s);
        if (!m_filler.open(QIODevice::WriteOnly | QIODevice::Unbuffered))
            return;
        const QByteArray piece(4096, 'x');
        while (m_filler.write(piece) == piece.size()) { }
    }
    void clear() { m_filler.remove(); }

private:
    const QString m_path;
    QFile m_filler;
    bool m_isMounted = false;
};

}

class OutageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void lockedDatabase_data();
    void lockedDatabase();
    void fullDisk();

private:
    [[nodiscard]] bool start();
    void askWhile(const std::function<bool()> &condition);
    [[nodiscard]] bool isReady() const { return m_daemon->get("/ready").status == 200; }
    [[nodiscard]] bool says(const char *text) const { return m_daemon->get("/ready").body.contains(text); }
    [[nodiscard]] qint64 used() const;

    std::unique_ptr<DaemonFixture> m_daemon;
    qint64 m_asked = 0;
};

void OutageTest::init()
{
    m_asked = 0;
    m_daemon = std::make_unique<DaemonFixture>();
    m_daemon->addNode(
        u"one"_s,
        R"({"models":[{"name":"m:1b"}],"rules":[{"answer":"done","usage":{"prompt_tokens":3,"completion_tokens":4}}]})");
}

bool OutageTest::start()
{
    return m_daemon->start()
        && m_daemon->moectl({u"budget"_s, u"set"_s, u"--user"_s, u"tester"_s, u"--total"_s, u"1000000"_s}).status == 0;
}

/// Goes on asking until the condition no longer holds; every answer must be good.
void OutageTest::askWhile(const std::function<bool()> &condition)
{
    QElapsedTimer timer;
    timer.start();
    do {
        const HttpResponse response = m_daemon->chat(chatBody("m:1b", "x", R"("max_tokens":10)"));
        QCOMPARE(response.status, 200);
        m_asked += 7;
        QCOMPARE(m_daemon->get("/v1/models").status, 200);
        QVERIFY(timer.elapsed() < 2 * patience);
    } while (condition());
}

qint64 OutageTest::used() const
{
    const CommandResult shown = m_daemon->moectl({u"--json"_s, u"budget"_s, u"show"_s, u"--user"_s, u"tester"_s});
    return jsonOf(shown.output)[u"total"][u"used"].toInteger(-1);
}

void OutageTest::lockedDatabase_data()
{
    QTest::addColumn<int>("seconds");
    QTest::newRow("until it is noticed") << 0;
    QTest::newRow("30 s") << 30;
}

void OutageTest::lockedDatabase()
{
    QFETCH(int, seconds);
    if (seconds > 0 && !qEnvironmentVariableIsSet("MOE_LONG_TESTS"))
        QSKIP("takes long; set MOE_LONG_TESTS");
    QVERIFY(start());
    askWhile([] { return false; });
    {
        const DatabaseLock lock(m_daemon->dataDirectory() + u"/moe.db"_s);
        QVERIFY(lock.isTaken());
        QElapsedTimer timer;
        timer.start();
        askWhile([&] { return !says("usage cannot be written") || timer.elapsed() < seconds * 1'000; });
        askWhile([this] { return !says("the database cannot be used"); });
        QVERIFY(!isReady());
        QCOMPARE(used(), m_asked);
    }
    askWhile([this] { return !isReady(); });
    QCOMPARE(m_daemon->stop(), QByteArray());
    QVERIFY(start());
    QCOMPARE(used(), m_asked);
    QCOMPARE(m_daemon->stop(), QByteArray());
}

void OutageTest::fullDisk()
{
    SmallDisk disk(m_daemon->dataDirectory());
    if (!disk.isMounted())
        QSKIP("only root may mount a small disk");
    QVERIFY(start());
    askWhile([] { return false; });
    disk.fill();
    askWhile([this] { return !says("usage cannot be written"); });
    QVERIFY(!isReady());
    QCOMPARE(used(), m_asked);
    disk.clear();
    askWhile([this] { return !isReady(); });
    QCOMPARE(m_daemon->stop(), QByteArray());
    QVERIFY(start());
    QCOMPARE(used(), m_asked);
    QCOMPARE(m_daemon->stop(), QByteArray());
}

QTEST_GUILESS_MAIN(OutageTest)
#include "tst_outage.moc"
