// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/context.h"
#include "shared/core/result.h"

#include <QSqlDatabase>

struct sqlite3;

namespace moe::storage {

/// While it lives, what a connection of SQLite works on ends when a context is stopped or its deadline passes, in the
/// midst of a statement too. For jobs of a DbExecutor that only read. One at a time for each connection, which outlives
/// it.
class SqliteLimit
{
public:
    SqliteLimit(QSqlDatabase &db, RequestContext context);
    SqliteLimit(const SqliteLimit &) = delete;
    SqliteLimit &operator=(const SqliteLimit &) = delete;
    ~SqliteLimit();

    /// Cancelled, or Timeout "too_slow". A statement that was ended failed with an error of its own: ask here first.
    [[nodiscard]] Result<void> check() const;

private:
    [[nodiscard]] bool isOver() const;

    const RequestContext m_context;
    sqlite3 *const m_handle; // null: the driver has a SQLite of its own, and only check() ends anything
};

}
