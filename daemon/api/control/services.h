// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/auditlog.h"
#include "daemon/accounts/auditstore.h"
#include "daemon/accounts/groupservice.h"
#include "daemon/accounts/keyservice.h"
#include "daemon/accounts/policyservice.h"
#include "daemon/accounts/signinservice.h"
#include "daemon/accounts/usagestore.h"
#include "daemon/accounts/userservice.h"
#include "daemon/api/activerequests.h"
#include "daemon/api/control/operationtable.h"
#include "daemon/api/eventfeed.h"
#include "daemon/inference/dispatcher.h"
#include "daemon/settings/settingsservice.h"
#include "shared/wire/control/law.h"
#include "shared/wire/control/operation.h"

namespace moe::api::control {

/// Bringing the texts of the laws up to date.
struct LawSyncing {
    std::function<Result<void>(moe::control::LawSyncStart)> start; ///< without "from": from the configured address
    std::function<Task<moe::control::LawSyncState>(RequestContext)> state;
};

/// What the composition root knows about the running daemon.
struct System {
    std::function<moe::control::Status()> status;
    /// Which models answer for what, now.
    std::function<QList<moe::control::ExpertView>()> experts;
    std::function<Task<QList<moe::control::ActiveRequest>>(RequestContext)> activeRequests;
    /// Ends requests under way; how many there were.
    std::function<QCoro::Task<int>(RequestSelection)> endRequests;
    std::function<Task<moe::control::Backup>(RequestContext)> backup;
    /// The servers as they are configured: a JSON array as INFERENCE_SERVERS has it, tokens included.
    std::function<QByteArray()> serverDocument;
    LawSyncing lawSync;
};

/// What the operations of the control API work with. Main thread; everything outlives the operations.
struct ControlServices {
    accounts::SignInService &signIn;
    accounts::UserService &users;
    accounts::KeyService &keys;
    accounts::PolicyService &policies;
    accounts::GroupService &groups;
    accounts::UsageStore &usage;
    accounts::AuditStore &audit;
    accounts::AuditLog &auditLog;
    EventFeed &events;
    settings::SettingsService &settings;
    inference::Dispatcher &dispatcher;
    const Clock &clock;
    System system;
};

// One function for each resource, each in a file of its own name.
void addSessionOperations(OperationTable &table, const ControlServices &services);
void addOwnOperations(OperationTable &table, const ControlServices &services);
void addUserOperations(OperationTable &table, const ControlServices &services);
void addKeyOperations(OperationTable &table, const ControlServices &services);
void addPolicyOperations(OperationTable &table, const ControlServices &services);
void addGroupOperations(OperationTable &table, const ControlServices &services);
void addUsageOperations(OperationTable &table, const ControlServices &services);
void addAuditOperations(OperationTable &table, const ControlServices &services);
void addServerOperations(OperationTable &table, const ControlServices &services);
void addRequestOperations(OperationTable &table, const ControlServices &services);
void addSettingsOperations(OperationTable &table, const ControlServices &services);
void addLawOperations(OperationTable &table, const ControlServices &services);
void addSystemOperations(OperationTable &table, const ControlServices &services);

/// All of them.
void addOperations(OperationTable &table, const ControlServices &services);

}
