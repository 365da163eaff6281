// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/limitstore.h"
#include "daemon/storage/dbexecutor.h"

namespace moe::storage {

/// Limits in a relational database. The executor outlives it.
class SqlLimitStore final : public accounts::LimitStore
{
public:
    explicit SqlLimitStore(DbExecutor &executor) : m_executor(executor) { }

    [[nodiscard]] Task<void> setLimits(accounts::Grantee holder, accounts::Limits limits, Clock::System now,
                                       RequestContext context) override;
    [[nodiscard]] Task<accounts::Limits> limits(accounts::Grantee holder, RequestContext context) override;
    [[nodiscard]] Task<accounts::BudgetUse> budgetUse(UserId user, RequestContext context) override;

private:
    DbExecutor &m_executor;
};

}
