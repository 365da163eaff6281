// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/storage/dbexecutor.h"

#include <QString>

#include <chrono>

namespace moe::storage {

struct SqliteOptions {
    QString path;                                     ///< of the file; its folder exists
    std::chrono::milliseconds busyTimeout{1'000};     ///< how long a job waits for other writers: then Unavailable
    DbExecutorOptions executor;
    QString schema = QStringLiteral("sqlite");        ///< which of builtInMigrations()
};

/// Creates the file if there is none (mode 0600), brings its schema up to date and starts the executor. A commit is on
/// the disk when its job ends.
[[nodiscard]] Result<std::unique_ptr<DbExecutor>> openSqlite(SqliteOptions options, const Clock &clock);

/// Takes what was deleted out of the database's files. In the file itself that is overwritten at once; but the log
/// beside it still has it, and so have pages from which rows were moved, which is mended up to `largestRewrite`. False
/// if it has to wait for somebody who is reading, such as a copy being made.
[[nodiscard]] Task<bool> purgeSqlite(DbExecutor *database, RequestContext context);
inline constexpr qint64 largestRewrite = 128 * 1024 * 1024; ///< bytes of the file: about a second

/// Writes a consistent copy into a new file that only we can read, on a thread and a connection of its own: the
/// database is used all the while. Main thread.
[[nodiscard]] Task<void> copySqlite(SqliteOptions options, QString file, RequestContext context);

}
