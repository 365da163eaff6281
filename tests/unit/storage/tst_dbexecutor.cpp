// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/dbexecutor.h"
#include "daemon/storage/sql.h"
#include "daemon/storage/sqlite/sqlitedatabase.h"
#include "shared/async/taskscope.h"
#include "shared/async/wait.h"

#include <QTemporaryDir>
#include <QTest>

#include <latch>
#include <thread>

using namespace moe;
using namespace moe::storage;
using namespace std::chrono_literals;

namespace {

template <typename T>
Result<T> wait(Task<T> task)
{
    return QCoro::waitFor(std::move(task));
}

Result<qint64> countUsers(QSqlDatabase &db)
{
    TRY(QSqlQuery query, execute(db, QStringLiteral("SELECT count(*) FROM users")));
    TRY_VOID(nextRow(query));
    return query.value(0).toLongLong();
}

Result<void> insertUser(QSqlDatabase &db, const QString &name)
{
    TRY_VOID(execute(db, QStringLiteral("INSERT INTO users (name, created_at) VALUES (?, 0)"), {name}));
    return {};
}

/// Holds SQLite's write lock for as long as it lives.
class WriteLock
{
public:
    explicit WriteLock(const QString &path) : m_db(QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), name()))
    {
        m_db.setDatabaseName(path);
        m_isHeld = m_db.open() && QSqlQuery(m_db).exec(QStringLiteral("BEGIN EXCLUSIVE"));
    }
    ~WriteLock()
    {
        m_db.close();
        m_db = {};
        QSqlDatabase::removeDatabase(name());
    }
    [[nodiscard]] bool isHeld() const { return m_isHeld; }

private:
    static QString name() { return QStringLiteral("locker"); }
    QSqlDatabase m_db;
    bool m_isHeld = false;
};

QCoro::Task<> record(Task<qint64> task, std::shared_ptr<std::vector<Result<qint64>>> results)
{
    results->push_back(co_await task);
}

}

class TestDbExecutor : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<DbExecutor> open(DbExecutorOptions options = {})
    {
        m_folder = std::make_unique<QTemporaryDir>();
        auto executor = openSqlite({path(), 20ms, options}, m_clock);
        return executor ? std::move(*executor) : nullptr;
    }
    QString path() const { return m_folder->filePath(QStringLiteral("moe.db")); }

    SystemClock m_clock;
    std::unique_ptr<QTemporaryDir> m_folder;

