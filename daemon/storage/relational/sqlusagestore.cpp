// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/relational/sqlusagestore.h"
#include "daemon/storage/relational/listpage.h"
#include "daemon/storage/relational/usagerows.h"

namespace moe::storage {

using accounts::DailyUsage;
using accounts::ListPage;
using accounts::ModelUsage;
using accounts::UsageQuery;
using accounts::UsageRange;

// The functions in here run on the executor's thread; the members below only carry them there.
namespace {

Conditions conditionsOf(const UsageRange &range)
{
    Conditions conditions;
    if (range.user)
        conditions.add(u"user_id = ?", {range.user->value()});
    if (range.from)
        conditions.add(u"at >= ?", {toSql(*range.from)});
    if (range.to)
        conditions.add(u"at < ?", {toSql(*range.to)});
    return conditions;
}

Result<ListPage<UsageRecord>> selectUsage(QSqlDatabase &db, const UsageQuery &query)
{
    Conditions conditions = conditionsOf(query.range);
    if (query.key)
        conditions.add(u"key_id = ?", {query.key->value()});
    if (query.status)
        conditions.add(u"status = ?", {int(*query.status)});
    if (!query.model.isEmpty())
        conditions.add(u"model = ?", {query.model});
    if (!query.mode.isEmpty())
        conditions.add(u"mode = ?", {query.mode});
    return selectPage<UsageRecord>(db, {usageColumns, usageTables, u"usage_records.id"}, conditions, {u"at"},
                                   query.order, &usageOf);
}

Result<QList<DailyUsage>> selectDays(QSqlDatabase &db, const UsageRange &range)
{
    const Conditions conditions = conditionsOf(range);
    return select<QList<DailyUsage>>(
        db,
        u"SELECT at / 86400000 AS day, count(*), CAST(sum(prompt_tokens) AS BIGINT), "
        "CAST(sum(completion_tokens) AS BIGINT) FROM usage_records"
            % conditions.where() % u" GROUP BY day ORDER BY day LIMIT ?",
        conditions.values() + QVariantList{accounts::largestPage}, [](const QSqlQuery &row) {
            return DailyUsage{std::chrono::sys_days(std::chrono::days(row.value(0).toInt())), row.value(1).toLongLong(),
                              row.value(2).toLongLong(), row.value(3).toLongLong()};
        });
}

Result<QList<ModelUsage>> selectModels(QSqlDatabase &db, const UsageRange &range)
{
    const Conditions conditions = conditionsOf(range);
    return select<QList<ModelUsage>>(
        db,
        u"SELECT model, mode, count(*), CAST(sum(prompt_tokens) AS BIGINT), CAST(sum(completion_tokens) AS BIGINT) "
        "FROM "
            % usageTables % conditions.where()
            % u" GROUP BY model, mode ORDER BY sum(prompt_tokens + completion_tokens) DESC, model, mode LIMIT ?",
        conditions.values() + QVariantList{accounts::largestPage}, [](const QSqlQuery &row) {
            return ModelUsage{row.value(0).toString(), row.value(1).toString(), row.value(2).toLongLong(),
                              row.value(3).toLongLong(), row.value(4).toLongLong()};
        });
}

Result<qint64> removeUsage(QSqlDatabase &db, Clock::System before, int limit)
{
    TRY(Transaction transaction, Transaction::begin(db));
    TRY(const qint64 removed,
        change(db,
               QStringLiteral("DELETE FROM usage_records WHERE id IN "
                              "(SELECT id FROM usage_records WHERE at < ? ORDER BY at, id LIMIT ?)"),
               {toSql(before), limit}));
    if (removed < limit) // the last portion: nothing refers to them any more
        TRY_VOID(change(db, QStringLiteral("DELETE FROM usage_kinds WHERE last_at < ?"), {toSql(before)}));
    TRY_VOID(transaction.commit());
    return removed;
}

}

Task<ListPage<UsageRecord>> SqlUsageStore::list(UsageQuery query, RequestContext context)
{
    return m_executor.run<ListPage<UsageRecord>>(
        [query = std::move(query)](QSqlDatabase &db) { return selectUsage(db, query); }, std::move(context));
}

Task<QList<DailyUsage>> SqlUsageStore::dailySums(UsageRange range, RequestContext context)
{
    return m_executor.run<QList<DailyUsage>>([range](QSqlDatabase &db) { return selectDays(db, range); },
                                             std::move(context));
}

Task<QList<ModelUsage>> SqlUsageStore::sumsByModel(UsageRange range, RequestContext context)
{
    return m_executor.run<QList<ModelUsage>>([range](QSqlDatabase &db) { return selectModels(db, range); },
                                             std::move(context));
}

Task<qint64> SqlUsageStore::removeBefore(Clock::System time, int limit, RequestContext context)
{
    return m_executor.run<qint64>([time, limit](QSqlDatabase &db) { return removeUsage(db, time, limit); },
                                  std::move(context));
}

Task<qint64> SqlUsageStore::anonymise(UserId user, int limit, RequestContext context)
{
    return m_executor.run<qint64>(
        [user, limit](QSqlDatabase &db) {
            return change(db,
                          QStringLiteral("UPDATE usage_records SET user_id = 0, key_id = 0 WHERE id IN "
                                         "(SELECT id FROM usage_records WHERE user_id = ? LIMIT ?)"),
                          {user.value(), limit});
        },
        std::move(context));
}

}
