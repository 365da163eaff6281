// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/command.h"
#include "daemon/ctl/moectl/lookup.h"
#include "shared/wire/control/usage.h"

#include <QFile>

using namespace Qt::StringLiterals;

namespace moe::moectl {

namespace {

constexpr qint64 usualLimit = 100;
constexpr qint64 mostItems = 1'000'000;
constexpr int pageSize = 500;

const std::vector<Column> usageColumns{
    {"time"_L1, "Time"_L1},           {"model"_L1, "Model"_L1},          {"mode"_L1, "Mode"_L1},
    {"status"_L1, "Status"_L1},       {"prompt_tokens"_L1, "Prompt"_L1}, {"completion_tokens"_L1, "Completion"_L1},
    {"total_tokens"_L1, "Tokens"_L1}, {"latency_ms"_L1, "ms"_L1},        {"nodes"_L1, "Nodes"_L1}};

const std::vector<Column> dayColumns{{"day"_L1, "Day"_L1},
                                     {"requests"_L1, "Requests"_L1},
                                     {"prompt_tokens"_L1, "Prompt"_L1},
                                     {"completion_tokens"_L1, "Completion"_L1},
                                     {"total_tokens"_L1, "Tokens"_L1}};

const std::vector<Column> modelColumns{{"model"_L1, "Model"_L1},
                                       {"mode"_L1, "Mode"_L1},
                                       {"requests"_L1, "Requests"_L1},
                                       {"prompt_tokens"_L1, "Prompt"_L1},
                                       {"completion_tokens"_L1, "Completion"_L1},
                                       {"total_tokens"_L1, "Tokens"_L1}};

const std::vector<Column> auditColumns{{"time"_L1, "Time"_L1},   {"actor"_L1, "Who"_L1},      {"address"_L1, "From"_L1},
                                       {"action"_L1, "What"_L1}, {"object"_L1, "On what"_L1}, {"success"_L1, "Done"_L1},
                                       {"count"_L1, "Times"_L1}};

Task<Output> listUsage(Call call)
{
    control::UsageQuery query;
    query.sort = u"-time"_s;
    query.model = call.inputs.optional("model"_L1);
    CO_TRY(query.status, call.inputs.choice<UsageStatus>("status"_L1));
    CO_TRY(query.from, call.inputs.time("from"_L1));
    CO_TRY(query.to, call.inputs.time("to"_L1));
    CO_TRY(const auto limit, call.inputs.number("limit"_L1, 1, mostItems));
    CO_TRY(const User user, co_await userNamed(call.client, call.inputs.text("user"_L1)));
    query.user = user.id;
    CO_TRY(const auto entries,
           co_await call.client.allPages(control::listUsage, {.query = query}, {}, limit.value_or(usualLimit)));
    co_return listed(entries, usageColumns);
}

Task<Output> sumUsage(Call call)
{
    control::UsageSumQuery query;
    CO_TRY(query.from, call.inputs.time("from"_L1));
    CO_TRY(query.to, call.inputs.time("to"_L1));
    CO_TRY(const auto days, call.inputs.number("days"_L1, 1, 500));
    if (days)
        query.days = int(*days);
    const QString by = call.inputs.optional("by"_L1).value_or(u"day"_s);
    if (by != "day"_L1 && by != "model"_L1)
        co_return wrongUsage(u"--by must be day or model."_s);
    if (call.inputs.has("user"_L1)) {
        CO_TRY(const User user, co_await userNamed(call.client, call.inputs.text("user"_L1)));
        query.user = user.id;
    }
    if (by == "model"_L1) {
        CO_TRY(const auto sums, co_await call.client.allPages(control::sumUsageByModel, {.query = query}, {}));
        co_return listed(sums, modelColumns);
    }
    CO_TRY(const auto sums, co_await call.client.allPages(control::sumUsageByDay, {.query = query}, {}));
    co_return listed(sums, dayColumns);
}

Result<control::AuditQuery> auditQuery(const Inputs &inputs)
{
    control::AuditQuery query;
    query.actor = inputs.optional("actor"_L1);
    query.action = inputs.optional("action"_L1);
    TRY(query.from, inputs.time("from"_L1));
    TRY(query.to, inputs.time("to"_L1));
    return query;
}

Task<Output> listAudit(Call call)
{
    CO_TRY(control::AuditQuery query, auditQuery(call.inputs));
    query.sort = u"-time"_s;
    CO_TRY(const auto limit, call.inputs.number("limit"_L1, 1, mostItems));
    CO_TRY(const auto entries,
           co_await call.client.allPages(control::listAudit, {.query = query}, {}, limit.value_or(usualLimit)));
    co_return listed(entries, auditColumns);
}

/// One entry a line, the oldest first, part by part: there may be millions.
Task<Output> exportAudit(Call call)
{
    CO_TRY(control::AuditQuery query, auditQuery(call.inputs));
    query.sort = u"time"_s;
    query.limit = pageSize;
    QFile file(call.inputs.text("file"_L1));
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly, QFileDevice::ReadOwner | QFileDevice::WriteOwner))
        co_return failure(
            Error::of(ErrorCode::Conflict, u"%1 cannot be made: %2."_s.arg(file.fileName(), file.errorString())));
    const std::function<Result<bool>(QList<control::AuditItem>)> writePage
        = [&file](const auto &entries) -> Result<bool> {
        for (const control::AuditItem &entry : entries) {
            const QByteArray line = wire::write(entry) + '\n';
            if (file.write(line) != line.size())
                return failure(Error::of(ErrorCode::Unavailable,
                                         u"%1 cannot be written: %2."_s.arg(file.fileName(), file.errorString())));
        }
        return true;
    };
    CO_TRY_VOID(co_await call.client.eachPage(control::listAudit, {.query = query}, writePage, {}));
    if (!file.flush())
        co_return failure(Error::of(ErrorCode::Unavailable, u"%1 cannot be written."_s.arg(file.fileName())));
    co_return done("written"_L1, file.fileName());
}

