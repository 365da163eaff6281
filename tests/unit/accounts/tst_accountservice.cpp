// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/accountrules.h"
#include "daemon/accounts/accountservice.h"
#include "daemon/accounts/liveaccounts.h"
#include "daemon/storage/relational/sqlaccountstores.h"
#include "daemon/storage/sql.h"
#include "daemon/storage/sqlite/sqlitedatabase.h"

#include <QTemporaryDir>
#include <QTest>

using namespace moe;
using namespace moe::accounts;
using namespace std::chrono_literals;

namespace {

template <typename T>
Result<T> wait(Task<T> task)
{
    return QCoro::waitFor(std::move(task));
}

class FakeClock final : public Clock
{
public:
    System now{1'700'000'000s};
    [[nodiscard]] Steady steady() const override { return std::chrono::steady_clock::now(); }
    [[nodiscard]] System system() const override { return now; }
};

/// What a daemon has of accounts.
struct Daemon {
    explicit Daemon(const QString &path, const FakeClock &clock)
        : executor(storage::openSqlite({path, 20ms, {}}, clock).value())
        , stores(*executor)
        , service({stores.users, stores.keys, directory, accounts, clock})
        , live({stores.snapshots, directory, accounts, sessions})
    { }
    std::unique_ptr<storage::DbExecutor> executor;
    storage::SqlAccountStores stores;
    KeyDirectory directory;
    AccountDirectory accounts;
    SessionDirectory sessions;
    AccountService service;
    LiveAccounts live;
};

}

class TestAccountService : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    FakeClock m_clock;
    std::unique_ptr<Daemon> m_daemon;

    QString path() const { return m_folder->filePath(QStringLiteral("moe.db")); }
    AccountService &service() { return m_daemon->service; }
    void restart()
    {
        m_daemon.reset();
        m_daemon = std::make_unique<Daemon>(path(), m_clock);
        QVERIFY(wait(m_daemon->live.load({})));
    }
    Result<IssuedKey> createKey(const QString &label = QStringLiteral("test"),
                                std::optional<Clock::System> expires = {})
    {
        return wait(service().createKey({QStringLiteral("anna"), label, expires}, {}));
    }
    bool isAccepted(const QByteArray &key) { return m_daemon->directory.verify(key, m_clock.now).has_value(); }
    QList<ApiKey> keys() { return wait(service().listKeys({}, {}, {})).value(); }
    Result<void> sql(const QString &statement)
    {
        return wait(m_daemon->executor->run<void>(
            [statement](QSqlDatabase &db) -> Result<void> {
                TRY_VOID(storage::execute(db, statement));
                return {};
            },
            {}));
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_clock.now = Clock::System(1'700'000'000s);
        restart();
    }
    void cleanup() { m_daemon.reset(); }

    void userNames_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("isGood");
        QTest::newRow("plain") << QStringLiteral("anna") << true;
        QTest::newRow("mail") << QStringLiteral("anna.b+c@school-7.example") << true;
        QTest::newRow("digit") << QStringLiteral("7a") << true;
        QTest::newRow("64") << QString(64, u'a') << true;
        QTest::newRow("65") << QString(65, u'a') << false;
        QTest::newRow("megabyte") << QString(1'000'000, u'a') << false;
        QTest::newRow("empty") << QString() << false;
        QTest::newRow("dash first") << QStringLiteral("-a") << false;
        QTest::newRow("dot first") << QStringLiteral(".a") << false;
        QTest::newRow("space") << QStringLiteral("a b") << false;
        QTest::newRow("slash") << QStringLiteral("a/b") << false;
        QTest::newRow("zero") << QStringLiteral("a") + QChar(0) << false;
        QTest::newRow("not ascii") << QStringLiteral("änna") << false;
        QTest::newRow("look-alike") << QStringLiteral("\u0430nna") << false;
        QTest::newRow("other digits") << QStringLiteral("a\u0663") << false;
    }
    void userNames()
    {
        QFETCH(const QString, name);
        QFETCH(const bool, isGood);
        const auto user = wait(service().addUser(name, {}));
        QCOMPARE(user.has_value(), isGood);
        if (!isGood)
            QCOMPARE(user.error().param, QStringLiteral("name"));
        QCOMPARE(wait(service().listUsers({}, {})).value().size(), isGood ? 1 : 0);
    }

    void labels_data()
    {
        QTest::addColumn<QString>("label");
        QTest::addColumn<bool>("isGood");
        const QString smile = QStringLiteral("🙂");
        QTest::newRow("plain") << QStringLiteral("my laptop – Büro") << true;
        QTest::newRow("family") << QStringLiteral("👩‍👧") << true;
        QTest::newRow("200 characters") << smile.repeated(200) << true;
        QTest::newRow("201 characters") << smile.repeated(200) + u'x' << false;
        QTest::newRow("201 letters") << QString(201, u'x') << false;
        QTest::newRow("megabyte") << QString(1'000'000, u'x') << false;
        QTest::newRow("line") << QStringLiteral("a\nb") << false;
        QTest::newRow("escape") << QStringLiteral("a\x1b[31m") << false;
        QTest::newRow("c1") << QStringLiteral("a\u0085") << false;
        QTest::newRow("separator") << QStringLiteral("a\u2028b") << false;
        QTest::newRow("override") << QStringLiteral("a\u202eb") << false;
        QTest::newRow("half a pair") << QString(QChar(0xD800)) << false;
    }
    void labels()
    {
        QFETCH(const QString, label);
        QFETCH(const bool, isGood);
        QVERIFY(wait(service().addUser(QStringLiteral("anna"), {})));
        const auto issued = createKey(label);
        QCOMPARE(issued.has_value(), isGood);
        if (isGood)
            QCOMPARE(keys().front().label, label);
        else
            QCOMPARE(issued.error().param, QStringLiteral("label"));
    }

