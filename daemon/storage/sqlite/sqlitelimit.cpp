// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/sqlite/sqlitelimit.h"

#include "daemon/storage/sqlitestatement.h"

#include <QSqlDriver>
#include <QVariant>

#include <sqlite3.h>

using namespace Qt::StringLiterals;

namespace moe::storage {

namespace {

// A row of a full-text search takes some ten of them, and some microseconds.
constexpr int instructionsBetweenLooks = 500;

sqlite3 *handleOf(QSqlDatabase &db)
{
    if (!SqliteStatement::isPossible(db))
        return nullptr;
    const QVariant handle = db.driver()->handle();
    return *static_cast<sqlite3 *const *>(handle.constData());
}

}

SqliteLimit::SqliteLimit(QSqlDatabase &db, RequestContext context)
    : m_context(std::move(context))
    , m_handle(handleOf(db))
{
    if (m_handle)
        sqlite3_progress_handler(
            m_handle, instructionsBetweenLooks,
            [](void *limit) { return static_cast<const SqliteLimit *>(limit)->isOver() ? 1 : 0; }, this);
}

SqliteLimit::~SqliteLimit()
{
    if (m_handle)
        sqlite3_progress_handler(m_handle, 0, nullptr, nullptr);
}

bool SqliteLimit::isOver() const
{
    return m_context.isStopped() || m_context.deadline <= std::chrono::steady_clock::now();
}

Result<void> SqliteLimit::check() const
{
    if (m_context.isStopped())
        return failure(Error::cancelled());
    if (isOver())
        return failure(Error::of(ErrorCode::Timeout, u"The search takes longer than it may."_s, u"too_slow"_s));
    return {};
}

}
