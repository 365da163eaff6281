// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/databasewatch.h"
#include "daemon/storage/sql.h"
#include "daemon/storage/sqlite/sqlitedatabase.h"
#include "shared/async/taskscope.h"

#include <QTemporaryDir>
#include <QTest>

#include <latch>

using namespace moe;
using namespace moe::storage;
using namespace std::chrono_literals;

class DatabaseWatchTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void noticesTroubleAndItsEnd();
    void aLookThatHangsIsTrouble();
    void aTakenTableIsTrouble();

private:
    [[nodiscard]] Result<void> execute(const QString &sql)
    {
        return QCoro::waitFor(m_executor->run<void>(
            [sql](QSqlDatabase &db) -> Result<void> {
                TRY_VOID(storage::execute(db, sql));
                return {};
            },
            {}));
    }

    SystemClock m_clock;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<DbExecutor> m_executor;
    std::unique_ptr<DatabaseWatch> m_watch;
    std::unique_ptr<TaskScope> m_scope;
};

void DatabaseWatchTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    auto executor = openSqlite({m_folder->filePath(QStringLiteral("moe.db")), 5ms, {}}, m_clock);
    QVERIFY(executor);
    m_executor = *std::move(executor);
    m_watch = std::make_unique<DatabaseWatch>(*m_executor, m_clock, WatchSettings{10ms, 50ms});
    m_scope = std::make_unique<TaskScope>();
    RequestContext context;
    context.stop = m_scope->token();
    m_scope->spawn(m_watch->run(context));
}

void DatabaseWatchTest::cleanup()
{
    m_scope->requestStop();
    QCoro::waitFor(m_scope->join());
}

void DatabaseWatchTest::noticesTroubleAndItsEnd()
{
    QVERIFY(m_watch->isUsable());
    const QString name = QStringLiteral("locker");
    {
        QSqlDatabase locker = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), name);
        locker.setDatabaseName(m_folder->filePath(QStringLiteral("moe.db")));
        QVERIFY(locker.open());
        QVERIFY(QSqlQuery(locker).exec(QStringLiteral("BEGIN IMMEDIATE")));
        QTRY_VERIFY(!m_watch->isUsable());
        QVERIFY(QSqlQuery(locker).exec(QStringLiteral("ROLLBACK")));
        QTRY_VERIFY(m_watch->isUsable());
    }
    QSqlDatabase::removeDatabase(name);
    QVERIFY(execute(QStringLiteral("INSERT INTO users (name, created_at) VALUES ('a', 0)"))); // no lock is left
}

void DatabaseWatchTest::aLookThatHangsIsTrouble()
{
    std::latch release(1);
    auto hanging = m_executor->run<void>(
        [&release](QSqlDatabase &) -> Result<void> {
            release.wait();
            return {};
        },
        {});
    QTRY_VERIFY(!m_watch->isUsable());
    release.count_down();
    QVERIFY(QCoro::waitFor(std::move(hanging)));
    QTRY_VERIFY(m_watch->isUsable());
}

void DatabaseWatchTest::aTakenTableIsTrouble()
{
    QVERIFY(execute(QStringLiteral("DROP TABLE schema_migrations")));
    QTRY_VERIFY(!m_watch->isUsable());
}

QTEST_GUILESS_MAIN(DatabaseWatchTest)
#include "tst_databasewatch.moc"
