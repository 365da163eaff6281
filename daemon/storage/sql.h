// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/clock.h"
#include "shared/core/result.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QVariantList>

#include <optional>

// For jobs of a DbExecutor: nothing here may be called from another thread than the connection's.
namespace moe::storage {

/// The back ends whose SQL differs in a few places.
enum class Dialect { Sqlite, Postgres };
[[nodiscard]] Dialect dialectOf(const QSqlDatabase &db);

/// Runs one statement with `values` bound to its question marks; a null string is bound as an empty one.
[[nodiscard]] Result<QSqlQuery> execute(QSqlDatabase &db, const QString &sql, const QVariantList &values = {});

/// Runs one statement once for each list of values.
[[nodiscard]] Result<void> executeMany(QSqlDatabase &db, const QString &sql, const QList<QVariantList> &rows);

/// Moves to the next row; false after the last.
[[nodiscard]] Result<bool> nextRow(QSqlQuery &query);

/// What went wrong, in our terms: busy, locked, full, unreachable are Unavailable, a broken constraint is Conflict.
/// The vendor's own words are kept as cause, for logs.
[[nodiscard]] Error sqlError(const QSqlDriver *driver, const QSqlError &error);

/// Rolled back when it goes out of scope without commit(). Takes the write lock at its beginning, so that waiting for
/// other writers happens there and not half-way.
class Transaction
{
public:
    [[nodiscard]] static Result<Transaction> begin(QSqlDatabase &db);
    /// For several queries that see the same moment; takes no write lock.
    [[nodiscard]] static Result<Transaction> beginReading(QSqlDatabase &db);
    Transaction(Transaction &&other) noexcept : m_db(std::exchange(other.m_db, nullptr)) { }
    Transaction &operator=(Transaction &&) = delete;
    ~Transaction();

    [[nodiscard]] Result<void> commit();

private:
    explicit Transaction(QSqlDatabase *db) : m_db(db) { }
    QSqlDatabase *m_db;
};

/// Times are stored as milliseconds since 1970, UTC.
[[nodiscard]] QVariant toSql(Clock::System time);
[[nodiscard]] QVariant toSql(std::optional<Clock::System> time);
[[nodiscard]] Clock::System timeOf(const QVariant &value);
[[nodiscard]] std::optional<Clock::System> optionalTimeOf(const QVariant &value);

}
