// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/usagestore.h"
#include "daemon/storage/dbexecutor.h"

namespace moe::storage {

/// Usage in a relational database. The executor outlives it.
class SqlUsageStore final : public accounts::UsageStore
{
public:
    explicit SqlUsageStore(DbExecutor &executor) : m_executor(executor) { }

    [[nodiscard]] Task<accounts::ListPage<UsageRecord>> list(accounts::UsageQuery query,
                                                             RequestContext context) override;
    [[nodiscard]] Task<QList<accounts::DailyUsage>> dailySums(accounts::UsageRange range,
                                                              RequestContext context) override;
    [[nodiscard]] Task<QList<accounts::ModelUsage>> sumsByModel(accounts::UsageRange range,
                                                                RequestContext context) override;
    [[nodiscard]] Task<qint64> removeBefore(Clock::System time, int limit, RequestContext context) override;
    [[nodiscard]] Task<qint64> anonymise(UserId user, int limit, RequestContext context) override;

private:
    DbExecutor &m_executor;
};

}
