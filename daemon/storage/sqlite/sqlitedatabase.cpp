// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/sqlite/sqlitedatabase.h"
#include "daemon/storage/migrations.h"
#include "daemon/storage/sql.h"

#include <QFile>
#include <QFileInfo>
#include <QSqlError>

namespace moe::storage {

namespace {

Result<void> createPrivateFile(const QString &path)
{
    // SQLite gives its journal files the mode of the database, so this one decides for all.
    constexpr auto ownerOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner;
    QFile file(path);
    if (!file.open(QIODevice::ReadWrite, ownerOnly) || !file.setPermissions(ownerOnly))
        return failure(Error::of(ErrorCode::Unavailable,
                                 QStringLiteral("Cannot open the database %1: %2.").arg(path, file.errorString())));
    return {};
}

Result<QSqlDatabase> connect(const SqliteOptions &options, const QString &connectionName)
{
    QSqlDatabase db = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), connectionName);
    if (!db.isValid())
        return failure(Error::of(ErrorCode::Unavailable, QStringLiteral("Qt's SQLite driver is not installed.")));
    db.setDatabaseName(options.path);
    db.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=%1").arg(options.busyTimeout.count()));
    if (!db.open())
        return failure(sqlError(db.driver(), db.lastError())
                           .wrapped(QStringLiteral("Cannot open the database %1.").arg(options.path)));
    for (const auto *pragma : {"journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "trusted_schema = OFF",
                               "secure_delete = ON"})
        TRY_VOID(execute(db, QStringLiteral("PRAGMA ") + QLatin1StringView(pragma)));
    return db;
}

Result<void> copyTo(QSqlDatabase &db, const QString &file)
{
    TRY_VOID(createPrivateFile(file)); // SQLite writes into an empty file that is there
    const auto copied = execute(db, QStringLiteral("VACUUM INTO ?"), {file});
    if (!copied)
        QFile::remove(file);
    return copied.transform([](const QSqlQuery &) { });
}

Result<bool> purge(QSqlDatabase &db)
{
    if (QFileInfo(db.databaseName()).size() <= largestRewrite)
        TRY_VOID(execute(db, QStringLiteral("VACUUM")));
    TRY(QSqlQuery emptied, execute(db, QStringLiteral("PRAGMA wal_checkpoint(TRUNCATE)")));
    TRY(const bool hasRow, nextRow(emptied));
    return hasRow && emptied.value(0).toInt() == 0;
}

/// A database of an older version is kept as it was, beside what becomes of it.
Result<void> keepOlder(QSqlDatabase &db, const SqliteOptions &options, const QList<Migration> &migrations)
{
    TRY(const int version, schemaVersion(db));
    if (version == 0 || version >= migrations.size())
        return {};
    const QString file = options.path + QStringLiteral(".before-version-%1").arg(version + 1);
    QFile::remove(file); // of an attempt that did not get further
    return copyTo(db, file);
}

Result<void> migrateFile(const SqliteOptions &options, const QString &connectionName, Clock::System now)
{
    TRY(QSqlDatabase db, connect(options, connectionName));
    const QList<Migration> migrations = builtInMigrations(options.schema);
    TRY_VOID(keepOlder(db, options, migrations));
    return migrate(db, migrations, now);
}

}

Result<std::unique_ptr<DbExecutor>> openSqlite(SqliteOptions options, const Clock &clock)
{
    TRY_VOID(createPrivateFile(options.path));
    const QString migrationName = QStringLiteral("moe-migration");
    const Result<void> migrated = migrateFile(options, migrationName, clock.system());
    QSqlDatabase::removeDatabase(migrationName);
    TRY_VOID(migrated);
    return DbExecutor::create([options](const QString &name) { return connect(options, name); }, options.executor);
}

Task<bool> purgeSqlite(DbExecutor *database, RequestContext context)
{
    return database->run<bool>(&purge, std::move(context));
}

Task<void> copySqlite(SqliteOptions options, QString file, RequestContext context)
{
    CO_TRY(const auto copier, DbExecutor::create([options](const QString &name) { return connect(options, name); }));
    co_return co_await copier->run<void>([file](QSqlDatabase &db) { return copyTo(db, file); }, std::move(context));
}

}