    void keyReferences_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("kind"); // 0 refused, 1 id, 2 prefix
        QTest::newRow("id") << QStringLiteral("17") << 1;
        QTest::newRow("prefix") << QStringLiteral("moe-sk-0a") << 2;
        QTest::newRow("whole prefix") << QStringLiteral("moe-sk-012345678") << 2;
        QTest::newRow("too long") << QStringLiteral("moe-sk-0123456789") << 0;
        QTest::newRow("whole key") << QString(QStringLiteral("moe-sk-") + QString(48, u'a')) << 0;
        QTest::newRow("nothing specific") << QStringLiteral("moe-sk-") << 0;
        QTest::newRow("empty") << QString() << 0;
        QTest::newRow("zero") << QStringLiteral("0") << 0;
        QTest::newRow("negative") << QStringLiteral("-1") << 0;
        QTest::newRow("plus") << QStringLiteral("+1") << 0;
        QTest::newRow("overflow") << QStringLiteral("99999999999999999999") << 0;
        QTest::newRow("upper") << QStringLiteral("moe-sk-0A") << 0;
        QTest::newRow("pattern") << QStringLiteral("moe-sk-%") << 0;
        QTest::newRow("megabyte") << QString(1'000'000, u'1') << 0;
    }
    void keyReferences()
    {
        QFETCH(const QString, text);
        QFETCH(const int, kind);
        const auto reference = parseKeyReference(text);
        QCOMPARE(reference ? 1 + int(reference->index()) : 0, kind);
    }

    void keysWorkAtOnceAndUntilRevoked()
    {
        QVERIFY(wait(service().addUser(QStringLiteral("anna"), {})));
        const auto issued = createKey().value();
        QVERIFY(isKeyText(issued.text));
        QCOMPARE(issued.key.prefix, issued.text.first(16));
        QVERIFY(isAccepted(issued.text));
        restart();
        QVERIFY(isAccepted(issued.text));
        QVERIFY(wait(service().revokeKey(QString::fromLatin1(issued.key.prefix), {})));
        QVERIFY(!isAccepted(issued.text));
        restart();
        QVERIFY(!isAccepted(issued.text));
    }

    void expiryIsHonoured()
    {
        QVERIFY(wait(service().addUser(QStringLiteral("anna"), {})));
        QCOMPARE(createKey(QStringLiteral("old"), m_clock.now).error().param, QStringLiteral("expires"));
        const auto issued = createKey(QStringLiteral("short"), m_clock.now + 10s).value();
        QVERIFY(isAccepted(issued.text));
        restart();
        QVERIFY(isAccepted(issued.text));
        m_clock.now += 10s;
        QVERIFY(!isAccepted(issued.text));
    }

    void keysOfBlockedUsersAreRefused()
    {
        QVERIFY(wait(service().addUser(QStringLiteral("anna"), {})));
        const auto before = createKey().value();
        QVERIFY(sql(QStringLiteral("UPDATE users SET is_active = 0")));
        const auto after = createKey().value();
        QVERIFY(!isAccepted(after.text));
        restart();
        QVERIFY(!isAccepted(before.text));
        QVERIFY(!isAccepted(after.text));
    }

    void unknownUsersAreNotFound()
    {
        QCOMPARE(createKey().error().code, ErrorCode::NotFound);
        QCOMPARE(wait(service().listKeys(QStringLiteral("anna"), {}, {})).error().code, ErrorCode::NotFound);
    }

    void nothingIsLostOrHalfDoneWhileTheDatabaseIsLocked()
    {
        QVERIFY(wait(service().addUser(QStringLiteral("anna"), {})));
        const auto issued = createKey().value();
        {
            QSqlDatabase other = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("locker"));
            other.setDatabaseName(path());
            QVERIFY(other.open() && QSqlQuery(other).exec(QStringLiteral("BEGIN EXCLUSIVE")));
            QCOMPARE(wait(service().addUser(QStringLiteral("berta"), {})).error().code, ErrorCode::Unavailable);
            QCOMPARE(createKey().error().code, ErrorCode::Unavailable);
            QCOMPARE(wait(service().revokeKey(QString::number(issued.key.id.value()), {})).error().code,
                     ErrorCode::Unavailable);
            QVERIFY(isAccepted(issued.text)); // requests of known keys are served all the while
            QCOMPARE(m_daemon->directory.size(), 1U);
        }
        QSqlDatabase::removeDatabase(QStringLiteral("locker"));
        QCOMPARE(keys().size(), 1);
        QVERIFY(wait(service().addUser(QStringLiteral("berta"), {})));
    }

    void largeDirectoriesLoadFast()
    {
        QVERIFY(sql(QStringLiteral(
            "INSERT INTO users (name, created_at) WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n "
            "WHERE i < 10000) SELECT 'user' || i, 0 FROM n")));
        QVERIFY(sql(QStringLiteral("INSERT INTO api_keys (user_id, hash, prefix, label, created_at) WITH RECURSIVE "
                                   "n(i) AS (VALUES (0) UNION ALL "
                                   "SELECT i + 1 FROM n WHERE i < 49999) SELECT i / 5 + 1, randomblob(32), "
                                   "'moe-sk-000000000', 'x', 0 FROM n")));
        QElapsedTimer timer;
        timer.start();
        QVERIFY(wait(m_daemon->live.load({})));
        qInfo("10,000 users and 50,000 keys from SQLite into the directory: %lld ms", timer.elapsed());
        QCOMPARE(m_daemon->directory.size(), 50'000U);
    }
};

QTEST_GUILESS_MAIN(TestAccountService)
#include "tst_accountservice.moc"
