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

// Classes of SQLSTATE; a server that is gone leaves none.
ErrorCode postgresErrorCode(const QString &state)
{
    for (const auto *unavailable : {"08", "25006", "40", "53", "55P03", "57", "58"}) {
        if (state.isEmpty() || state.startsWith(QLatin1StringView(unavailable)))
            return ErrorCode::Unavailable;
    }
    return state.startsWith(u"23") ? ErrorCode::Conflict : ErrorCode::Internal;
}

ErrorCode codeOf(const QSqlDriver *driver, const QSqlError &error)
{
    // Not the error's type: SQLite's driver calls nearly everything a connection error.
    if (driver->dbmsType() == QSqlDriver::SQLite)
        return sqliteErrorCode(error.nativeErrorCode().toInt());
    return postgresErrorCode(error.nativeErrorCode());
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

Result<void> prepare(QSqlQuery &query, const QString &sql)
{
    if (!query.prepare(sql))
        return failure(sqlError(query.driver(), query.lastError()));
    return {};
}

/// What Qt calls null is NULL to the drivers, but to us a string without characters is just that.
QVariant bindable(const QVariant &value)
{
    const bool isNullString = value.typeId() == QMetaType::QString && value.toString().isNull();
    return isNullString ? QVariant(QStringLiteral("")) : value;
}

Result<void> run(QSqlQuery &query, const QVariantList &values)
{
    for (qsizetype i = 0; i < values.size(); ++i)
        query.bindValue(int(i), bindable(values[i]));
    if (!query.exec())
        return failure(sqlError(query.driver(), query.lastError()));
    return {};
}

}

Error sqlError(const QSqlDriver *driver, const QSqlError &error)
{
    Error outer = describe(codeOf(driver, error));
    outer.cause = std::make_shared<const Error>(
        Error::of(outer.code, error.databaseText() % u" (" % error.nativeErrorCode() % u')'));
    return outer;
}

Dialect dialectOf(const QSqlDatabase &db)
{
    return db.driver()->dbmsType() == QSqlDriver::SQLite ? Dialect::Sqlite : Dialect::Postgres;
}

Result<QSqlQuery> execute(QSqlDatabase &db, const QString &sql, const QVariantList &values)
{
    QSqlQuery query(db);
    query.setForwardOnly(true);
    if (!values.isEmpty()) {
        TRY_VOID(prepare(query, sql));
        TRY_VOID(run(query, values));
        return query;
    }
    // Not prepared: PostgreSQL prepares neither BEGIN nor anything that changes the schema.
    if (!query.exec(sql))
        return failure(sqlError(query.driver(), query.lastError()));
    return query;
}

Result<void> executeMany(QSqlDatabase &db, const QString &sql, const QList<QVariantList> &rows)
{
    QSqlQuery query(db);
    query.setForwardOnly(true);
    TRY_VOID(prepare(query, sql));
    for (const QVariantList &values : rows)
        TRY_VOID(run(query, values));
    return {};
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
    const bool isSqlite = dialectOf(db) == Dialect::Sqlite;
    TRY_VOID(execute(db, isSqlite ? QStringLiteral("BEGIN IMMEDIATE") : QStringLiteral("BEGIN")));
    return Transaction(&db);
}

Result<Transaction> Transaction::beginReading(QSqlDatabase &db)
{
    const bool isSqlite = dialectOf(db) == Dialect::Sqlite;
    TRY_VOID(execute(
        db, isSqlite ? QStringLiteral("BEGIN") : QStringLiteral("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")));
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
