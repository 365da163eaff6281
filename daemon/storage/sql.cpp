// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/sql.h"

#include <QSqlDriver>
#include <QSqlError>

namespace moe::storage {

namespace {

// Primary result codes of SQLite; extended ones keep them in their low byte.
ErrorCode sqliteErrorCode(int nativeCode)
{
    switch (nativeCode & 0xff) {
    case 5:  // busy
    case 6:  // locked
    case 7:  // out of memory
    case 8:  // read-only, as a file system becomes after an error
    case 10: // input/output error
    case 13: // full
    case 14: // cannot be opened
        return ErrorCode::Unavailable;
    case 19: return ErrorCode::Conflict;
    default: return ErrorCode::Internal;
    }
}

ErrorCode codeOf(const QSqlDriver *driver, const QSqlError &error)
{
    // Not the error's type: SQLite's driver calls nearly everything a connection error.
    if (driver->dbmsType() == QSqlDriver::SQLite)
        return sqliteErrorCode(error.nativeErrorCode().toInt());
    return error.type() == QSqlError::ConnectionError ? ErrorCode::Unavailable : ErrorCode::Internal;
}

Error describe(ErrorCode code)
{
    if (code == ErrorCode::Conflict)
        return Error::of(code, QStringLiteral("The database holds something that contradicts this."));
    if (code == ErrorCode::Internal)
        return Error::internal(QStringLiteral("The database refused a statement."));
    Error error = Error::of(code, QStringLiteral("The database cannot be used just now. Try again."),
                            QStringLiteral("database_unavailable"));
    error.retryAfter = std::chrono::seconds(1);
    return error;
}

}

Error sqlError(const QSqlDriver *driver, const QSqlError &error)
{
    Error outer = describe(codeOf(driver, error));
    outer.cause = std::make_shared<const Error>(
        Error::of(outer.code, error.databaseText() % u" (" % error.nativeErrorCode() % u')'));
    return outer;
}

Result<QSqlQuery> execute(QSqlDatabase &db, const QString &sql, const QVariantList &values)
{
    QSqlQuery query(db);
    query.setForwardOnly(true);
    if (!query.prepare(sql))
        return failure(sqlError(query.driver(), query.lastError()));
    for (const QVariant &value : values)
        query.addBindValue(value);
    if (!query.exec())
        return failure(sqlError(query.driver(), query.lastError()));
    return query;
}

Result<bool> nextRow(QSqlQuery &query)
{
    if (query.next())
        return true;
    // Reading may fail half-way too; the end of the rows is no error.
    if (query.lastError().isValid())
        return failure(sqlError(query.driver(), query.lastError()));
    return false;
}

Result<Transaction> Transaction::begin(QSqlDatabase &db)
{
    const bool isSqlite = db.driver()->dbmsType() == QSqlDriver::SQLite;
    TRY_VOID(execute(db, isSqlite ? QStringLiteral("BEGIN IMMEDIATE") : QStringLiteral("BEGIN")));
    return Transaction(&db);
}

Result<void> Transaction::commit()
{
    TRY_VOID(execute(*m_db, QStringLiteral("COMMIT")));
    m_db = nullptr;
    return {};
}

Transaction::~Transaction()
{
    if (m_db)
        QSqlQuery(*m_db).exec(QStringLiteral("ROLLBACK"));
}

QVariant toSql(Clock::System time)
{
    return qint64(std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count());
}

QVariant toSql(std::optional<Clock::System> time)
{
    return time ? toSql(*time) : QVariant(QMetaType::fromType<qint64>());
}

Clock::System timeOf(const QVariant &value) { return Clock::System(std::chrono::milliseconds(value.toLongLong())); }

std::optional<Clock::System> optionalTimeOf(const QVariant &value)
{
    return value.isNull() ? std::nullopt : std::optional(timeOf(value));
}

}
