// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/command.h"
#include "shared/wire/control/operation.h"

using namespace Qt::StringLiterals;

namespace moe::moectl {

namespace {

using wire::Field;

constexpr qint64 mostParallel = 10'000;

const std::vector<Column> columns{
    {"name"_L1, "Name"_L1},           {"api_type"_L1, "API"_L1},        {"enabled"_L1, "Enabled"_L1},
    {"reachable"_L1, "Reachable"_L1}, {"in_flight"_L1, "In flight"_L1}, {"parallel"_L1, "At most"_L1},
    {"served"_L1, "Served"_L1},       {"faults"_L1, "Faults"_L1},       {"breaker"_L1, "Breaker"_L1}};

const std::vector<Column> allColumns{
    {"name"_L1, "Name"_L1},           {"api_type"_L1, "API"_L1},        {"version"_L1, "Version"_L1},
    {"enabled"_L1, "Enabled"_L1},     {"reachable"_L1, "Reachable"_L1}, {"breaker"_L1, "Breaker"_L1},
    {"in_flight"_L1, "In flight"_L1}, {"parallel"_L1, "At most"_L1},    {"served"_L1, "Served"_L1},
    {"faults"_L1, "Faults"_L1},       {"models"_L1, "Models"_L1},       {"loaded"_L1, "In memory"_L1}};

const std::vector<Column> modelColumns{
    {"name"_L1, "Model"_L1}, {"servers"_L1, "Servers"_L1}, {"context_length"_L1, "Context"_L1}};

const std::vector<Column> expertColumns{{"category"_L1, "Category"_L1}, {"models"_L1, "Models"_L1}};

const std::vector<Column> requestColumns{{"id"_L1, "ID"_L1},
                                         {"user"_L1, "User"_L1},
                                         {"model"_L1, "Model"_L1},
                                         {"mode"_L1, "Mode"_L1},
                                         {"started_at"_L1, "Since"_L1},
                                         {"prompt_tokens"_L1, "Prompt"_L1},
                                         {"completion_tokens"_L1, "Completion"_L1},
                                         {"servers"_L1, "Servers"_L1}};

const std::vector<Column> levelColumns{{"category"_L1, "Category"_L1}, {"level"_L1, "Level"_L1}};

const std::vector<Column> statusColumns{{"version"_L1, "Version"_L1},     {"api"_L1, "API port"_L1},
                                        {"mcp"_L1, "MCP port"_L1},        {"control"_L1, "Control port"_L1},
                                        {"in_flight"_L1, "In flight"_L1}, {"waiting"_L1, "Waiting"_L1}};

const std::vector<Column> componentColumns{{"name"_L1, "Part"_L1}, {"ok"_L1, "Works"_L1}, {"detail"_L1, "Detail"_L1}};

const std::vector<Column> countColumns{{"name"_L1, "Server"_L1},     {"reachable"_L1, "Reachable"_L1},
                                       {"enabled"_L1, "Enabled"_L1}, {"in_flight"_L1, "In flight"_L1},
                                       {"served"_L1, "Served"_L1},   {"faults"_L1, "Faults"_L1}};

/// What is said of a server, as INFERENCE_SERVERS has it; the rest stays.
struct ServerPatch {
    std::optional<QString> url;
    std::optional<QString> apiType;
    std::optional<QString> token;
    std::optional<qint64> parallel;
    std::optional<bool> isEnabled;

