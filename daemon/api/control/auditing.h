// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/api/control/services.h"

namespace moe::api::control {

/// Something that was done, for the audit log.
struct Deed {
    QString action;        ///< "user.change"
    QString object;        ///< "user:anna"
    QByteArray before = {}; ///< JSON object of what changed, never secrets
    QByteArray after = {};
};

/// As the audit log has it.
[[nodiscard]] AuditEntry entryOf(const Caller &caller, Deed deed);

/// Writes it down and waits until that is stored, so that the entry is there before the answer. Should the database
/// fail in this moment, what was done stays done and the entry follows.
[[nodiscard]] QCoro::Task<> audit(const ControlServices *services, Caller caller, Deed deed, RequestContext context);

/// Notes what was refused or went wrong; those of one caller are folded.
void auditRefusal(const ControlServices &services, const Caller &caller, QString action, QString object,
                  const Error &error);

/// If the settings say so, ends the requests under way of a key that was revoked or a user who was blocked.
[[nodiscard]] QCoro::Task<> cutRequests(const ControlServices *services, RequestSelection selection);

[[nodiscard]] QString objectOf(const User &user);
[[nodiscard]] QString objectOf(const ApiKey &key);
[[nodiscard]] QString objectOf(const Group &group);

}
