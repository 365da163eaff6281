// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/usagesink.h"
#include "daemon/storage/dbexecutor.h"

namespace moe::storage {

/// Takes a journal of usage into a relational database. The executor outlives it.
class SqlUsageSink final : public accounts::UsageSink
{
public:
    /// Every daemon that writes into this database has a journal of its own, named here.
    SqlUsageSink(DbExecutor &executor, QString journal) : m_executor(executor), m_journal(std::move(journal)) { }

    [[nodiscard]] Task<void> write(accounts::JournalBatch batch, RequestContext context) override;
    [[nodiscard]] Task<qint64> lastApplied(RequestContext context) override;

private:
    DbExecutor &m_executor;
    const QString m_journal;
};

}
