// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/listquery.h"
#include "shared/async/context.h"
#include "shared/async/task.h"

#include <QByteArray>

namespace moe::accounts {

/// All settings as they were from one change to the next.
struct SettingsVersion {
    qint64 version = 0;   ///< 1, 2, 3 …; 0: nothing was ever set
    QByteArray document;  ///< JSON object
    QString author;       ///< as AuditEntry::actor
    Clock::System created;

    friend bool operator==(const SettingsVersion &, const SettingsVersion &) = default;
};

/// The history of the settings. Every back end passes tests/contract. All calls end with Unavailable while the back end
/// cannot be used; what failed has changed nothing.
class SettingsStore
{
public:
    SettingsStore() = default;
    SettingsStore(const SettingsStore &) = delete;
    SettingsStore &operator=(const SettingsStore &) = delete;
    virtual ~SettingsStore() = default;

    /// The version is the number of the one it was made from, 0 for the first; Conflict "version_mismatch" if that is
    /// not the latest. Returns it with its own number.
    [[nodiscard]] virtual Task<SettingsVersion> append(SettingsVersion next, RequestContext context) = 0;
    /// Version 0 if nothing was ever set.
    [[nodiscard]] virtual Task<SettingsVersion> latest(RequestContext context) = 0;
    /// NotFound.
    [[nodiscard]] virtual Task<SettingsVersion> version(qint64 number, RequestContext context) = 0;
    /// The newest first, below `before`, without their documents.
    [[nodiscard]] virtual Task<QList<SettingsVersion>> history(std::optional<qint64> before, int limit,
                                                               RequestContext context)
        = 0;
    /// All versions of this author are another's from now on.
    [[nodiscard]] virtual Task<void> renameAuthor(QString author, QString name, RequestContext context) = 0;
};

}
