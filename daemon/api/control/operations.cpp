// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/control/auditing.h"

using namespace Qt::StringLiterals;

namespace moe::api::control {

void addOperations(OperationTable &table, const ControlServices &services)
{
    addSessionOperations(table, services);
    addOwnOperations(table, services);
    addUserOperations(table, services);
    addKeyOperations(table, services);
    addPolicyOperations(table, services);
    addGroupOperations(table, services);
    addUsageOperations(table, services);
    addAuditOperations(table, services);
    addServerOperations(table, services);
    addRequestOperations(table, services);
    addSettingsOperations(table, services);
    addLawOperations(table, services);
    addSystemOperations(table, services);
    table.setRefusalObserver([&services](const Caller &caller, QLatin1StringView operation, const Error &error) {
        auditRefusal(services, caller, u"request.refused"_s, QString(u"operation:" % operation), error);
    });
}

}
