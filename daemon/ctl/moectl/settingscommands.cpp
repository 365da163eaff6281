// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/command.h"
#include "shared/wire/control/operation.h"

using namespace Qt::StringLiterals;

namespace moe::moectl {

namespace {

constexpr qint64 mostVersions = 1'000'000;

const std::vector<Column> columns{{"key"_L1, "Setting"_L1},
                                  {"value"_L1, "Value"_L1},
                                  {"source"_L1, "From"_L1},
                                  {"type"_L1, "Type"_L1},
                                  {"effect"_L1, "Effect"_L1}};

const std::vector<Column> allColumns{
    {"key"_L1, "Setting"_L1}, {"value"_L1, "Value"_L1}, {"is_set"_L1, "Is set"_L1}, {"default"_L1, "Default"_L1},
    {"source"_L1, "From"_L1}, {"type"_L1, "Type"_L1},   {"effect"_L1, "Effect"_L1}, {"description"_L1, "Meaning"_L1}};

const std::vector<Column> versionColumns{
    {"version"_L1, "Version"_L1}, {"author"_L1, "By"_L1}, {"created_at"_L1, "Since"_L1}};

const std::vector<Column> differenceColumns{
    {"key"_L1, "Setting"_L1}, {"before"_L1, "Before"_L1}, {"after"_L1, "After"_L1}};

Result<control::SettingView> settingOf(const control::SettingsView &settings, const QString &key)
{
    for (const control::SettingView &setting : settings.items) {
        if (setting.key == key)
            return setting;
    }
    return failure(Error::of(ErrorCode::NotFound, u"There is no setting with this name."_s));
}

/// What was said as JSON: as it is where the setting is no text.
Result<QByteArray> valueOf(const control::SettingView &setting, const QString &said)
{
    if (setting.type == "text"_L1 || setting.type == "enumeration"_L1 || setting.type == "secret"_L1)
        return wire::write(said);
    if (setting.type == "boolean"_L1 && (said == "yes"_L1 || said == "no"_L1))
        return wire::write(said == "yes"_L1);
    const auto value = wire::read<wire::RawJson>(said.toUtf8());
    if (!value)
        return failure(Error::invalid(
            u"The value must be JSON: this setting is of the type \"%1\"."_s.arg(setting.type), u"value"_s));
    return value->text;
}

/// Stores a value if nobody has changed the settings since they were looked at.
Task<Output> store(Call call, control::SettingView setting, QByteArray value, std::optional<qint64> version)
{
    wire::Writer key;
    key.value(setting.key);
    const control::SettingsPatch patch{{'{' + key.take() + ':' + value + '}'}};
    CO_TRY(const auto settings,
           co_await call.client.call(control::changeSettings, {.body = patch, .version = version}, {}));
    CO_TRY(const auto changed, settingOf(settings.value, setting.key));
    co_return shown(changed, allColumns);
}

Task<Output> list(Call call)
{
    CO_TRY(const auto settings, co_await call.client.call(control::readSettings, {}, {}));
    Output output{wire::write(settings.value), {}};
    output.text = tableOf(output.json, columns);
    co_return output;
}

Task<Output> get(Call call)
{
    CO_TRY(const auto settings, co_await call.client.call(control::readSettings, {}, {}));
    CO_TRY(const auto setting, settingOf(settings.value, call.inputs.text("key"_L1)));
    co_return shown(setting, allColumns);
}

Task<Output> set(Call call)
{
    CO_TRY(const auto settings, co_await call.client.call(control::readSettings, {}, {}));
    CO_TRY(const auto setting, settingOf(settings.value, call.inputs.text("key"_L1)));
    const bool isFromInput = call.inputs.has("stdin"_L1);
    if (isFromInput == call.inputs.has("value"_L1))
        co_return wrongUsage(u"Give the value, or --stdin to read it from standard input."_s);
    if (setting.type == "secret"_L1 && !isFromInput)
        co_return wrongUsage(u"Secrets are read from standard input only: --stdin."_s);
    QString said = call.inputs.text("value"_L1);
    if (isFromInput) {
        CO_TRY(said, call.console->readLine());
    }
    CO_TRY(const QByteArray value, valueOf(setting, said));
    co_return co_await store(call, setting, value, settings.version);
}

Task<Output> unset(Call call)
{
    CO_TRY(const auto settings, co_await call.client.call(control::readSettings, {}, {}));
    CO_TRY(const auto setting, settingOf(settings.value, call.inputs.text("key"_L1)));
    co_return co_await store(call, setting, "null", settings.version);
}

Task<Output> history(Call call)
{
    control::HistoryQuery query;
    CO_TRY(const auto limit, call.inputs.number("limit"_L1, 1, 500));
    if (limit)
        query.limit = int(*limit);
    CO_TRY(const auto versions, co_await call.client.call(control::listSettingsVersions, {.query = query}, {}));
    co_return listed(versions.value.items, versionColumns);
}

Task<Output> diff(Call call)
{
    control::DiffQuery query;
    CO_TRY(const auto from, call.inputs.number("from"_L1, 0, mostVersions));
    CO_TRY(query.to, call.inputs.number("to"_L1, 0, mostVersions));
    query.from = from.value_or(0);
    CO_TRY(const auto differences, co_await call.client.call(control::diffSettings, {.query = query}, {}));
    co_return listed(differences.value.items, differenceColumns);
}

Task<Output> rollBack(Call call)
{
    CO_TRY(const auto version, call.inputs.number("version"_L1, 0, mostVersions));
    const control::RollBack body{version.value_or(0)};
    CO_TRY(const auto settings, co_await call.client.call(control::rollBackSettings, {.body = body}, {}));
    Output output{wire::write(settings.value), {}};
    output.text = tableOf(output.json, columns);
    co_return output;
}

constexpr Parameter key{Parameter::Word, "key"_L1, "SETTING"_L1};

}

CommandGroup settingsCommands()
{
    return {"Settings"_L1,
            {{"settings list"_L1,
              "Lists all settings; those that are not live count from the next start on."_L1,
              {},
              &list},
             {"settings get"_L1, "Shows one setting."_L1, {key}, &get},
             {"settings set"_L1,
              "Changes a setting; secrets are read from standard input only."_L1,
              {key, {Parameter::OptionalWord, "value"_L1, "VALUE"_L1}, {Parameter::Flag, "stdin"_L1}},
              &set},
             {"settings unset"_L1, "Goes back to the default."_L1, {key}, &unset},
             {"settings history"_L1,
              "Lists the versions of the settings, the newest first."_L1,
              {{Parameter::OptionalOption, "limit"_L1, "N"_L1}},
              &history},
             {"settings diff"_L1,
              "Lists what is different between two versions, or one and the present one."_L1,
              {{Parameter::Word, "from"_L1, "FROM"_L1}, {Parameter::OptionalWord, "to"_L1, "TO"_L1}},
              &diff},
             {"settings rollback"_L1,
              "Makes an old version the newest one."_L1,
              {{Parameter::Word, "version"_L1, "VERSION"_L1}},
              &rollBack}}};
}

}
