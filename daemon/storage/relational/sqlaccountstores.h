// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/storage/relational/sqlauditstore.h"
#include "daemon/storage/relational/sqlgrantstore.h"
#include "daemon/storage/relational/sqlgroupstore.h"
#include "daemon/storage/relational/sqlkeystore.h"
#include "daemon/storage/relational/sqllimitstore.h"
#include "daemon/storage/relational/sqlsessionstore.h"
#include "daemon/storage/relational/sqlsettingsstore.h"
#include "daemon/storage/relational/sqlsnapshotstore.h"
#include "daemon/storage/relational/sqlusagesink.h"
#include "daemon/storage/relational/sqlusagestore.h"
#include "daemon/storage/relational/sqluserstore.h"

namespace moe::storage {

/// All stores of accounts in one relational database. The executor outlives it.
struct SqlAccountStores {
    /// `journal` names the usage journal of this daemon among those that write into the same database.
    explicit SqlAccountStores(DbExecutor &executor, QString journal = QStringLiteral("local"))
        : users(executor)
        , keys(executor)
        , grants(executor)
        , groups(executor)
        , limits(executor)
        , snapshots(executor)
        , sessions(executor)
        , audit(executor)
        , usage(executor)
        , usageSink(executor, std::move(journal))
        , settings(executor)
    { }

    SqlUserStore users;
    SqlKeyStore keys;
    SqlGrantStore grants;
    SqlGroupStore groups;
    SqlLimitStore limits;
    SqlSnapshotStore snapshots;
    SqlSessionStore sessions;
    SqlAuditStore audit;
    SqlUsageStore usage;
    SqlUsageSink usageSink;
    SqlSettingsStore settings;
};

}
