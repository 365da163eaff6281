// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/relational/sqllimitstore.h"
#include "daemon/storage/relational/grantrows.h"

namespace moe::storage {

using accounts::BudgetUse;
using accounts::Grantee;
using accounts::Limits;

// The functions in here run on the executor's thread; the members below only carry them there.
namespace {

Result<void> updateLimits(QSqlDatabase &db, const Grantee &holder, const Limits &limits, Clock::System now)
{
    const GranteeRow row(holder);
    TRY(Transaction transaction, Transaction::begin(db));
    TRY_VOID(requireGrantee(db, row));
    TRY_VOID(execute(db,
                     u"UPDATE " % row.table
                         % u" SET budget_daily = ?, budget_monthly = ?, budget_total = ?, requests_per_minute = ?, "
                           "parallel_requests = ? WHERE id = ?",
                     {toSql(limits.budget.daily), toSql(limits.budget.monthly), toSql(limits.budget.total),
                      toSql(limits.rates.requestsPerMinute), toSql(limits.rates.parallelRequests), row.id}));
    TRY_VOID(markUpdated(db, row, now));
    return transaction.commit();
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

Task<void> SqlLimitStore::setLimits(Grantee holder, Limits limits, Clock::System now, RequestContext context)
{
    return m_executor.run<void>([=](QSqlDatabase &db) { return updateLimits(db, holder, limits, now); },
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
