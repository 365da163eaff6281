// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QByteArrayView>
#include <QSqlDatabase>
#include <QString>

#include <memory>

struct sqlite3_stmt;

namespace moe::storage {

/// A statement prepared on SQLite itself, for what is written by the thousand: Qt's driver takes longer to bind a row
/// than SQLite to store it. For jobs of a DbExecutor; the connection outlives it.
class SqliteStatement
{
public:
    /// Whether the connection is one of SQLite, and of the very SQLite that this program is linked to: a Qt with a
    /// SQLite of its own is none of those.
    [[nodiscard]] static bool isPossible(QSqlDatabase &db);
    /// After isPossible().
    [[nodiscard]] static Result<SqliteStatement> prepare(QSqlDatabase &db, const QString &sql);

    /// The value of the next question mark.
    void add(qint64 number);
    void add(bool value) { add(qint64(value)); }
    void add(QByteArrayView utf8);

    /// Runs it with a value for each question mark; the next value is the first one of the next run.
    [[nodiscard]] Result<void> run();

private:
    struct Finalizer {
        void operator()(sqlite3_stmt *statement) const;
    };

    SqliteStatement(const QSqlDatabase &db, sqlite3_stmt *statement) : m_db(db), m_statement(statement) { }
    void note(int status);

    QSqlDatabase m_db;
    std::unique_ptr<sqlite3_stmt, Finalizer> m_statement;
    int m_values = 0;
    int m_firstFailure = 0; // of the values since the last run()
};

}