private Q_SLOTS:
    void runsElsewhereAndResumesHere()
    {
        const auto executor = open();
        QVERIFY(executor);
        const auto here = std::this_thread::get_id();
        auto there = here;
        const auto count = wait(executor->run<qint64>(
            [&there](QSqlDatabase &db) {
                there = std::this_thread::get_id();
                return countUsers(db);
            },
            {}));
        QCOMPARE(count.value(), 0);
        QVERIFY(there != here);
        QCOMPARE(std::this_thread::get_id(), here);
    }

    void connectionIsSetUp()
    {
        const auto executor = open();
        const auto pragma = [&executor](const QString &name) {
            return wait(executor->run<QString>(
                            [name](QSqlDatabase &db) -> Result<QString> {
                                TRY(QSqlQuery query, execute(db, QStringLiteral("PRAGMA ") + name));
                                TRY_VOID(nextRow(query));
                                return query.value(0).toString();
                            },
                            {}))
                .value();
        };
        QCOMPARE(pragma(QStringLiteral("journal_mode")), QStringLiteral("wal"));
        QCOMPARE(pragma(QStringLiteral("synchronous")), QStringLiteral("2"));
        QCOMPARE(pragma(QStringLiteral("foreign_keys")), QStringLiteral("1"));
        QCOMPARE(pragma(QStringLiteral("busy_timeout")), QStringLiteral("20"));
        const auto ownerOnly
            = QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ReadUser | QFileDevice::WriteUser;
        QVERIFY(wait(executor->run<void>([](QSqlDatabase &db) { return insertUser(db, QStringLiteral("a")); }, {})));
        QCOMPARE(QFile::permissions(path()), ownerOnly);
        QCOMPARE(QFile::permissions(path() + QStringLiteral("-wal")), ownerOnly);
    }

    void unusablePathIsAnError()
    {
        const auto executor = openSqlite({QStringLiteral("/nonexistent/moe.db"), 20ms, {}}, m_clock);
        QVERIFY(!executor);
        QCOMPARE(executor.error().code, ErrorCode::Unavailable);
        QVERIFY(executor.error().message.contains(u"/nonexistent/moe.db"));
    }

    void fileThatIsNoDatabaseIsAnError()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QFile file(path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(8192, 'x'));
        file.close();
        QVERIFY(!openSqlite({path(), 20ms, {}}, m_clock));
        QVERIFY(QSqlDatabase::connectionNames().isEmpty());
    }

    void lockedIsUnavailableUntilItHeals()
    {
        const auto executor = open();
        const auto insert = [&executor] {
            return wait(executor->run<void>([](QSqlDatabase &db) { return insertUser(db, QStringLiteral("a")); }, {}));
        };
        {
            const WriteLock lock(path());
            QVERIFY(lock.isHeld());
            const auto refused = insert();
            QCOMPARE(refused.error().code, ErrorCode::Unavailable);
            QCOMPARE(refused.error().retryAfter, 1s);
            QVERIFY(refused.error().cause);
            const auto transaction = wait(executor->run<void>(
                [](QSqlDatabase &db) -> Result<void> {
                    TRY_VOID(Transaction::begin(db));
                    return {};
                },
                {}));
            QCOMPARE(transaction.error().code, ErrorCode::Unavailable);
            QCOMPARE(wait(executor->run<qint64>(&countUsers, {})).value(), 0); // reading goes on
        }
        QVERIFY(insert());
        QCOMPARE(wait(executor->run<qint64>(&countUsers, {})).value(), 1);
    }

    void fullIsUnavailableAndChangesNothing()
    {
        const auto executor = open();
        const auto insertMuch = [&executor](int pages) {
            return wait(executor->run<void>(
                [pages](QSqlDatabase &db) -> Result<void> {
                    TRY_VOID(execute(db, QStringLiteral("PRAGMA max_page_count = %1").arg(pages)));
                    TRY(Transaction transaction, Transaction::begin(db));
                    for (int i = 0; i < 200; ++i)
                        TRY_VOID(insertUser(db, QString::number(i) + QString(2000, u'x')));
                    return transaction.commit();
                },
                {}));
        };
        QCOMPARE(insertMuch(30).error().code, ErrorCode::Unavailable);
        QCOMPARE(wait(executor->run<qint64>(&countUsers, {})).value(), 0);
        QVERIFY(insertMuch(1'000'000));
        QCOMPARE(wait(executor->run<qint64>(&countUsers, {})).value(), 200);
    }

    void duplicateIsConflictAndNonsenseInternal()
    {
        const auto executor = open();
        const auto insert = [&executor] {
            return wait(executor->run<void>([](QSqlDatabase &db) { return insertUser(db, QStringLiteral("a")); }, {}));
        };
        QVERIFY(insert());
        QCOMPARE(insert().error().code, ErrorCode::Conflict);
        const auto nonsense = wait(executor->run<void>(
            [](QSqlDatabase &db) -> Result<void> {
                TRY_VOID(execute(db, QStringLiteral("SELEKT 1")));
                return {};
            },
            {}));
        QCOMPARE(nonsense.error().code, ErrorCode::Internal);
    }

    void exceptionsAreInternalAndRollBack()
    {
        const auto executor = open();
        const auto thrown = wait(executor->run<void>(
            [](QSqlDatabase &db) -> Result<void> {
                TRY(const Transaction transaction, Transaction::begin(db));
                TRY_VOID(insertUser(db, QStringLiteral("a")));
                throw std::runtime_error("on purpose");
            },
            {}));
        QCOMPARE(thrown.error().code, ErrorCode::Internal);
        QCOMPARE(wait(executor->run<qint64>(&countUsers, {})).value(), 0);
    }

    void waitingJobsHonourStopAndDeadline()
    {
        const auto executor = open();
        std::latch isRunning(1);
        std::latch mayEnd(1);
        auto blocker = executor->run<qint64>(
            [&](QSqlDatabase &) -> Result<qint64> {
                isRunning.count_down();
                mayEnd.wait();
                return 1;
            },
            {});
        isRunning.wait();

        std::atomic<int> ran = 0;
        const auto job = [&ran](QSqlDatabase &) -> Result<qint64> { return ++ran; };
        std::stop_source stop;
        RequestContext stoppable;
        stoppable.stop = stop.get_token();
        RequestContext limited;
        limited.deadline = std::chrono::steady_clock::now() + 5ms;
        auto stopped = executor->run<qint64>(job, stoppable);
        auto late = executor->run<qint64>(job, limited);
        stop.request_stop();
        QCOMPARE(wait(std::move(stopped)).error().code, ErrorCode::Cancelled);
        QCOMPARE(wait(std::move(late)).error().code, ErrorCode::Timeout);
        mayEnd.count_down();
        QCOMPARE(wait(std::move(blocker)).value(), 1);
        QCOMPARE(wait(executor->run<qint64>(job, {})).value(), 1); // the abandoned ones never ran
        QCOMPARE(wait(executor->run<qint64>(job, stoppable)).error().code, ErrorCode::Cancelled);
        QCOMPARE(ran.load(), 1);
    }

    void aRunningJobIsFinishedWhateverTheContextSays()
    {
        const auto executor = open();
        std::stop_source stop;
        RequestContext context;
        context.stop = stop.get_token();
        std::latch isRunning(1);
        std::latch mayEnd(1);
        auto insertion = executor->run<void>(
            [&](QSqlDatabase &db) {
                isRunning.count_down();
                mayEnd.wait();
                return insertUser(db, QStringLiteral("a"));
            },
            context);
        isRunning.wait();
        stop.request_stop();
        QCoreApplication::processEvents();
        QVERIFY(!insertion.isReady());
        mayEnd.count_down();
        QVERIFY(wait(std::move(insertion)));
        QCOMPARE(wait(executor->run<qint64>(&countUsers, {})).value(), 1);
    }

    void theQueueIsBounded()
    {
        const auto executor = open({.threads = 1, .queueLimit = 2});
        std::latch isRunning(1);
        std::latch mayEnd(1);
        auto blocker = executor->run<qint64>(
            [&](QSqlDatabase &) -> Result<qint64> {
                isRunning.count_down();
                mayEnd.wait();
                return 0;
            },
            {});
        isRunning.wait();
        auto first = executor->run<qint64>(&countUsers, {});
        auto second = executor->run<qint64>(&countUsers, {});
        QCOMPARE(wait(executor->run<qint64>(&countUsers, {})).error().code, ErrorCode::Unavailable);
        mayEnd.count_down();
        QVERIFY(wait(std::move(first)));
        QVERIFY(wait(std::move(second)));
        QVERIFY(wait(std::move(blocker)));
    }

    void shutdownDrains()
    {
        const auto executor = open({.threads = 2});
        const auto results = std::make_shared<std::vector<Result<qint64>>>();
        TaskScope scope;
        for (int i = 0; i < 50; ++i) {
            scope.spawn(record(executor->run<qint64>(
                                   [i](QSqlDatabase &db) -> Result<qint64> {
                                       TRY(const qint64 users, countUsers(db));
                                       return users + i;
                                   },
                                   {}),
                               results));
        }
        executor->shutdown();
        QCOMPARE(results->size(), 0U); // delivered by the loop only
        QCoro::waitFor(scope.join());
        QCOMPARE(results->size(), 50U);
        QVERIFY(std::all_of(results->begin(), results->end(), [](const auto &result) { return result.has_value(); }));
        QCOMPARE(wait(executor->run<qint64>(&countUsers, {})).error().code, ErrorCode::Unavailable);
    }
};

QTEST_GUILESS_MAIN(TestDbExecutor)
#include "tst_dbexecutor.moc"
