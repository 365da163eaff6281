// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/settingsstore.h"
#include "daemon/settings/settingsview.h"

#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace moe::settings {

/// Who changes settings.
struct SettingsAuthor {
    QString name; ///< as AuditEntry::actor
    Role role = Role::User;
};

/// What is to be changed.
struct SettingsPatch {
    QByteArray document;                         ///< JSON object: key to value, or to null for back to the default
    std::optional<qint64> expectedVersion = {};  ///< Conflict "version_mismatch" if it is not the latest
};

/// What a change did. The texts are for its audit entry: JSON objects of what differs, without secrets.
struct SettingsChange {
    qint64 version = 0;
    QList<SettingDifference> differences; ///< empty: nothing was to be changed, and there is no new version
    QByteArray auditBefore;
    QByteArray auditAfter;
};

/// The settings: typed, validated, versioned, live. A stored value wins over the start option, that over the built-in
/// default. Secrets can be written but never read: they lie in the stored document, in the database's file that only
/// the daemon's user may read. Keys that this version does not know are kept, but not shown.
/// Main thread, but for current(); the store outlives it, and it outlives its tasks.
class SettingsService
{
public:
    using Listener = std::function<void(const Settings &)>;

    /// `options` are the values given at start. They must be valid.
    SettingsService(accounts::SettingsStore &store, SettingsTable table, SettingValues options, const Clock &clock);
    SettingsService(const SettingsService &) = delete;
    SettingsService &operator=(const SettingsService &) = delete;

    /// Takes over what is stored; at start, and again to see what another daemon has changed.
    [[nodiscard]] Task<void> load(RequestContext context);

    /// What is in force. From any thread.
    [[nodiscard]] std::shared_ptr<const Settings> current() const;
    /// Calls `listener` on the main thread after each change of this setting, or of one below a prefix that ends with
    /// "." (an empty one: of any); in the order of registration, and of versions. For the rest of the service's life.
    void onChange(QString keyOrPrefix, Listener listener);

    /// All or nothing. InvalidRequest for an unknown key or a wrong value, PermissionDenied for one that the role may
    /// not change; `param` names it.
    [[nodiscard]] Task<SettingsChange> change(SettingsPatch patch, SettingsAuthor author, RequestContext context);
    /// Makes a new version with the document of an old one (0: nothing set), which is checked as if it were new.
    [[nodiscard]] Task<SettingsChange> rollBack(qint64 version, std::optional<qint64> expectedVersion,
                                                SettingsAuthor author, RequestContext context);

    /// The newest first, below `before`, without their documents.
    [[nodiscard]] Task<QList<accounts::SettingsVersion>> history(std::optional<qint64> before, int limit,
                                                                 RequestContext context);
    /// In order of key. NotFound; version 0 is the one without any value.
    [[nodiscard]] Task<QList<SettingDifference>> diff(qint64 from, qint64 to, RequestContext context);

    /// A JSON object for the control API: {"version", "items": [{"key", "type", "value", "default", "source":
    /// "default"|"option"|"stored", "description", "effect": "live"|"restart", "can_change", and "minimum", "maximum"
    /// or "max_length"}]}. A secret has "is_set" instead of value and default.
    [[nodiscard]] QByteArray document(Role role) const;

private:
    struct News {
        std::shared_ptr<const Settings> settings;
        QStringList changedKeys;
    };

    Task<void> catchUp(std::optional<qint64> version, RequestContext context);
    [[nodiscard]] Result<SettingValues> patched(const QByteArray &patch, const SettingsAuthor &author) const;
    [[nodiscard]] Result<void> checkRollBack(const SettingValues &wanted, const SettingsAuthor &author) const;
    Task<SettingsChange> store(SettingValues wanted, SettingsAuthor author, RequestContext context);
    Task<SettingValues> valuesOf(qint64 version, RequestContext context);
    [[nodiscard]] SettingValues inForce(const SettingValues &stored) const;
    void publish(qint64 version, SettingValues stored);
    void tell(const News &news) const;

    accounts::SettingsStore &m_store;
    const SettingsTable m_table;
    const SettingValues m_options;
    const Clock &m_clock;
    qint64 m_version = 0;
    SettingValues m_stored;
    std::deque<std::pair<QString, Listener>> m_listeners; // stay where they are while listeners register others
    std::deque<News> m_news; // published, but not told to all
    mutable std::mutex m_mutex;
    std::shared_ptr<const Settings> m_current; // guarded by m_mutex
};

}
