// SPDX-License-Identifier: Apache-2.0
#include "daemon/settings/settingsservice.h"
#include "daemon/settings/secretdocument.h"
#include "daemon/telemetry/log.h"

using namespace Qt::StringLiterals;

namespace moe::settings {

using accounts::SettingsVersion;

namespace {

constexpr int mostAttempts = 5;
const QString versionMismatch = u"version_mismatch"_s;

bool isMismatch(const Error &error) { return error.code == ErrorCode::Conflict && error.reason == versionMismatch; }

Result<void> checkRole(const Setting &setting, Role role)
{
    if (role >= setting.role)
        return {};
    Error error
        = Error::of(ErrorCode::PermissionDenied, u"%1: only an administrator may change this"_s.arg(setting.key));
    error.param = setting.key;
    return failure(std::move(error));
}

bool fits(const QString &keyOrPrefix, const QStringList &keys)
{
    if (!keyOrPrefix.isEmpty() && !keyOrPrefix.endsWith(u'.'))
        return keys.contains(keyOrPrefix);
    return std::ranges::any_of(keys, [&keyOrPrefix](const QString &key) { return key.startsWith(keyOrPrefix); });
}

}

SettingsService::SettingsService(accounts::SettingsStore &store, SettingsTable table, SettingValues options,
                                 const Clock &clock)
    : m_store(store)
    , m_table(std::move(table))
    , m_options(std::move(options))
    , m_clock(clock)
    , m_current(std::make_shared<const Settings>(0, inForce({})))
{ }

Task<void> SettingsService::load(RequestContext context)
{
    CO_TRY(const SettingsVersion latest, co_await m_store.latest(std::move(context)));
    if (latest.version <= m_version)
        co_return {};
    CO_TRY(SettingValues stored, SettingValues::parse(latest.document));
    for (const Setting &setting : m_table.all()) {
        const QByteArray *value = stored.find(setting.key);
        if (value && !checkedValue(setting, *value))
            MOE_LOG(App, Warning, "", "A stored setting is not valid; the default counts", {"key", setting.key});
    }
    publish(latest.version, std::move(stored));
    co_return {};
}

std::shared_ptr<const Settings> SettingsService::current() const
{
    const std::lock_guard lock(m_mutex);
    return m_current;
}

void SettingsService::onChange(QString keyOrPrefix, Listener listener)
{
    m_listeners.emplace_back(std::move(keyOrPrefix), std::move(listener));
}

Task<SettingsChange> SettingsService::change(SettingsPatch patch, SettingsAuthor author, RequestContext context)
{
    CO_TRY_VOID(co_await catchUp(patch.expectedVersion, context));
    for (int attempt = 1;; ++attempt) {
        CO_TRY(SettingValues wanted, patched(patch.document, author));
        auto changed = co_await store(std::move(wanted), author, context);
        const bool isOvertaken = !changed && isMismatch(changed.error()) && !patch.expectedVersion;
        if (!isOvertaken || attempt == mostAttempts)
            co_return changed;
    }
}

Task<SettingsChange> SettingsService::rollBack(qint64 version, std::optional<qint64> expectedVersion,
                                               SettingsAuthor author, RequestContext context)
{
    CO_TRY_VOID(co_await catchUp(expectedVersion, context));
    CO_TRY(const SettingValues wanted, co_await valuesOf(version, context));
    for (int attempt = 1;; ++attempt) {
        CO_TRY_VOID(checkRollBack(wanted, author));
        auto changed = co_await store(wanted, author, context);
        const bool isOvertaken = !changed && isMismatch(changed.error()) && !expectedVersion;
        if (!isOvertaken || attempt == mostAttempts)
            co_return changed;
    }
}

Task<QList<SettingsVersion>> SettingsService::history(std::optional<qint64> before, int limit, RequestContext context)
{
    return m_store.history(before, limit, std::move(context));
}

Task<QList<SettingDifference>> SettingsService::diff(qint64 from, qint64 to, RequestContext context)
{
    CO_TRY(const SettingValues before, co_await valuesOf(from, context));
    CO_TRY(const SettingValues after, co_await valuesOf(to, context));
    co_return differences(m_table, before, after);
}

QByteArray SettingsService::document(Role role) const
{
    return "{\"version\":" + QByteArray::number(m_version)
        + ",\"items\":" + describeSettings(m_table, m_options, m_stored, role) + '}';
}

/// Another daemon may have changed something; then, the latest version must be the one that the caller has seen.
Task<void> SettingsService::catchUp(std::optional<qint64> version, RequestContext context)
{
    CO_TRY_VOID(co_await load(std::move(context)));
    if (version && *version != m_version)
        co_return failure(Error::of(ErrorCode::Conflict,
                                    u"The settings were changed meanwhile. Read them again and repeat the change."_s,
                                    versionMismatch));
    co_return {};
}

Result<SettingValues> SettingsService::patched(const QByteArray &patch, const SettingsAuthor &author) const
{
    TRY(const SettingValues asked, SettingValues::parse(patch));
    SettingValues wanted = m_stored;
    for (const auto &[key, asWritten] : asked.all()) {
        const Setting *setting = m_table.find(key);
        if (!setting)
            return failure(Error::invalid(u"%1: there is no such setting"_s.arg(key.left(100)), key.left(100),
                                          u"unknown_setting"_s));
        TRY_VOID(checkRole(*setting, author.role));
        if (asWritten == "null") {
            wanted.remove(key);
            continue;
        }
        TRY(QByteArray value, checkedValue(*setting, asWritten));
        if (setting->type == SettingType::SecretDocument) {
            const QByteArray previous = valueInForce(*setting, m_options, m_stored).json;
            TRY(value, withKeptSecrets(value, previous, key));
            TRY(value, checkedValue(*setting, value));
        }
        wanted.setJson(key, std::move(value));
    }
    return wanted;
}

Result<void> SettingsService::checkRollBack(const SettingValues &wanted, const SettingsAuthor &author) const
{
    for (const SettingDifference &difference : differences(m_table, m_stored, wanted)) {
        const Setting &setting = *m_table.find(difference.key);
        TRY_VOID(checkRole(setting, author.role));
        if (const QByteArray *value = wanted.find(setting.key))
            TRY_VOID(checkedValue(setting, *value));
    }
    return {};
}

/// Conflict "version_mismatch" if somebody else was faster; the newer version is in force then.
Task<SettingsChange> SettingsService::store(SettingValues wanted, SettingsAuthor author, RequestContext context)
{
    const SettingValues before = m_stored;
    if (wanted == before)
        co_return SettingsChange{m_version, {}, {}, {}};
    const SettingsVersion next{m_version, wanted.toJson(), author.name, m_clock.system()};
    const auto appended = co_await m_store.append(next, context);
    if (!appended) {
        if (isMismatch(appended.error())) {
            CO_TRY_VOID(co_await load(context));
        }
        co_return failure(appended.error());
    }
    const QList<SettingDifference> changed = differences(m_table, before, wanted);
    publish(appended->version, std::move(wanted));
    co_return SettingsChange{appended->version, changed, sideOf(changed, &SettingDifference::before),
                             sideOf(changed, &SettingDifference::after)};
}

Task<SettingValues> SettingsService::valuesOf(qint64 version, RequestContext context)
{
    if (version == 0)
        co_return SettingValues();
    CO_TRY(const SettingsVersion found, co_await m_store.version(version, std::move(context)));
    co_return SettingValues::parse(found.document);
}

SettingValues SettingsService::inForce(const SettingValues &stored) const
{
    SettingValues values;
    for (const Setting &setting : m_table.all()) {
        if (SettingValue value = valueInForce(setting, m_options, stored); !value.json.isNull())
            values.setJson(setting.key, std::move(value.json));
    }
    return values;
}

void SettingsService::publish(qint64 version, SettingValues stored)
{
    if (version <= m_version)
        return; // its answer was slower than that of a newer one
    m_version = version;
    m_stored = std::move(stored);
    const auto next = std::make_shared<const Settings>(version, inForce(m_stored));
    const auto previous = current();
    {
        const std::lock_guard lock(m_mutex);
        m_current = next;
    }
    News news{next, {}};
    for (const SettingDifference &difference : differences(m_table, previous->values(), next->values()))
        news.changedKeys.append(difference.key);
    m_news.push_back(std::move(news));
    if (m_news.size() > 1)
        return; // a listener has changed something: the others hear of its own cause first
    for (; !m_news.empty(); m_news.pop_front())
        tell(m_news.front());
}

void SettingsService::tell(const News &news) const
{
    for (std::size_t i = 0; i < m_listeners.size(); ++i) {
        const auto &[keyOrPrefix, listener] = m_listeners[i];
        if (fits(keyOrPrefix, news.changedKeys))
            listener(*news.settings);
    }
}

}
