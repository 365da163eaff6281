// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/dbexecutor.h"
#include "daemon/telemetry/log.h"
#include "shared/async/completion.h"
#include "shared/async/wait.h"

#include <atomic>
#include <future>

namespace moe::storage {

namespace {

QString lateMessage() { return QStringLiteral("The deadline passed while the database was busy with other work."); }

Error refused(QString message)
{
    Error error = Error::of(ErrorCode::Unavailable, std::move(message), QStringLiteral("database_unavailable"));
    error.retryAfter = std::chrono::seconds(1);
    return error;
}

}

/// One call on its way: taken either by a thread (begin) or by its caller giving up (abandon), never by both.
class DbExecutor::Job
{
public:
    using Done = Completion<Result<void>>;

    Job(Body body, RequestContext context, Done done)
        : m_body(std::move(body))
        , m_context(std::move(context))
        , m_done(std::move(done))
        , m_caller(Mailbox::current())
    { }

    /// On the caller's thread.
    void abandon(const Error &error)
    {
        if (take())
            m_done.complete(failure(error));
    }

    /// On a thread of the executor.
    void perform(QSqlDatabase &db)
    {
        if (!take())
            return;
        const Result<void> outcome = attempt(db);
        m_body = nullptr; // what it holds goes before the caller continues
        m_caller->post([done = m_done, outcome] { done.complete(outcome); });
    }

private:
    [[nodiscard]] bool take() { return !m_isTaken.exchange(true); }

    Result<void> attempt(QSqlDatabase &db) const
    {
        if (m_context.isStopped())
            return failure(Error::cancelled());
        if (m_context.deadline <= std::chrono::steady_clock::now())
            return failure(Error::timeout(lateMessage()));
        try {
            // A connection that was lost is made anew between jobs only: no transaction goes on in another one.
            if (!db.isOpen())
                db.open();
            m_body(db);
            return {};
        } catch (const std::exception &exception) {
            MOE_LOG(Storage, Error, m_context.requestId, "A database job ended with an exception",
                    {"error", exception.what()});
        } catch (...) {
            MOE_LOG(Storage, Error, m_context.requestId, "A database job ended with an unknown exception");
        }
        return failure(Error::internal(QStringLiteral("Working with the database failed unexpectedly.")));
    }

    Body m_body;
    RequestContext m_context;
    Done m_done;
    std::shared_ptr<Mailbox> m_caller;
    std::atomic<bool> m_isTaken = false;
};

DbExecutor::DbExecutor(DbExecutorOptions options) : m_queue(std::make_shared<Queue>(options.queueLimit)) { }

DbExecutor::~DbExecutor() { shutdown(); }

Result<std::unique_ptr<DbExecutor>> DbExecutor::create(Connect connect, DbExecutorOptions options)
{
    static std::atomic<int> connectionNumber = 0;

    std::unique_ptr<DbExecutor> executor(new DbExecutor(options));
    std::vector<std::future<Result<void>>> connected;
    for (int i = 0; i < options.threads; ++i) {
        std::promise<Result<void>> promise;
        connected.push_back(promise.get_future());
        const QString name = QStringLiteral("moe-%1").arg(++connectionNumber);
        executor->m_threads.emplace_back(
            [connect, name, queue = executor->m_queue, promise = std::move(promise)]() mutable {
                {
                    Result<QSqlDatabase> db = connect(name);
                    promise.set_value(db ? Result<void>() : failure(db.error()));
                    while (const auto job = db ? queue->pop() : std::nullopt)
                        (*job)->perform(*db);
                }
                QSqlDatabase::removeDatabase(name);
            });
    }
    for (auto &outcome : connected)
        TRY_VOID(outcome.get());
    return executor;
}

void DbExecutor::shutdown()
{
    m_queue->close();
    for (std::thread &thread : m_threads)
        thread.join();
    m_threads.clear();
}

Task<void> DbExecutor::execute(Body body, RequestContext context)
{
    if (context.isStopped())
        co_return failure(Error::cancelled());
    const Job::Done done;
    const auto job = std::make_shared<Job>(std::move(body), context, done);
    switch (m_queue->push(job)) {
    case Queue::Push::Full:
        co_return failure(refused(QStringLiteral("Too much work is waiting for the database. Try again.")));
    case Queue::Push::Closed: co_return failure(refused(QStringLiteral("The database is being closed.")));
    case Queue::Push::Done: break;
    }
    const ContextWatcher watcher(context, lateMessage(), [job](const Error &error) { job->abandon(error); });
    co_return co_await done;
}

}
