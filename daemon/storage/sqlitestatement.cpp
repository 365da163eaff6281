// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/sqlitestatement.h"

#include "daemon/storage/sql.h"

#include <QSqlDriver>
#include <QSqlError>
#include <QVariant>

#include <sqlite3.h>

#include <cstring>

namespace moe::storage {

namespace {

sqlite3 *handleOf(const QSqlDatabase &db)
{
    const QVariant handle = db.driver()->handle();
    if (std::strcmp(handle.typeName(), "sqlite3*") != 0)
        return nullptr;
    return *static_cast<sqlite3 *const *>(handle.constData());
}

Error errorOf(const QSqlDatabase &db, int status)
{
    const QString text = QString::fromUtf8(sqlite3_errmsg(handleOf(db)));
    return sqlError(db.driver(), QSqlError({}, text, QSqlError::StatementError, QString::number(status)));
}

Result<bool> isLinkedOne(QSqlDatabase &db)
{
    TRY(QSqlQuery query, execute(db, QStringLiteral("SELECT sqlite_source_id()")));
    TRY_VOID(nextRow(query));
    return query.value(0).toString() == QLatin1StringView(sqlite3_sourceid());
}

}

void SqliteStatement::Finalizer::operator()(sqlite3_stmt *statement) const { sqlite3_finalize(statement); }

bool SqliteStatement::isPossible(QSqlDatabase &db) { return handleOf(db) && isLinkedOne(db).value_or(false); }

Result<SqliteStatement> SqliteStatement::prepare(QSqlDatabase &db, const QString &sql)
{
    const QByteArray text = sql.toUtf8();
    sqlite3_stmt *statement = nullptr;
    const int status = sqlite3_prepare_v2(handleOf(db), text.constData(), int(text.size()), &statement, nullptr);
    if (status != SQLITE_OK)
        return failure(errorOf(db, status));
    return SqliteStatement(db, statement);
}

void SqliteStatement::add(qint64 number) { note(sqlite3_bind_int64(m_statement.get(), ++m_values, number)); }

void SqliteStatement::add(QByteArrayView utf8)
{
    // A text without characters is just that, and not NULL as a null pointer would be.
    note(sqlite3_bind_text(m_statement.get(), ++m_values, utf8.isEmpty() ? "" : utf8.data(), int(utf8.size()),
                           SQLITE_TRANSIENT));
}

Result<void> SqliteStatement::run()
{
    int status = std::exchange(m_firstFailure, SQLITE_OK);
    m_values = 0;
    if (status == SQLITE_OK)
        status = sqlite3_step(m_statement.get());
    if (status == SQLITE_DONE) {
        sqlite3_reset(m_statement.get());
        return {};
    }
    Error error = errorOf(m_db, status);
    sqlite3_reset(m_statement.get());
    return failure(std::move(error));
}

void SqliteStatement::note(int status)
{
    if (m_firstFailure == SQLITE_OK)
        m_firstFailure = status;
}

}
