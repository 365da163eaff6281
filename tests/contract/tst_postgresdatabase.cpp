// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/postgres/postgresdatabase.h"
#include "daemon/storage/relational/sqluserstore.h"
#include "daemon/storage/sql.h"
#include "tests/contract/backends.h"
#include "tests/contract/postgresserver.h"

#include <QUrl>

using namespace moe;
using namespace moe::test;
using namespace std::chrono_literals;

/// What only a database in another process can do to us.
class TestPostgresDatabase : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<PostgresServer> m_server;
    SystemClock m_clock;

    Result<std::unique_ptr<storage::DbExecutor>> open(const QString &url)
    {
        return storage::openPostgres({url, {}}, m_clock);
    }

private Q_SLOTS:
    void initTestCase()
    {
        auto started = PostgresServer::start();
        if (!started)
            QSKIP(qPrintable(started.error().message));
        m_server = std::move(*started);
    }

    void wrongAddressesAreRefused_data()
    {
        QTest::addColumn<QString>("url");
        for (const char *url : {"", "moe", "mysql://u:p@127.0.0.1/d", "postgresql:///d", "postgresql://127.0.0.1",
                                "postgresql://127.0.0.1/", "postgresql://127.0.0.1/d?host=elsewhere",
                                "postgresql://127.0.0.1/d?sslmode=a;host=b"})
            QTest::newRow(url) << QString::fromLatin1(url);
    }
    void wrongAddressesAreRefused()
    {
        QFETCH(const QString, url);
        const auto refused = open(url);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::InvalidRequest);
    }

    void strangersAreNotLetIn()
    {
        QUrl url(m_server->newDatabase());
        url.setPassword(QStringLiteral("wr'ong\\ secret"));
        const auto refused = open(url.toString(QUrl::FullyEncoded));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Unavailable);
        QVERIFY(!refused.error().message.contains(u"wr'ong"));
        url.setPassword(QStringLiteral("secret"));
        url.setPort(1);
        QCOMPARE(open(url.toString()).error().code, ErrorCode::Unavailable);
    }

    void twoDaemonsShareADatabase()
    {
        const QString url = m_server->newDatabase();
        const auto first = open(url + QStringLiteral("?sslmode=disable")).value();
        const auto second = open(url).value();
        storage::SqlUserStore one(*first);
        storage::SqlUserStore other(*second);
        const User anna = wait(one.addUser({QStringLiteral("anna"), someTime}, {})).value();
        QCOMPARE(wait(other.findUser(QStringLiteral("anna"), {})).value(), anna);
        QCOMPARE(wait(other.addUser({QStringLiteral("Anna"), someTime}, {})).error().code, ErrorCode::Conflict);
    }

    void aLostServerIsFoundAgain()
    {
        const auto executor = open(m_server->newDatabase()).value();
        storage::SqlUserStore store(*executor);
        const User anna = wait(store.addUser({QStringLiteral("anna"), someTime}, {})).value();
        m_server->kill();
        // Processes of the old one may take a moment to see that it is gone.
        QVERIFY(QTest::qWaitFor([&] { return !wait(store.user(anna.id, {})); }, 30'000));
        for (int i = 0; i < 3; ++i) {
            const auto lost = wait(store.user(anna.id, {}));
            QVERIFY(!lost && lost.error().code == ErrorCode::Unavailable);
        }
        Result<void> relaunched;
        const auto isRelaunched = [&] {
            relaunched = m_server->launch();
            return relaunched.has_value();
        };
        QVERIFY2(QTest::qWaitFor(isRelaunched, 30'000), relaunched ? "" : qPrintable(relaunched.error().message));
        QCOMPARE(wait(store.user(anna.id, {})).value(), anna);
        QVERIFY(wait(store.addUser({QStringLiteral("berta"), someTime}, {})));
    }

    void aConnectionLostBetweenJobsIsMadeAnew()
    {
        const QString url = m_server->newDatabase();
        const auto executor = open(url).value();
        const auto administration = open(url).value();
        storage::SqlUserStore store(*executor);
        const User anna = wait(store.addUser({QStringLiteral("anna"), someTime}, {})).value();
        const auto cut = wait(administration->run<void>(
            [](QSqlDatabase &db) -> Result<void> {
                TRY_VOID(storage::execute(db,
                                          QStringLiteral("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                                                         "WHERE datname = current_database() "
                                                         "AND pid <> pg_backend_pid()")));
                return {};
            },
            {}));
        QVERIFY(cut);
        QTRY_COMPARE(wait(store.user(anna.id, {})).value_or(User()), anna);
    }
};

QTEST_GUILESS_MAIN(TestPostgresDatabase)
#include "tst_postgresdatabase.moc"
