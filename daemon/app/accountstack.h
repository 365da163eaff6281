// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/auditlog.h"
#include "daemon/accounts/erasurehooks.h"
#include "daemon/accounts/groupservice.h"
#include "daemon/accounts/keyservice.h"
#include "daemon/accounts/policyservice.h"
#include "daemon/accounts/retention.h"
#include "daemon/accounts/signinservice.h"
#include "daemon/accounts/usagewriter.h"
#include "daemon/accounts/userservice.h"
#include "daemon/api/services.h"
#include "daemon/app/options.h"
#include "daemon/settings/settingsservice.h"
#include "daemon/storage/databasewatch.h"
#include "daemon/storage/relational/sqlaccountstores.h"
#include "shared/async/taskscope.h"

namespace moe::app {

/// Everything about accounts and settings: the database, what is decided from memory, the services on both, and the
/// tasks in the background. Main thread, but for the directories and the journal.
class AccountStack
{
public:
    struct Parts {
        const Options &options;
        const Clock &clock;
        settings::SettingChecks checks;
        accounts::ResourceCheck isResourceKnown;
    };
    explicit AccountStack(Parts parts);
    AccountStack(const AccountStack &) = delete;
    AccountStack &operator=(const AccountStack &) = delete;
    ~AccountStack();

    /// Opens the database, counts what an earlier process left, and fills the memory.
    [[nodiscard]] Task<void> open(RequestContext context);
    /// The tasks in the background; they end when the scope's stop is requested.
    void startTasks(TaskScope &scope);
    /// After the scope has been joined.
    void close();

    [[nodiscard]] QList<api::HealthItem> health() const;
    /// A consistent copy of the database in the folder "backups" of the data directory.
    [[nodiscard]] Task<QString> backUp(RequestContext context);

    // Thread-safe.
    accounts::KeyDirectory keyDirectory;
    accounts::AccountDirectory accountDirectory;
    accounts::SessionDirectory sessionDirectory;
    std::unique_ptr<accounts::UsageJournal> journal;

    std::unique_ptr<storage::SqlAccountStores> stores;
    std::unique_ptr<accounts::AuditLog> auditLog;
    std::unique_ptr<settings::SettingsService> settings;
    std::unique_ptr<accounts::SignInService> signIn;
    std::unique_ptr<accounts::UserService> users;
    std::unique_ptr<accounts::KeyService> keys;
    std::unique_ptr<accounts::PolicyService> policies;
    std::unique_ptr<accounts::GroupService> groups;

private:
    [[nodiscard]] Result<void> openDatabase();
    [[nodiscard]] Task<void> openJournal(RequestContext context);
    void makeServices();
    void forgetRemoved();
    QCoro::Task<> purge(RequestContext context);

    const Parts m_parts;
    std::unique_ptr<storage::DbExecutor> m_database;
    std::unique_ptr<storage::DatabaseWatch> m_databaseWatch;
    std::unique_ptr<accounts::UsageWriter> m_usageWriter;
    std::unique_ptr<accounts::LiveAccounts> m_live;
    std::unique_ptr<accounts::PasswordHasher> m_hasher;
    accounts::SignInThrottle m_throttle;
    accounts::SetupToken m_setupToken;
    std::unique_ptr<accounts::UsageErasure> m_usageErasure;
    std::unique_ptr<accounts::AuditErasure> m_auditErasure;
    std::unique_ptr<accounts::SettingsErasure> m_settingsErasure;
    std::unique_ptr<accounts::Eraser> m_eraser;
    std::unique_ptr<accounts::Retention> m_retention;
    TaskScope *m_tasks = nullptr; ///< from startTasks() on
    bool m_isPurgeNeeded = false;
    bool m_isPurging = false;
};

}