    static constexpr auto fields()
    {
        return std::tuple{Field<&ServerPatch::url>{"url"_L1}, Field<&ServerPatch::apiType>{"api_type"_L1},
                          Field<&ServerPatch::token>{"token"_L1}, Field<&ServerPatch::parallel>{"parallel"_L1},
                          Field<&ServerPatch::isEnabled>{"enabled"_L1}};
    }
};

Task<Output> listServers(Call call)
{
    CO_TRY(const auto servers, co_await call.client.allPages(control::listServers, {}, {}));
    co_return listed(servers, columns);
}

Task<Output> showServer(Call call)
{
    CO_TRY(const auto server,
           co_await call.client.call(control::readServer, {.path = {call.inputs.text("name"_L1)}}, {}));
    co_return shown(server.value, allColumns);
}

Task<Output> setServer(Call call)
{
    ServerPatch patch;
    patch.url = call.inputs.optional("url"_L1);
    patch.apiType = call.inputs.optional("api-type"_L1);
    CO_TRY(patch.parallel, call.inputs.number("parallel"_L1, 1, mostParallel));
    CO_TRY(patch.isEnabled, call.inputs.yesOrNo("enabled"_L1));
    if (call.inputs.has("token-stdin"_L1)) {
        CO_TRY(patch.token, call.console->readLine());
    }
    const wire::RawJson body{wire::write(patch)};
    CO_TRY(const auto server,
           co_await call.client.call(control::putServer, {.path = {call.inputs.text("name"_L1)}, .body = body}, {}));
    co_return shown(server.value, allColumns);
}

Task<Output> removeServer(Call call)
{
    const QString name = call.inputs.text("name"_L1);
    CO_TRY_VOID(co_await call.client.call(control::removeServer, {.path = {name}}, {}));
    co_return done("removed"_L1, name);
}

Task<Output> listModels(Call call)
{
    CO_TRY(const auto models, co_await call.client.allPages(control::listModels, {}, {}));
    co_return listed(models, modelColumns);
}

Task<Output> listExperts(Call call)
{
    CO_TRY(const auto experts, co_await call.client.allPages(control::listExperts, {}, {}));
    co_return listed(experts, expertColumns);
}

Task<Output> listRequests(Call call)
{
    CO_TRY(const auto requests, co_await call.client.allPages(control::listRequests, {}, {}));
    co_return listed(requests, requestColumns);
}

Task<Output> killRequest(Call call)
{
    const QString id = call.inputs.text("id"_L1);
    CO_TRY_VOID(co_await call.client.call(control::killRequest, {.path = {id}}, {}));
    co_return done("killed"_L1, id);
}

QList<control::LogLevel> levelsOf(const QList<control::LogLevel> &levels, const QString &category)
{
    QList<control::LogLevel> found;
    for (const control::LogLevel &level : levels) {
        if (level.category.compare(category, Qt::CaseInsensitive) == 0)
            found.append(level);
    }
    return found;
}

/// A single word that is no category is a level for all, or a text such as "info,http=debug".
Task<Output> logLevel(Call call)
{
    const QString category = call.inputs.text("category"_L1);
    const QString level = call.inputs.text("level"_L1);
    CO_TRY(const auto present, co_await call.client.call(control::listLogLevels, {}, {}));
    const auto known = levelsOf(present.value.items, category);
    if (category.isEmpty())
        co_return listed(present.value.items, levelColumns);
    if (level.isEmpty() && !known.isEmpty())
        co_return listed(known, levelColumns);
    const control::LogLevelChange change{level.isEmpty() ? category : QString(category + u'=' + level)};
    CO_TRY(const auto changed, co_await call.client.call(control::changeLogLevels, {.body = change}, {}));
    co_return listed(known.isEmpty() ? changed.value.items : levelsOf(changed.value.items, category), levelColumns);
}

Task<Output> status(Call call)
{
    CO_TRY(const auto status, co_await call.client.call(control::readStatus, {}, {}));
    Output output = shown(status.value, statusColumns);
    output.text += u'\n' + listed(status.value.components, componentColumns).text;
    output.text += u'\n' + listed(status.value.servers, countColumns).text;
    co_return output;
}

constexpr Parameter name{Parameter::Word, "name"_L1, "SERVER"_L1};

}

CommandGroup serverCommands()
{
    return {
        "The running system"_L1,
        {{"server list"_L1, "Lists the inference servers."_L1, {}, &listServers},
         {"server show"_L1, "Shows one inference server and its models."_L1, {name}, &showServer},
         {"server set"_L1,
          "Adds or changes an inference server; its token is read from standard input."_L1,
          {name,
           {Parameter::OptionalOption, "url"_L1, "URL"_L1},
           {Parameter::OptionalOption, "api-type"_L1, "ollama|openai"_L1},
           {Parameter::Flag, "token-stdin"_L1},
           {Parameter::OptionalOption, "parallel"_L1, "N"_L1},
           {Parameter::OptionalOption, "enabled"_L1, "yes|no"_L1}},
          &setServer},
         {"server remove"_L1, "Takes an inference server out."_L1, {name}, &removeServer},
         {"model list"_L1, "Lists the models and where they are."_L1, {}, &listModels},
         {"expert list"_L1, "Lists which models answer for which category."_L1, {}, &listExperts},
         {"request list"_L1, "Lists the requests under way."_L1, {}, &listRequests},
         {"request kill"_L1,
          "Ends a request under way; it pays what it has used."_L1,
          {{Parameter::Word, "id"_L1, "ID"_L1}},
          &killRequest},
         {"log level"_L1,
          "Shows the levels of the log, or changes one, or with a level alone all."_L1,
          {{Parameter::OptionalWord, "category"_L1, "CATEGORY"_L1}, {Parameter::OptionalWord, "level"_L1, "LEVEL"_L1}},
          &logLevel},
         {"status"_L1, "Tells how the daemon is doing."_L1, {}, &status}}};
}

}
