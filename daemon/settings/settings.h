// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/settings/settingkeys.h"
#include "shared/core/result.h"

#include <map>

namespace moe::settings {

/// Values of settings by key, each as compact JSON. A value type; the codec of a stored document.
class SettingValues
{
public:
    /// The members of a JSON object. InvalidRequest if it is none or names a key twice.
    [[nodiscard]] static Result<SettingValues> parse(QByteArrayView object);

    void set(const SettingKey<bool> &key, bool value);
    void set(const SettingKey<qint64> &key, qint64 value);
    void set(const SettingKey<QString> &key, const QString &value);
    /// JSON; an empty document is none.
    void set(const SettingKey<QByteArray> &key, const QByteArray &document);

    void setJson(const QString &key, QByteArray value) { m_values.insert_or_assign(key, std::move(value)); }
    void remove(const QString &key) { m_values.erase(key); }

    /// Null if there is none.
    [[nodiscard]] const QByteArray *find(const QString &key) const;
    [[nodiscard]] const std::map<QString, QByteArray> &all() const { return m_values; }
    /// A JSON object, keys in order.
    [[nodiscard]] QByteArray toJson() const;

    friend bool operator==(const SettingValues &, const SettingValues &) = default;

private:
    std::map<QString, QByteArray> m_values;
};

/// All settings in force from one change to the next: immutable, so whoever holds it sees one state.
class Settings
{
public:
    /// `effective` has a value for every key, but for documents that there are none of.
    Settings(qint64 version, SettingValues effective) : m_version(version), m_values(std::move(effective)) { }

    /// Of the stored document; 0: nothing was ever set.
    [[nodiscard]] qint64 version() const { return m_version; }

    [[nodiscard]] bool value(const SettingKey<bool> &key) const;
    [[nodiscard]] qint64 value(const SettingKey<qint64> &key) const;
    [[nodiscard]] QString value(const SettingKey<QString> &key) const;
    [[nodiscard]] QByteArray value(const SettingKey<QByteArray> &key) const;

    [[nodiscard]] const SettingValues &values() const { return m_values; }

private:
    const qint64 m_version;
    const SettingValues m_values;
};

}
