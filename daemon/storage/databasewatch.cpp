// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/databasewatch.h"

#include "daemon/storage/sql.h"
#include "daemon/telemetry/log.h"
#include "shared/async/wait.h"

namespace moe::storage {

namespace {

Result<void> look(QSqlDatabase &db)
{
    TRY(const Transaction transaction, Transaction::begin(db));
    TRY(QSqlQuery rows, execute(db, QStringLiteral("SELECT max(version) FROM schema_migrations")));
    TRY_VOID(nextRow(rows));
    return {};
}

}

DatabaseWatch::DatabaseWatch(DbExecutor &database, const Clock &clock, WatchSettings settings)
    : m_database(database)
    , m_clock(clock)
    , m_settings(settings)
    , m_usableUntil(clock.steady() + settings.interval + settings.patience) // it was opened just now
{ }

bool DatabaseWatch::isUsable() const { return m_clock.steady() <= m_usableUntil.load(); }

QCoro::Task<> DatabaseWatch::run(RequestContext context)
{
    bool wasUsable = true;
    while (co_await sleepFor(m_settings.interval, context)) {
        const auto now = m_clock.steady();
        const Result<void> outcome
            = co_await m_database.run<void>(&look, context.withDeadline(now + m_settings.patience));
        if (context.isStopped())
            co_return;
        m_usableUntil = outcome ? now + m_settings.interval + 2 * m_settings.patience : Clock::Steady::min();
        if (!outcome && wasUsable)
            MOE_LOG(Storage, Error, context.requestId, "The database cannot be used; trying on",
                    {"error", outcome.error().message});
        else if (outcome && !wasUsable)
            MOE_LOG(Storage, Info, context.requestId, "The database can be used again");
        wasUsable = outcome.has_value();
    }
}

}
