// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/auditstore.h"
#include "daemon/storage/dbexecutor.h"

namespace moe::storage {

/// The audit record in a relational database. The executor outlives it.
class SqlAuditStore final : public accounts::AuditStore
{
public:
    explicit SqlAuditStore(DbExecutor &executor) : m_executor(executor) { }

    [[nodiscard]] Task<std::vector<qint64>> append(std::vector<AuditEntry> entries, RequestContext context) override;
    [[nodiscard]] Task<void> fold(std::vector<accounts::AuditFold> folds, RequestContext context) override;
    [[nodiscard]] Task<accounts::ListPage<AuditEntry>> list(accounts::AuditQuery query,
                                                            RequestContext context) override;
    [[nodiscard]] Task<qint64> removeBefore(Clock::System time, int limit, RequestContext context) override;
    [[nodiscard]] Task<qint64> anonymise(accounts::AuditSubject subject, int limit, RequestContext context) override;

private:
    DbExecutor &m_executor;
};

}
