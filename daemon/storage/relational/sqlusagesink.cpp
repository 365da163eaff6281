// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/relational/sqlusagesink.h"
#include "daemon/storage/relational/rows.h"
#include "daemon/storage/relational/usagerows.h"

#include <map>

namespace moe::storage {

using accounts::JournalBatch;
using accounts::JournalEntry;

// The functions in here run on the executor's thread; the members below only carry them there.
namespace {

QString lastSequence() { return QStringLiteral("SELECT last_sequence FROM journal_state WHERE journal = ?"); }

/// Adds to what is there; a day or month that is over does not count in a later one. The account decides the day of a
/// charge and never goes back, so a late one can only come from another daemon on the same database.
QString addUse()
{
    return QStringLiteral(
        "INSERT INTO budget_use (user_id, day, month_index, used_today, used_month, used_total) "
        "SELECT id, CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT) "
        "FROM users WHERE id = ? "
        "ON CONFLICT (user_id) DO UPDATE SET "
        "used_today = CASE WHEN excluded.day < budget_use.day THEN budget_use.used_today "
        "WHEN excluded.day = budget_use.day THEN budget_use.used_today + excluded.used_today "
        "ELSE excluded.used_today END, "
        "used_month = CASE WHEN excluded.month_index < budget_use.month_index THEN budget_use.used_month "
        "WHEN excluded.month_index = budget_use.month_index THEN budget_use.used_month + excluded.used_month "
        "ELSE excluded.used_month END, "
        "used_total = budget_use.used_total + excluded.used_total, "
        "month_index = CASE WHEN excluded.day > budget_use.day THEN excluded.month_index "
        "ELSE budget_use.month_index END, "
        "day = CASE WHEN excluded.day > budget_use.day THEN excluded.day ELSE budget_use.day END");
}

int monthIndex(std::chrono::sys_days day)
{
    const std::chrono::year_month_day date(day);
    return (int(date.year()) - 1970) * 12 + int(unsigned(date.month())) - 1;
}

/// In order of user and day: two daemons that write at once lock the same rows in the same order.
QList<QVariantList> chargeRows(std::span<const JournalEntry> entries)
{
    std::map<std::pair<UserId, std::chrono::sys_days>, qint64> sums;
    for (const JournalEntry &entry : entries) {
        for (const auto &[day, tokens] : entry.charges)
            sums[{entry.usage.user, day}] += tokens;
    }
    QList<QVariantList> rows;
    for (const auto &[where, tokens] : sums) {
        const auto &[user, day] = where;
        rows.append({qint64(day.time_since_epoch().count()), monthIndex(day), tokens, tokens, tokens, user.value()});
    }
    return rows;
}

Result<void> writeBatch(QSqlDatabase &db, const QString &journal, const JournalBatch &batch)
{
    TRY(Transaction transaction, Transaction::begin(db));
    TRY(const qint64 applied, selectNumber(db, lastSequence(), {journal}));
    const std::span<const JournalEntry> entries(
        std::ranges::upper_bound(batch.entries, applied, {}, &JournalEntry::sequence), batch.entries.end());
    if (entries.empty())
        return {};
    TRY_VOID(insertUsage(db, entries));
    TRY_VOID(executeMany(db, addUse(), chargeRows(entries)));
    TRY_VOID(execute(db,
                     QStringLiteral("INSERT INTO journal_state (journal, last_sequence) VALUES (?, ?) "
                                    "ON CONFLICT (journal) DO UPDATE SET last_sequence = excluded.last_sequence"),
                     {journal, batch.lastSequence()}));
    return transaction.commit();
}

}

Task<void> SqlUsageSink::write(JournalBatch batch, RequestContext context)
{
    return m_executor.run<void>(
        [journal = m_journal, batch = std::move(batch)](QSqlDatabase &db) { return writeBatch(db, journal, batch); },
        std::move(context));
}

Task<qint64> SqlUsageSink::lastApplied(RequestContext context)
{
    return m_executor.run<qint64>(
        [journal = m_journal](QSqlDatabase &db) { return selectNumber(db, lastSequence(), {journal}); },
        std::move(context));
}

}
