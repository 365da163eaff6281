// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/budgettable.h"
#include "daemon/ctl/moectl/command.h"
#include "daemon/ctl/moectl/lookup.h"
#include "shared/wire/control/policies.h"

using namespace Qt::StringLiterals;

namespace moe::moectl {

namespace {

constexpr qint64 mostPerMinute = 1'000'000;
constexpr qint64 mostParallel = 100'000;

const std::vector<Column> columns{{"budget.daily"_L1, "Tokens a day"_L1},
                                  {"budget.monthly"_L1, "Tokens a month"_L1},
                                  {"budget.total"_L1, "Tokens in all"_L1},
                                  {"rates.requests_per_minute"_L1, "Requests a minute"_L1},
                                  {"rates.parallel_requests"_L1, "At the same time"_L1}};

/// A number, "none" for no limit, nothing if it is not to be changed.
template <typename Number>
Result<control::Change<Number>> changeOf(const Inputs &inputs, QLatin1StringView name, qint64 least, qint64 most)
{
    if (!inputs.has(name))
        return control::Change<Number>();
    if (inputs.isNone(name))
        return control::Change<Number>(std::optional<Number>());
    bool isNumber = false;
    const qint64 limit = inputs.text(name).toLongLong(&isNumber);
    if (!isNumber || limit < least || limit > most)
        return wrongUsage(u"--%1 must be a whole number from %2 to %3, or \"none\"."_s.arg(name).arg(least).arg(most));
    return control::Change<Number>(std::optional(Number(limit)));
}

Result<control::LimitsPatch> patchOf(const Inputs &inputs)
{
    if (!inputs.hasAny({"daily"_L1, "monthly"_L1, "total"_L1, "requests-per-minute"_L1, "parallel"_L1}))
        return wrongUsage(u"Say which limit is to be changed."_s);
    control::LimitsPatch patch;
    TRY(patch.budget.daily, changeOf<qint64>(inputs, "daily"_L1, 0, MaxBudgetLimit));
    TRY(patch.budget.monthly, changeOf<qint64>(inputs, "monthly"_L1, 0, MaxBudgetLimit));
    TRY(patch.budget.total, changeOf<qint64>(inputs, "total"_L1, 0, MaxBudgetLimit));
    TRY(patch.rates.requestsPerMinute, changeOf<int>(inputs, "requests-per-minute"_L1, 1, mostPerMinute));
    TRY(patch.rates.parallelRequests, changeOf<int>(inputs, "parallel"_L1, 1, mostParallel));
    return patch;
}

Task<Output> setOfGroup(Call call, control::LimitsPatch patch)
{
    CO_TRY(const Group group, co_await groupNamed(call.client, call.inputs.text("group"_L1)));
    CO_TRY(const auto limits,
           co_await call.client.call(control::changeGroupLimits, {.path = pathTo(group.id), .body = patch}, {}));
    co_return shown(limits.value, columns);
}

Task<Output> setLimits(Call call)
{
    CO_TRY(const auto patch, patchOf(call.inputs));
    if (call.inputs.has("user"_L1) == call.inputs.has("group"_L1))
        co_return wrongUsage(u"Name a user with --user or a group with --group."_s);
    if (call.inputs.has("group"_L1))
        co_return co_await setOfGroup(call, patch);
    CO_TRY(const User user, co_await userNamed(call.client, call.inputs.text("user"_L1)));
    CO_TRY(const auto limits,
           co_await call.client.call(control::changeLimits, {.path = pathTo(user.id), .body = patch}, {}));
    co_return shown(limits.value, columns);
}

Task<Output> showLimits(Call call)
{
    if (call.inputs.has("user"_L1) == call.inputs.has("group"_L1))
        co_return wrongUsage(u"Name a user with --user or a group with --group."_s);
    if (call.inputs.has("group"_L1)) {
        CO_TRY(const Group group, co_await groupNamed(call.client, call.inputs.text("group"_L1)));
        CO_TRY(const auto limits, co_await call.client.call(control::readGroupLimits, {.path = pathTo(group.id)}, {}));
        co_return shown(limits.value, columns);
    }
    CO_TRY(const User user, co_await userNamed(call.client, call.inputs.text("user"_L1)));
    CO_TRY(const auto limits, co_await call.client.call(control::readLimits, {.path = pathTo(user.id)}, {}));
    co_return shown(limits.value, columns);
}

Task<Output> stateOf(Call call, UserId user)
{
    CO_TRY(const auto state, co_await call.client.call(control::readBudget, {.path = pathTo(user)}, {}));
    co_return Output{wire::write(state.value), budgetTable(state.value, call.console->isColoured())};
}

/// A user's budget is told as it is then; a group has none of its own to tell.
Task<Output> setBudget(Call call)
{
    if (!call.inputs.has("user"_L1))
        co_return co_await setLimits(call);
    CO_TRY(const auto patch, patchOf(call.inputs));
    if (call.inputs.has("group"_L1))
        co_return wrongUsage(u"Name a user or a group, not both."_s);
    CO_TRY(const User user, co_await userNamed(call.client, call.inputs.text("user"_L1)));
    CO_TRY_VOID(co_await call.client.call(control::changeLimits, {.path = pathTo(user.id), .body = patch}, {}));
    co_return co_await stateOf(call, user.id);
}

Task<Output> showBudget(Call call)
{
    CO_TRY(const User user, co_await userNamed(call.client, call.inputs.text("user"_L1)));
    co_return co_await stateOf(call, user.id);
}

constexpr Parameter user{Parameter::OptionalOption, "user"_L1, "NAME"_L1};
constexpr Parameter group{Parameter::OptionalOption, "group"_L1, "GROUP"_L1};

}

CommandGroup limitCommands()
{
    return {"Budgets and limits"_L1,
            {{"budget set"_L1,
              "Sets limits of a user, or of a group's members without own ones, in tokens; \"none\" takes one away."_L1,
              {user,
               group,
               {Parameter::OptionalOption, "daily"_L1, "N|none"_L1},
               {Parameter::OptionalOption, "monthly"_L1, "N|none"_L1},
               {Parameter::OptionalOption, "total"_L1, "N|none"_L1}},
              &setBudget},
             {"budget show"_L1,
              "Shows the limits in force for a user and what is gone of them."_L1,
              {{Parameter::Option, "user"_L1, "NAME"_L1}},
              &showBudget},
             {"limits show"_L1,
              "Shows the limits that were set on a user itself, or on a group."_L1,
              {user, group},
              &showLimits},
             {"limits set"_L1,
              "Sets how often a user or a group's members may ask."_L1,
              {user,
               group,
               {Parameter::OptionalOption, "requests-per-minute"_L1, "N|none"_L1},
               {Parameter::OptionalOption, "parallel"_L1, "N|none"_L1}},
              &setLimits}}};
}

}