constexpr Parameter from{Parameter::OptionalOption, "from"_L1, "TIME"_L1};
constexpr Parameter to{Parameter::OptionalOption, "to"_L1, "TIME"_L1};
constexpr Parameter limit{Parameter::OptionalOption, "limit"_L1, "N"_L1};
constexpr Parameter actor{Parameter::OptionalOption, "actor"_L1, "ACTOR"_L1};
constexpr Parameter action{Parameter::OptionalOption, "action"_L1, "ACTION"_L1};

}

CommandGroup usageCommands()
{
    return {"Usage and audit"_L1,
            {{"usage list"_L1,
              "Lists the newest requests of a user (100) and what they used."_L1,
              {{Parameter::Option, "user"_L1, "NAME"_L1},
               limit,
               {Parameter::OptionalOption, "model"_L1, "MODEL"_L1},
               {Parameter::OptionalOption, "status"_L1, "STATUS"_L1},
               from,
               to},
              &listUsage},
             {"usage sum"_L1,
              "Adds up what a user or all used, by day or model."_L1,
              {{Parameter::OptionalOption, "user"_L1, "NAME"_L1},
               {Parameter::OptionalOption, "by"_L1, "day|model"_L1},
               {Parameter::OptionalOption, "days"_L1, "N"_L1},
               from,
               to},
              &sumUsage},
             {"audit list"_L1,
              "Lists who did what, the newest (100) first; an action may end with \".\"."_L1,
              {limit, actor, action, from, to},
              &listAudit},
             {"audit export"_L1,
              "Writes all of that to a new file, one JSON document a line, the oldest first."_L1,
              {{Parameter::Word, "file"_L1, "FILE"_L1}, actor, action, from, to},
              &exportAudit}}};
}

}
