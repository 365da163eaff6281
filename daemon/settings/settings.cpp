// SPDX-License-Identifier: Apache-2.0
#include "daemon/settings/settings.h"
#include "daemon/settings/secretdocument.h"
#include "shared/wire/jsonscan.h"

namespace moe::settings {

namespace {

json::Span wholeOf(const QByteArray &value, json::Kind kind) { return {0, value.size(), kind}; }

}

Result<SettingValues> SettingValues::parse(QByteArrayView object)
{
    SettingValues parsed;
    json::Cursor cursor(object);
    cursor.object([&](QByteArrayView key) {
        const QString name = QString::fromUtf8(key);
        if (parsed.find(name))
            return cursor.reject(Error::invalid(QStringLiteral("A setting is named twice."), name.left(100)));
        parsed.setJson(name, cursor.skip().in(object).toByteArray());
    });
    TRY_VOID(cursor.finish());
    return parsed;
}

void SettingValues::set(const SettingKey<bool> &key, bool value) { setJson(key.name, value ? "true" : "false"); }

void SettingValues::set(const SettingKey<qint64> &key, qint64 value) { setJson(key.name, QByteArray::number(value)); }

void SettingValues::set(const SettingKey<QString> &key, const QString &value)
{
    setJson(key.name, json::quoted(value.toUtf8()));
}

void SettingValues::set(const SettingKey<QByteArray> &key, const QByteArray &document)
{
    if (document.isEmpty())
        remove(key.name);
    else
        setJson(key.name, compactDocument(document).value_or(document));
}

const QByteArray *SettingValues::find(const QString &key) const
{
    const auto found = m_values.find(key);
    return found == m_values.end() ? nullptr : &found->second;
}

QByteArray SettingValues::toJson() const
{
    QByteArray object("{");
    for (const auto &[key, value] : m_values) {
        if (object.size() > 1)
            object += ',';
        json::appendQuoted(object, key.toUtf8());
        object += ':';
        object += value;
    }
    return object + '}';
}

bool Settings::value(const SettingKey<bool> &key) const
{
    const QByteArray *found = m_values.find(key.name);
    return found && *found == "true";
}

qint64 Settings::value(const SettingKey<qint64> &key) const
{
    const QByteArray *found = m_values.find(key.name);
    return found ? json::integer(*found, wholeOf(*found, json::Kind::Number)).value_or(0) : 0;
}

QString Settings::value(const SettingKey<QString> &key) const
{
    const QByteArray *found = m_values.find(key.name);
    return found ? QString::fromUtf8(json::unescaped(*found, wholeOf(*found, json::Kind::String))) : QString();
}

QByteArray Settings::value(const SettingKey<QByteArray> &key) const
{
    const QByteArray *found = m_values.find(key.name);
    return found ? *found : QByteArray();
}

}
