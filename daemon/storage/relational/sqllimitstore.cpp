// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/relational/sqllimitstore.h"
#include "daemon/storage/relational/grantrows.h"

namespace moe::storage {

using accounts::BudgetUse;
using accounts::Grantee;
using accounts::Limits;
using accounts::RateHolder;

// The functions in here run on the executor's thread; the members below only carry them there.
namespace {

Result<void> updateLimits(QSqlDatabase &db, const GranteeRow &row, QStringView assignments, QVariantList values,
                          Clock::System now)
{
    TRY(Transaction transaction, Transaction::begin(db));
    TRY_VOID(requireGrantee(db, row));
    values.append(row.id);
    TRY_VOID(execute(db, u"UPDATE " % row.table % u" SET " % assignments % u" WHERE id = ?", values));
    TRY_VOID(markUpdated(db, row, now));
    return transaction.commit();
}

Result<void> updateBudget(QSqlDatabase &db, const Grantee &holder, const BudgetLimits &limits, Clock::System now)
{
    return updateLimits(db, GranteeRow(holder), u"budget_daily = ?, budget_monthly = ?, budget_total = ?",
                        {toSql(limits.daily), toSql(limits.monthly), toSql(limits.total)}, now);
}

Result<void> updateKeyRates(QSqlDatabase &db, KeyId key, const RateLimits &limits)
{
    TRY(const qint64 changes,
        change(db, QStringLiteral("UPDATE api_keys SET requests_per_minute = ?, parallel_requests = ? WHERE id = ?"),
               {toSql(limits.requestsPerMinute), toSql(limits.parallelRequests), key.value()}));
    if (changes == 0)
        return failure(Error::of(ErrorCode::NotFound, QStringLiteral("There is no such key.")));
    return {};
}

Result<void> updateRates(QSqlDatabase &db, const RateHolder &holder, const RateLimits &limits, Clock::System now)
{
    if (const auto *key = std::get_if<KeyId>(&holder))
        return updateKeyRates(db, *key, limits);
    const auto *user = std::get_if<UserId>(&holder);
    const Grantee grantee = user ? Grantee(*user) : Grantee(std::get<GroupId>(holder));
    return updateLimits(db, GranteeRow(grantee), u"requests_per_minute = ?, parallel_requests = ?",
                        {toSql(limits.requestsPerMinute), toSql(limits.parallelRequests)}, now);
}

Result<Limits> selectLimits(QSqlDatabase &db, const Grantee &holder)
{
    const GranteeRow row(holder);
    return selectOne<Limits>(
        db, u"SELECT " % limitColumns % u" FROM " % row.table % u" WHERE id = ?", {row.id},
        [](const QSqlQuery &found) { return limitsOf(found, 0); }, row.missingMessage());
}

Result<BudgetUse> selectUse(QSqlDatabase &db, UserId user)
{
    return selectOne<BudgetUse>(
        db, u"SELECT " % useColumns % u" FROM users LEFT JOIN budget_use ON user_id = id WHERE id = ?", {user.value()},
        [](const QSqlQuery &row) { return useOf(row, 0); }, GranteeRow(user).missingMessage());
}

}

Task<void> SqlLimitStore::setBudget(Grantee holder, BudgetLimits limits, Clock::System now, RequestContext context)
{
    return m_executor.run<void>([=](QSqlDatabase &db) { return updateBudget(db, holder, limits, now); },
                                std::move(context));
}

Task<void> SqlLimitStore::setRates(RateHolder holder, RateLimits limits, Clock::System now, RequestContext context)
{
    return m_executor.run<void>([=](QSqlDatabase &db) { return updateRates(db, holder, limits, now); },
                                std::move(context));
}

Task<Limits> SqlLimitStore::limits(Grantee holder, RequestContext context)
{
    return m_executor.run<Limits>([holder](QSqlDatabase &db) { return selectLimits(db, holder); }, std::move(context));
}

Task<BudgetUse> SqlLimitStore::budgetUse(UserId user, RequestContext context)
{
    return m_executor.run<BudgetUse>([user](QSqlDatabase &db) { return selectUse(db, user); }, std::move(context));
}

}
