// SPDX-License-Identifier: Apache-2.0
#include "daemon/settings/settingsview.h"
#include "daemon/settings/secretdocument.h"
#include "shared/wire/jsonscan.h"

using namespace Qt::StringLiterals;

namespace moe::settings {

namespace {

const QByteArray nothing("null");
const QByteArray changedSecret("\"(changed)\"");

QByteArrayView typeName(SettingType type)
{
    switch (type) {
    case SettingType::Boolean: return "boolean";
    case SettingType::Integer: return "integer";
    case SettingType::Text: return "text";
    case SettingType::Secret: return "secret";
    case SettingType::Document: return "document";
    case SettingType::SecretDocument: return "secret_document";
    }
    Q_UNREACHABLE();
}

QByteArrayView sourceName(SettingSource source)
{
    switch (source) {
    case SettingSource::Default: return "default";
    case SettingSource::Option: return "option";
    case SettingSource::Stored: return "stored";
    }
    Q_UNREACHABLE();
}

/// A value that is no secret as a whole, or null if there is none.
QByteArray shown(const Setting &setting, const QByteArray &value)
{
    if (value.isNull())
        return nothing;
    return setting.type == SettingType::SecretDocument ? withoutSecrets(value) : value;
}

SettingDifference differenceOf(const Setting &setting, const QByteArray *before, const QByteArray *after)
{
    const auto side = [&setting](const QByteArray *value) {
        if (value && setting.isSecret())
            return changedSecret;
        return value ? shown(setting, *value) : nothing;
    };
    SettingDifference difference{setting.key, side(before), side(after)};
    if (difference.before == difference.after) // only secrets inside differ
        difference.before = difference.after = changedSecret;
    return difference;
}

class ObjectWriter
{
public:
    void add(QByteArrayView name, QByteArrayView json)
    {
        m_out += m_out.isEmpty() ? '{' : ',';
        json::appendQuoted(m_out, name);
        m_out += ':';
        m_out += json;
    }
    void addText(QByteArrayView name, QByteArrayView text) { add(name, json::quoted(text)); }
    void addNumber(QByteArrayView name, qint64 number) { add(name, QByteArray::number(number)); }
    void addFlag(QByteArrayView name, bool isTrue) { add(name, isTrue ? "true" : "false"); }
    [[nodiscard]] QByteArray take() { return m_out.isEmpty() ? QByteArray("{}") : QByteArray(m_out + '}'); }

private:
    QByteArray m_out;
};

void addLimits(ObjectWriter &object, const Setting &setting)
{
    if (setting.type == SettingType::Integer) {
        object.addNumber("minimum", setting.least);
        object.addNumber("maximum", setting.most);
    } else if (setting.type == SettingType::Text || setting.type == SettingType::Secret) {
        object.addNumber("max_length", setting.most);
    }
}

QByteArray describe(const Setting &setting, const SettingValues &options, const SettingValues &stored, Role role)
{
    const SettingValue value = valueInForce(setting, options, stored);
    ObjectWriter object;
    object.addText("key", setting.key.toUtf8());
    object.addText("type", typeName(setting.type));
    if (setting.isSecret()) {
        object.addFlag("is_set", value.json.size() > 2); // more than two quotes
    } else {
        object.add("value", shown(setting, value.json));
        object.add("default", shown(setting, valueInForce(setting, options, {}).json));
    }
    object.addText("source", sourceName(value.source));
    object.addText("description", setting.description.toUtf8());
    object.addText("effect", setting.effect == SettingEffect::Live ? "live" : "restart");
    object.addFlag("can_change", role >= setting.role);
    addLimits(object, setting);
    return object.take();
}

}

QList<SettingDifference> differences(const SettingsTable &table, const SettingValues &before,
                                     const SettingValues &after)
{
    QList<SettingDifference> list;
    for (const Setting &setting : table.all()) {
        const QByteArray *old = before.find(setting.key);
        const QByteArray *now = after.find(setting.key);
        const bool isSame = old && now ? *old == *now : old == now;
        if (!isSame)
            list.append(differenceOf(setting, old, now));
    }
    return list;
}

QByteArray sideOf(const QList<SettingDifference> &differences, QByteArray SettingDifference::*side)
{
    ObjectWriter object;
    for (const SettingDifference &difference : differences)
        object.add(difference.key.toUtf8(), difference.*side);
    return object.take();
}

QByteArray describeSettings(const SettingsTable &table, const SettingValues &options, const SettingValues &stored,
                            Role role)
{
    QByteArray list;
    for (const Setting &setting : table.all()) {
        list += list.isEmpty() ? '[' : ',';
        list += describe(setting, options, stored, role);
    }
    return list.isEmpty() ? QByteArray("[]") : QByteArray(list + ']');
}

}
