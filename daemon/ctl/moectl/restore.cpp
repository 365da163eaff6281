// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/restore.h"

#include "daemon/ctl/datalock.h"
#include "daemon/ctl/moectl/files.h"

#include <QDateTime>
#include <QDir>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>

#include <vector>

using namespace Qt::StringLiterals;

namespace moe::moectl {

namespace {

Error notOurs(const QString &backup, const QString &why)
{
    return Error::of(ErrorCode::Conflict, u"%1 cannot be restored: %2."_s.arg(backup, why), u"no_backup"_s);
}

/// The first value of what a statement says.
Result<QVariant> valueOf(QSqlDatabase &db, const QString &statement, const QString &backup)
{
    QSqlQuery query(db);
    if (!query.exec(statement) || !query.next())
        return failure(notOurs(backup, u"it is no database of this program"_s));
    return query.value(0);
}

/// What the schema began with tells apart this database from the daemon's others.
Result<void> checkFirstStep(QSqlDatabase &db, const QString &backup)
{
    TRY(const QVariant name, valueOf(db, u"SELECT name FROM schema_migrations WHERE version = 1"_s, backup));
    TRY(const QVariant checksum, valueOf(db, u"SELECT checksum FROM schema_migrations WHERE version = 1"_s, backup));
    if (name.toString() != QLatin1StringView(MOE_FIRST_MIGRATION)
        || checksum.toString() != QLatin1StringView(MOE_FIRST_CHECKSUM))
        return failure(notOurs(backup, u"it is no database of users and keys of this program"_s));
    return {};
}

Result<void> checkOpen(QSqlDatabase &db, const QString &backup)
{
    db.setDatabaseName(backup);
    db.setConnectOptions(u"QSQLITE_OPEN_READONLY"_s);
    if (!db.open())
        return failure(notOurs(backup, u"it cannot be opened"_s));
    QSqlQuery(db).exec(u"PRAGMA trusted_schema = OFF"_s);
    TRY_VOID(checkFirstStep(db, backup));
    TRY(const QVariant version, valueOf(db, u"SELECT max(version) FROM schema_migrations"_s, backup));
    if (version.toInt() > MOE_SCHEMA_VERSION)
        return failure(notOurs(backup,
                               u"its schema has version %1, but this program knows versions up to %2 only. Restore it "
                               "with the newer program that wrote it"_s.arg(version.toInt())
                                   .arg(MOE_SCHEMA_VERSION)));
    TRY(const QVariant state, valueOf(db, u"PRAGMA quick_check(1)"_s, backup));
    if (state.toString() != "ok"_L1)
        return failure(notOurs(backup, u"it is damaged"_s));
    return {};
}

Result<void> check(const QString &backup)
{
    if (!QFile::exists(backup))
        return failure(Error::of(ErrorCode::NotFound, u"There is no file %1."_s.arg(backup)));
    const QString connection = u"moectl-restore"_s;
    Result<void> checked;
    {
        QSqlDatabase db = QSqlDatabase::addDatabase(u"QSQLITE"_s, connection);
        checked = checkOpen(db, backup);
    }
    QSqlDatabase::removeDatabase(connection);
    return checked;
}

/// Renames that are taken back unless they are kept.
class Renames
{
public:
    explicit Renames(const QString &folder) : m_folder(folder) { }
    Renames(const Renames &) = delete;
    Renames &operator=(const Renames &) = delete;
    ~Renames()
    {
        while (!m_done.empty()) {
            QDir(m_folder).rename(m_done.back().second, m_done.back().first);
            m_done.pop_back();
        }
    }

    Result<void> rename(const QString &from, const QString &to)
    {
        if (!QDir(m_folder).rename(from, to))
            return failure(
                Error::of(ErrorCode::Unavailable, u"%1 cannot be renamed to %2 in %3."_s.arg(from, to, m_folder)));
        m_done.emplace_back(from, to);
        return {};
    }
    void keep() { m_done.clear(); }

private:
    const QString m_folder;
    std::vector<std::pair<QString, QString>> m_done;
};

/// Everything that belongs to the old database goes with it: SQLite's own log of what is not in it yet, and the usage
/// that was not yet counted there.
Result<std::optional<QString>> moveAside(Renames &renames, const QString &folder)
{
    const QString suffix = u".before-restore-"_s + QDateTime::currentDateTimeUtc().toString(u"yyyyMMdd'T'HHmmsszzz"_s);
    const QDir directory(folder);
    const std::pair<QString, QString> moves[] = {{u"moe.db"_s, "moe.db"_L1 + suffix},
                                                 {u"moe.db-wal"_s, "moe.db"_L1 + suffix + "-wal"_L1},
                                                 {u"moe.db-shm"_s, "moe.db"_L1 + suffix + "-shm"_L1},
                                                 {u"journal"_s, "journal"_L1 + suffix}};
    for (const auto &[from, to] : moves) {
        if (directory.exists(from))
            TRY_VOID(renames.rename(from, to));
    }
    const QString kept = "moe.db"_L1 + suffix;
    return directory.exists(kept) ? std::optional(directory.filePath(kept)) : std::nullopt;
}

Result<std::unique_ptr<ctl::DataLock>> lockOf(const QString &dataDirectory)
{
    auto lock = ctl::DataLock::take(dataDirectory);
    if (!lock && lock.error().code == ErrorCode::Conflict)
        return failure(Error::of(ErrorCode::Conflict,
                                 u"A daemon is using the data directory %1: stop moed first."_s.arg(dataDirectory)));
    return lock;
}

}

Result<Restored> restoreDatabase(const QString &backup, const QString &dataDirectory)
{
    TRY_VOID(check(backup));
    TRY(const auto lock, lockOf(dataDirectory));
    const QDir directory(dataDirectory);
    const QString fresh = u"moe.db.restoring"_s;
    QFile::remove(directory.filePath(fresh)); // of one that died here
    TRY_VOID(copyPrivately(backup, directory.filePath(fresh), FileOwner::OwnerOfFolder));
    Renames renames(dataDirectory);
    TRY(const auto kept, moveAside(renames, dataDirectory));
    TRY_VOID(renames.rename(fresh, u"moe.db"_s));
    renames.keep();
    TRY_VOID(syncFolder(dataDirectory));
    return Restored{directory.filePath(u"moe.db"_s), kept};
}

}
