// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/relational/rows.h"
#include "daemon/storage/sqlite/sqlitedatabase.h"
#include "tests/support/fakeclock.h"
#include "tests/support/testdirectory.h"

#include <QFile>
#include <QTest>

#include <semaphore>

using namespace moe;
using namespace moe::storage;
using namespace moe::test;
using namespace std::chrono_literals;

namespace {

template <typename T>
Result<T> wait(Task<T> task)
{
    return QCoro::waitFor(std::move(task));
}

QString countUsers() { return QStringLiteral("SELECT count(*) FROM users"); }

Result<void> addUser(QSqlDatabase &db)
{
    TRY_VOID(execute(db, QStringLiteral("INSERT INTO users (name, is_active, created_at) VALUES ('anna', 1, 0)")));
    return {};
}

}

class TestSqliteCopy : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<TestDirectory> m_folder;
    const FakeClock m_clock;

    SqliteOptions options(const QString &name = QStringLiteral("moe.db")) const
    {
        SqliteOptions made;
        made.path = m_folder->file(name);
        return made;
    }
    Result<qint64> users(DbExecutor &database)
    {
        return wait(database.run<qint64>([](QSqlDatabase &db) { return selectNumber(db, countUsers()); }, {}));
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<TestDirectory>(); }

    /// The copy does not wait for the database's own thread, nor the other way round.
    void theDatabaseIsInUseMeanwhile()
    {
        const auto database = openSqlite(options(), m_clock).value();
        QVERIFY(wait(database->run<void>(&addUser, {})));
        std::binary_semaphore isCopied(0);
        auto busy = database->run<void>(
            [&isCopied](QSqlDatabase &) -> Result<void> {
                if (!isCopied.try_acquire_for(10s))
                    return failure(Error::timeout(QStringLiteral("The copy waits for this.")));
                return {};
            },
            {});
        const SqliteOptions copy = options(QStringLiteral("copy.db"));
        const auto copied = wait(copySqlite(options(), copy.path, {}));
        isCopied.release();
        QVERIFY(wait(std::move(busy)));
        QVERIFY(copied);
        QCOMPARE(QFile(copy.path).permissions() & ~(QFile::ReadUser | QFile::WriteUser),
                 QFile::ReadOwner | QFile::WriteOwner);
        const auto restored = openSqlite(copy, m_clock).value();
        QCOMPARE(users(*restored).value(), 1);
    }

    void aCopyThatFailsLeavesNoFile()
    {
        const auto database = openSqlite(options(), m_clock).value();
        std::stop_source stop;
        stop.request_stop();
        const QString file = m_folder->file(QStringLiteral("copy.db"));
        const auto stopped = wait(copySqlite(options(), file, RequestContext().withStop(stop.get_token())));
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
        QVERIFY(!QFile::exists(file));
        const auto misplaced = wait(copySqlite(options(), m_folder->file(QStringLiteral("missing/copy.db")), {}));
        QCOMPARE(misplaced.error().code, ErrorCode::Unavailable);
        QVERIFY(users(*database));
    }
};

QTEST_GUILESS_MAIN(TestSqliteCopy)
#include "tst_sqlitecopy.moc"
