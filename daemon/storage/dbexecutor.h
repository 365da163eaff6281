// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/blockingqueue.h"
#include "shared/async/context.h"
#include "shared/async/task.h"

#include <QSqlDatabase>

#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace moe::storage {

struct DbExecutorOptions {
    int threads = 1;
    std::size_t queueLimit = 1000; ///< jobs waiting; more are refused as Unavailable
};

/// Threads that own a database connection each and the only place where databases are waited for. Any thread with an
/// event loop may call run(). A job that has begun is finished and its result delivered, whatever its caller's context
/// says by then: the outcome of a write is never unknown.
class DbExecutor
{
public:
    /// Opens a connection with this name on the calling thread.
    using Connect = std::function<Result<QSqlDatabase>(QString connectionName)>;

    /// Starts the threads and waits until all are connected; the first failure ends it.
    [[nodiscard]] static Result<std::unique_ptr<DbExecutor>> create(Connect connect, DbExecutorOptions options = {});

    DbExecutor(const DbExecutor &) = delete;
    DbExecutor &operator=(const DbExecutor &) = delete;
    /// As shutdown().
    ~DbExecutor();

    /// Runs `body` on one of the threads and resumes on the caller's. While it waits for its turn, stop token and
    /// deadline end it (Cancelled, Timeout). Unavailable if the queue is full; an exception of the body is Internal.
    template <typename T>
    [[nodiscard]] Task<T> run(std::function<Result<T>(QSqlDatabase &)> body, RequestContext context)
    {
        const auto result = std::make_shared<Result<T>>(failure(Error::cancelled()));
        CO_TRY_VOID(co_await execute([result, body = std::move(body)](QSqlDatabase &db) { *result = body(db); },
                                     std::move(context)));
        co_return std::move(*result);
    }

    /// Refuses new jobs, does those that wait, ends the threads. Callers still get their results from their event loop.
    void shutdown();

private:
    using Body = std::function<void(QSqlDatabase &)>;
    class Job;
    using Queue = BlockingQueue<std::shared_ptr<Job>>;

    explicit DbExecutor(DbExecutorOptions options);
    Task<void> execute(Body body, RequestContext context);

    std::shared_ptr<Queue> m_queue;
    std::vector<std::thread> m_threads;
};

}
