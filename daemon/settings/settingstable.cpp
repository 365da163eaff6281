// SPDX-License-Identifier: Apache-2.0
#include "daemon/settings/settingstable.h"
#include "daemon/settings/secretdocument.h"
#include "daemon/telemetry/loglevel.h"
#include "shared/wire/jsonscan.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace moe::settings {

namespace {

constexpr qint64 tenYears = 3650;
constexpr qint64 largestDocument = 1 << 20;

Setting boolean(const SettingKey<bool> &key, bool standard, QString description)
{
    return {.key = key.name,
            .type = SettingType::Boolean,
            .standard = standard ? "true" : "false",
            .description = std::move(description)};
}

Setting integer(const SettingKey<qint64> &key, qint64 standard, qint64 least, qint64 most, QString description)
{
    return {.key = key.name,
            .type = SettingType::Integer,
            .standard = QByteArray::number(standard),
            .description = std::move(description),
            .least = least,
            .most = most};
}

Setting text(const SettingKey<QString> &key, const QString &standard, qint64 most, QString description,
             SettingCheck check = {})
{
    return {.key = key.name,
            .type = SettingType::Text,
            .standard = json::quoted(standard.toUtf8()),
            .description = std::move(description),
            .most = most,
            .check = std::move(check)};
}

Setting document(const SettingKey<QByteArray> &key, QString description, SettingCheck check)
{
    return {.key = key.name,
            .type = SettingType::Document,
            .description = std::move(description),
            .most = largestDocument,
            .check = std::move(check)};
}

Setting forAdmins(Setting setting)
{
    setting.role = Role::Admin;
    return setting;
}

/// Only administrators change secrets.
Setting secret(Setting setting, SettingType type)
{
    setting.type = type;
    return forAdmins(std::move(setting));
}

Result<void> checkLogLevels(const QByteArray &value)
{
    TRY(const auto levels, telemetry::parseLogLevels(QString::fromUtf8(value)));
    Q_UNUSED(levels)
    return {};
}

/// It is compared with what a header line holds.
Result<void> checkToken(const QByteArray &value)
{
    if (std::ranges::all_of(value, [](char c) { return c > ' ' && c < 0x7f; }))
        return {};
    return failure(Error::invalid(u"expected printable ASCII characters without spaces"_s));
}

Error wrong(const Setting &setting, const QString &what)
{
    return Error::invalid(setting.key % u": "_s % what, setting.key);
}

/// With the setting's own check, should it have one.
Result<QByteArray> accepted(const Setting &setting, const QByteArray &content, QByteArray value)
{
    if (setting.check) {
        if (const Result<void> checked = setting.check(content); !checked)
            return failure(wrong(setting, checked.error().message));
    }
    return value;
}

Result<QByteArray> checkedInteger(const Setting &setting, QByteArrayView value, json::Span span)
{
    const auto number = json::integer(value, span);
    if (!number || *number < setting.least || *number > setting.most)
        return failure(wrong(setting, u"expected a whole number from %1 to %2"_s.arg(setting.least).arg(setting.most)));
    return QByteArray::number(*number);
}

Result<QByteArray> checkedText(const Setting &setting, QByteArrayView value, json::Span span)
{
    if (span.kind != json::Kind::String || json::characterCount(value, span) > setting.most)
        return failure(wrong(setting, u"expected a text of at most %1 characters"_s.arg(setting.most)));
    const QByteArray content = json::unescaped(value, span);
    if (std::ranges::any_of(content, [](char c) { return uchar(c) < 0x20 || c == 0x7f; }))
        return failure(wrong(setting, u"must not hold control characters"_s));
    return accepted(setting, content, json::quoted(content));
}

Result<QByteArray> checkedDocument(const Setting &setting, QByteArrayView value)
{
    const auto compact = value.size() <= setting.most ? compactDocument(value) : std::nullopt;
    if (!compact)
        return failure(wrong(setting, u"expected a JSON object or array of at most %1 bytes"_s.arg(setting.most)));
    return accepted(setting, *compact, *compact);
}

}

SettingsTable::SettingsTable(std::vector<Setting> settings) : m_settings(std::move(settings))
{
    std::ranges::sort(m_settings, {}, &Setting::key);
}

SettingsTable SettingsTable::standard(SettingChecks checks)
{
    return SettingsTable({
        integer(keys::retentionUsageDays, 365, 0, tenYears, u"Days that usage records are kept; 0: for ever."_s),
        // Others could have the traces of what they did deleted.
        forAdmins(integer(keys::retentionAuditDays, 730, 30, tenYears, u"Days that audit entries are kept."_s)),
        boolean(keys::cutStreams, false,
                u"Whether answers under way are cut when their key is revoked or their user blocked."_s),
        integer(keys::keyExpiryDays, 0, 0, tenYears,
                u"Days after which a new key expires unless its owner says otherwise; 0: never."_s),
        document(keys::expertModels, u"The models of each expert category; what is left open is assigned by itself."_s,
                 std::move(checks.expertModels)),
        text(keys::judgeModel, {}, 200, u"The model that plans and merges; empty: chosen by itself."_s),
        text(keys::judgeEndpoint, {}, 64, u"The server that the judge model must run on; empty: any."_s),
        integer(keys::expertOutput, 2'400, 100, 1'000'000, u"Characters of an expert's answer that are merged."_s),
        secret(document(keys::inferenceServers, u"The inference servers, with their tokens."_s,
                        std::move(checks.inferenceServers)),
               SettingType::SecretDocument),
        secret(document(keys::mcpServers, u"The other MCP servers whose tools are offered too, with their tokens."_s,
                        std::move(checks.mcpServers)),
               SettingType::SecretDocument),
        text(keys::logLevels, u"info"_s, 500, u"The log level, and those of parts of the daemon that differ from it."_s,
             checkLogLevels),
        forAdmins(text(keys::lawSource, u"https://www.gesetze-im-internet.de"_s, 500,
                       u"The https address that has the texts of the laws: gii-toc.xml and what it names."_s)),
        secret(text(keys::metricsToken, {}, 4096, u"What a client must present to read the metrics; empty: nothing."_s,
                    checkToken),
               SettingType::Secret),
    });
}

const Setting *SettingsTable::find(QAnyStringView key) const
{
    const auto found = std::ranges::find_if(m_settings, [key](const Setting &each) { return key == each.key; });
    return found == m_settings.end() ? nullptr : &*found;
}

Result<QByteArray> checkedValue(const Setting &setting, QByteArrayView value)
{
    TRY(const json::Span span, json::validate(value));
    switch (setting.type) {
    case SettingType::Boolean:
        if (span.kind != json::Kind::Boolean)
            return failure(wrong(setting, u"expected true or false"_s));
        return span.in(value).toByteArray();
    case SettingType::Integer: return checkedInteger(setting, value, span);
    case SettingType::Text:
    case SettingType::Secret: return checkedText(setting, value, span);
    case SettingType::Document:
    case SettingType::SecretDocument: return checkedDocument(setting, value);
    }
    Q_UNREACHABLE();
}

SettingValue valueInForce(const Setting &setting, const SettingValues &options, const SettingValues &stored)
{
    if (const QByteArray *value = stored.find(setting.key); value && checkedValue(setting, *value))
        return {*value, SettingSource::Stored};
    if (const QByteArray *value = options.find(setting.key))
        return {*value, SettingSource::Option};
    return {setting.standard, SettingSource::Default};
}

}
