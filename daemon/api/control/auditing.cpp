// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/control/auditing.h"

using namespace Qt::StringLiterals;

namespace moe::api::control {

AuditEntry entryOf(const Caller &caller, Deed deed)
{
    AuditEntry entry;
    entry.actor = caller.actor();
    entry.address = caller.address;
    entry.action = std::move(deed.action);
    entry.object = std::move(deed.object);
    entry.before = std::move(deed.before);
    entry.after = std::move(deed.after);
    return entry;
}

QCoro::Task<> audit(const ControlServices *services, Caller caller, Deed deed, RequestContext context)
{
    services->auditLog.note(entryOf(caller, std::move(deed)));
    (void)co_await services->auditLog.flush(std::move(context));
}

void auditRefusal(const ControlServices &services, const Caller &caller, QString action, QString object,
                  const Error &error)
{
    AuditEntry entry;
    entry.actor = caller.actor();
    entry.address = caller.address;
    entry.action = std::move(action);
    entry.object = std::move(object);
    entry.isSuccess = false;
    const QString reason = error.reason.isEmpty() ? QString(errorCodeName(error.code)) : error.reason;
    services.auditLog.note(std::move(entry), reason.toUtf8());
}

QCoro::Task<> cutRequests(const ControlServices *services, RequestSelection selection)
{
    if (services->settings.current()->value(settings::keys::cutStreams))
        co_await services->system.endRequests(std::move(selection));
}

QString objectOf(const User &user) { return u"user:" % user.name; }

QString objectOf(const ApiKey &key) { return u"key:" % QString::number(key.id.value()); }

QString objectOf(const Group &group) { return u"group:" % group.name; }

}
