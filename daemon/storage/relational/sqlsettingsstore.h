// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/settingsstore.h"
#include "daemon/storage/dbexecutor.h"

namespace moe::storage {

/// The history of the settings in a relational database. The executor outlives it.
class SqlSettingsStore final : public accounts::SettingsStore
{
public:
    explicit SqlSettingsStore(DbExecutor &executor) : m_executor(executor) { }

    [[nodiscard]] Task<accounts::SettingsVersion> append(accounts::SettingsVersion next,
                                                         RequestContext context) override;
    [[nodiscard]] Task<accounts::SettingsVersion> latest(RequestContext context) override;
    [[nodiscard]] Task<accounts::SettingsVersion> version(qint64 number, RequestContext context) override;
    [[nodiscard]] Task<QList<accounts::SettingsVersion>> history(std::optional<qint64> before, int limit,
                                                                 RequestContext context) override;
    [[nodiscard]] Task<void> renameAuthor(QString author, QString name, RequestContext context) override;

private:
    DbExecutor &m_executor;
};

}
