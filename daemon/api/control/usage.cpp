// SPDX-License-Identifier: Apache-2.0
#include "shared/wire/control/usage.h"
#include "daemon/api/control/listparams.h"
#include "daemon/api/control/services.h"

using namespace Qt::StringLiterals;

namespace moe::api::control {

namespace types = moe::control;
using accounts::UsageSort;

namespace {

constexpr int mostDays = 500;

const SortNames<UsageSort> sortNames{{"time"_L1, UsageSort::Time}};

types::UsageEntry entryOf(const UsageRecord &record)
{
    return {record.id,
            record.time,
            record.requestId,
            record.user,
            record.key,
            record.model,
            record.mode,
            record.profile,
            record.usage.promptTokens,
            record.usage.completionTokens,
            record.usage.totalTokens(),
            record.usage.isEstimated,
            record.status,
            record.latency,
            record.timeToFirstToken,
            record.isCacheHit,
            record.experts,
            record.nodes};
}

types::DailySum sumOf(const accounts::DailyUsage &usage)
{
    const QString day = wire::timeText(Clock::System(usage.day)).left(10);
    return {day, usage.requests, usage.promptTokens, usage.completionTokens,
            usage.promptTokens + usage.completionTokens};
}

types::ModelSum sumOf(const accounts::ModelUsage &usage)
{
    return {usage.model,
            usage.mode,
            usage.requests,
            usage.promptTokens,
            usage.completionTokens,
            usage.promptTokens + usage.completionTokens};
}

Task<Answer<ListOf<types::UsageEntry>>> listOfUser(const ControlServices *services, std::optional<UserId> user,
                                                   types::UsageQuery asked, RequestContext context)
{
    accounts::UsageQuery query;
    query.range = {user, asked.from, asked.to};
    query.key = asked.key;
    query.status = asked.status;
    query.model = asked.model.value_or(QString());
    query.mode = asked.mode.value_or(QString());
    CO_TRY(query.order, listOrder<UsageSort>(asked, sortNames, query.order));
    CO_TRY(query.order, beginningAround(query.order, asked.around));
    CO_TRY(const auto page, co_await services->usage.list(query, context));
    co_return Answer<ListOf<types::UsageEntry>>{listOf<types::UsageEntry>(page, &entryOf)};
}

Result<accounts::UsageRange> rangeOf(std::optional<UserId> user, const types::UsageSumQuery &query, const Clock &clock)
{
    if (query.days && (*query.days < 1 || *query.days > mostDays || query.from))
        return failure(
            Error::invalid(u"Ask for 1 to %1 days, without \"from\"."_s.arg(mostDays), u"days"_s, u"invalid_value"_s));
    accounts::UsageRange range{user, query.from, query.to};
    const auto end = query.to.value_or(clock.system());
    if (!query.from)
        range.from = std::chrono::floor<std::chrono::days>(end) - std::chrono::days(query.days.value_or(mostDays) - 1);
    if (end - *range.from > std::chrono::days(mostDays))
        return failure(Error::invalid(u"At most %1 days at once."_s.arg(mostDays), u"from"_s, u"invalid_value"_s));
    return range;
}

Task<Answer<ListOf<types::DailySum>>> daysOfUser(const ControlServices *services, std::optional<UserId> user,
                                                 types::UsageSumQuery query, RequestContext context)
{
    CO_TRY(const auto range, rangeOf(user, query, services->clock));
    CO_TRY(const auto days, co_await services->usage.dailySums(range, context));
    ListOf<types::DailySum> list;
    for (const accounts::DailyUsage &day : days)
        list.items.append(sumOf(day));
    co_return Answer<ListOf<types::DailySum>>{std::move(list)};
}

Task<Answer<ListOf<types::ModelSum>>> modelsOfUser(const ControlServices *services, std::optional<UserId> user,
                                                   types::UsageSumQuery query, RequestContext context)
{
    CO_TRY(const auto range, rangeOf(user, query, services->clock));
    CO_TRY(const auto models, co_await services->usage.sumsByModel(range, context));
    ListOf<types::ModelSum> list;
    for (const accounts::ModelUsage &model : models)
        list.items.append(sumOf(model));
    co_return Answer<ListOf<types::ModelSum>>{std::move(list)};
}

using UsageCall = Call<types::UsageQuery, Nothing>;
using SumCall = Call<types::UsageSumQuery, Nothing>;

Task<Answer<ListOf<types::UsageEntry>>> list(const ControlServices *services, UsageCall call, RequestContext context)
{
    return listOfUser(services, call.query.user, call.query, std::move(context));
}

Task<Answer<ListOf<types::DailySum>>> days(const ControlServices *services, SumCall call, RequestContext context)
{
    return daysOfUser(services, call.query.user, call.query, std::move(context));
}

Task<Answer<ListOf<types::ModelSum>>> models(const ControlServices *services, SumCall call, RequestContext context)
{
    return modelsOfUser(services, call.query.user, call.query, std::move(context));
}

Task<Answer<ListOf<types::UsageEntry>>> listMine(const ControlServices *services, UsageCall call,
                                                 RequestContext context)
{
    return listOfUser(services, call.caller.user.id, call.query, std::move(context));
}

Task<Answer<ListOf<types::DailySum>>> myDays(const ControlServices *services, SumCall call, RequestContext context)
{
    return daysOfUser(services, call.caller.user.id, call.query, std::move(context));
}

Task<Answer<ListOf<types::ModelSum>>> myModels(const ControlServices *services, SumCall call, RequestContext context)
{
    return modelsOfUser(services, call.caller.user.id, call.query, std::move(context));
}

}

void addUsageOperations(OperationTable &table, const ControlServices &services)
{
    table.add(types::listUsage, std::bind_front(&list, &services));
    table.add(types::sumUsageByDay, std::bind_front(&days, &services));
    table.add(types::sumUsageByModel, std::bind_front(&models, &services));
    table.add(types::listMyUsage, std::bind_front(&listMine, &services));
    table.add(types::sumMyUsageByDay, std::bind_front(&myDays, &services));
    table.add(types::sumMyUsageByModel, std::bind_front(&myModels, &services));
}

}
