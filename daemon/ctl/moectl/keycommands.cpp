// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/command.h"
#include "daemon/ctl/moectl/lookup.h"
#include "shared/wire/control/accounts.h"

using namespace Qt::StringLiterals;

namespace moe::moectl {

namespace {

constexpr qint64 mostPerMinute = 1'000'000;
constexpr qint64 mostParallel = 100'000;

const std::vector<Column> columns{{"id"_L1, "ID"_L1},
                                  {"prefix"_L1, "Prefix"_L1},
                                  {"user"_L1, "User"_L1},
                                  {"label"_L1, "Label"_L1},
                                  {"state"_L1, "State"_L1},
                                  {"expires_at"_L1, "Expires"_L1},
                                  {"created_at"_L1, "Created"_L1},
                                  {"last_used_at"_L1, "Last used"_L1}};

const std::vector<Column> allColumns{{"id"_L1, "ID"_L1},
                                     {"prefix"_L1, "Prefix"_L1},
                                     {"user"_L1, "User"_L1},
                                     {"label"_L1, "Label"_L1},
                                     {"active"_L1, "Active"_L1},
                                     {"expires_at"_L1, "Expires"_L1},
                                     {"profile"_L1, "Profile"_L1},
                                     {"rates.requests_per_minute"_L1, "Requests a minute"_L1},
                                     {"rates.parallel_requests"_L1, "At the same time"_L1},
                                     {"created_at"_L1, "Created"_L1},
                                     {"last_used_at"_L1, "Last used"_L1}};

const std::vector<Column> newColumns{{"key"_L1, "Key (shown this once)"_L1},
                                     {"id"_L1, "ID"_L1},
                                     {"user"_L1, "User"_L1},
                                     {"label"_L1, "Label"_L1},
                                     {"expires_at"_L1, "Expires"_L1}};

/// A key as it is now: one that has expired is not active any longer.
struct KeyLine : ApiKey {
    QString state; ///< "active", "expired" or "revoked"

    static constexpr auto fields()
    {
        return std::tuple_cat(fieldsOf(static_cast<const ApiKey *>(nullptr)),
                              std::tuple{wire::Field<&KeyLine::state>{"state"_L1}});
    }
};

KeyLine lineOf(const ApiKey &key, Clock::System now)
{
    const bool isExpired = key.isActive && key.expires && *key.expires <= now;
    KeyLine line{key, key.isActive ? u"active"_s : u"revoked"_s};
    if (isExpired) {
        line.state = u"expired"_s;
        line.isActive = false;
    }
    return line;
}

/// What was said of the rates; the rest as it was.
Result<RateLimits> ratesOf(const Inputs &inputs, RateLimits rates)
{
    const auto change = [&inputs](QLatin1StringView name, qint64 most, std::optional<int> &limit) -> Result<void> {
        if (inputs.isNone(name)) {
            limit.reset();
            return {};
        }
        TRY(const auto said, inputs.number(name, 1, most));
        if (said)
            limit = int(*said);
        return {};
    };
    TRY_VOID(change("requests-per-minute"_L1, mostPerMinute, rates.requestsPerMinute));
    TRY_VOID(change("parallel"_L1, mostParallel, rates.parallelRequests));
    return rates;
}

Task<Output> create(Call call)
{
    control::NewKey fresh;
    fresh.label = call.inputs.text("label"_L1);
    fresh.profile = call.inputs.text("profile"_L1);
    CO_TRY(fresh.expires, call.inputs.endOfDay("expires"_L1));
    CO_TRY(fresh.rates, ratesOf(call.inputs, {}));
    CO_TRY(const User user, co_await userNamed(call.client, call.inputs.text("user"_L1)));
    CO_TRY(const auto key, co_await call.client.call(control::createKey, {.path = pathTo(user.id), .body = fresh}, {}));
    co_return shown(key.value, newColumns);
}

Task<Output> list(Call call)
{
    control::KeyQuery query;
    if (call.inputs.has("user"_L1)) {
        CO_TRY(const User user, co_await userNamed(call.client, call.inputs.text("user"_L1)));
        query.user = user.id;
    }
    CO_TRY(const auto keys, co_await call.client.allPages(control::listKeys, {.query = query}, {}));
    QList<KeyLine> lines;
    for (const ApiKey &key : keys)
        lines.append(lineOf(key, SystemClock().system()));
    co_return listed(lines, columns);
}

Task<Output> set(Call call)
{
    if (!call.inputs.hasAny({"label"_L1, "expires"_L1, "profile"_L1, "requests-per-minute"_L1, "parallel"_L1}))
        co_return wrongUsage(u"Say what is to be changed."_s);
    const QStringList path{call.inputs.text("key"_L1)};
    control::KeyPatch patch;
    patch.label = call.inputs.optional("label"_L1);
    patch.profile = call.inputs.optional("profile"_L1);
    if (call.inputs.isNone("expires"_L1)) {
        patch.expires.emplace();
    } else if (call.inputs.has("expires"_L1)) {
        CO_TRY(patch.expires, call.inputs.endOfDay("expires"_L1));
    }
    if (call.inputs.has("requests-per-minute"_L1) || call.inputs.has("parallel"_L1)) {
        CO_TRY(const auto before, co_await call.client.call(control::readKey, {.path = path}, {}));
        CO_TRY(patch.rates, ratesOf(call.inputs, before.value.rates));
    }
    CO_TRY(const auto key, co_await call.client.call(control::changeKey, {.path = path, .body = patch}, {}));
    co_return shown(key.value, allColumns);
}

Task<Output> revoke(Call call)
{
    CO_TRY(const auto key, co_await call.client.call(control::revokeKey, {.path = {call.inputs.text("key"_L1)}}, {}));
    co_return shown(key.value, allColumns);
}

constexpr Parameter requestsPerMinute{Parameter::OptionalOption, "requests-per-minute"_L1, "N|none"_L1};
constexpr Parameter parallel{Parameter::OptionalOption, "parallel"_L1, "N|none"_L1};
constexpr Parameter profile{Parameter::OptionalOption, "profile"_L1, "PROFILE"_L1};

}

CommandGroup keyCommands()
{
    return {"API keys"_L1,
            {{"key create"_L1,
              "Makes an API key, valid to the end of the day given (UTC), or for good."_L1,
              {{Parameter::Option, "user"_L1, "NAME"_L1},
               {Parameter::Option, "label"_L1, "TEXT"_L1},
               {Parameter::OptionalOption, "expires"_L1, "YYYY-MM-DD"_L1},
               profile,
               requestsPerMinute,
               parallel},
              &create},
             {"key list"_L1,
              "Lists the keys of one user or of all."_L1,
              {{Parameter::OptionalOption, "user"_L1, "NAME"_L1}},
              &list},
             {"key set"_L1,
              "Changes what belongs to a key."_L1,
              {{Parameter::Word, "key"_L1, "ID"_L1},
               {Parameter::OptionalOption, "label"_L1, "TEXT"_L1},
               {Parameter::OptionalOption, "expires"_L1, "YYYY-MM-DD|none"_L1},
               profile,
               requestsPerMinute,
               parallel},
              &set},
             {"key revoke"_L1,
              "Revokes a key at once and for good."_L1,
              {{Parameter::Word, "key"_L1, "ID|PREFIX"_L1}},
              &revoke}}};
}

}
