// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/clock.h"
#include "shared/core/ids.h"

#include <QByteArray>
#include <QString>

namespace moe {

/// One thing that somebody did, or tried to do, to the system. Never holds a secret.
struct AuditEntry {
    qint64 id = 0;          ///< in the order of writing; never reused
    Clock::System time;
    QString actor;          ///< "user:anna", "key:moe-sk-0123456789", "local" (moectl beside the daemon) or "system"
    QString address;        ///< of the client; empty for "local" and "system"
    QString action;         ///< such as "key.revoke", "session.failed", "request.refused"
    QString object;         ///< such as "key:17", "user:anna"
    QByteArray before;      ///< JSON object of what changed, empty if there is none
    QByteArray after;
    bool isSuccess = true;
    qint64 count = 1;       ///< how many like it are folded into this one

    friend bool operator==(const AuditEntry &, const AuditEntry &) = default;
};

}
