// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/command.h"
#include "daemon/ctl/moectl/lookup.h"
#include "shared/wire/control/policies.h"

using namespace Qt::StringLiterals;

namespace moe::moectl {

namespace {

const std::vector<Column> columns{{"id"_L1, "ID"_L1}, {"name"_L1, "Name"_L1}, {"description"_L1, "Description"_L1}};

const std::vector<Column> allColumns{{"id"_L1, "ID"_L1},
                                     {"name"_L1, "Name"_L1},
                                     {"description"_L1, "Description"_L1},
                                     {"budget.daily"_L1, "Tokens a day"_L1},
                                     {"budget.monthly"_L1, "Tokens a month"_L1},
                                     {"budget.total"_L1, "Tokens in all"_L1},
                                     {"rates.requests_per_minute"_L1, "Requests a minute"_L1},
                                     {"rates.parallel_requests"_L1, "At the same time"_L1}};

Task<Output> add(Call call)
{
    const control::NewGroup fresh{call.inputs.text("name"_L1), call.inputs.text("description"_L1)};
    CO_TRY(const auto group, co_await call.client.call(control::createGroup, {.body = fresh}, {}));
    co_return shown(group.value, allColumns);
}

Task<Output> list(Call call)
{
    control::GroupQuery query;
    query.text = call.inputs.optional("text"_L1);
    if (call.inputs.has("user"_L1)) {
        CO_TRY(const User user, co_await userNamed(call.client, call.inputs.text("user"_L1)));
        query.member = user.id;
    }
    CO_TRY(const auto groups, co_await call.client.allPages(control::listGroups, {.query = query}, {}));
    co_return listed(groups, columns);
}

Task<Output> show(Call call)
{
    CO_TRY(const Group group, co_await groupNamed(call.client, call.inputs.text("name"_L1)));
    co_return shown(group, allColumns);
}

Task<Output> set(Call call)
{
    if (!call.inputs.hasAny({"rename"_L1, "description"_L1}))
        co_return wrongUsage(u"Say what is to be changed."_s);
    const control::GroupPatch patch{call.inputs.optional("rename"_L1), call.inputs.optional("description"_L1)};
    CO_TRY(const Group group, co_await groupNamed(call.client, call.inputs.text("name"_L1)));
    CO_TRY(const auto changed,
           co_await call.client.call(control::changeGroup, {.path = pathTo(group.id), .body = patch}, {}));
    co_return shown(changed.value, allColumns);
}

Task<Output> remove(Call call)
{
    CO_TRY(const Group group, co_await groupNamed(call.client, call.inputs.text("name"_L1)));
    CO_TRY_VOID(co_await call.client.call(control::removeGroup, {.path = pathTo(group.id)}, {}));
    co_return done("removed"_L1, group.name);
}

Task<QStringList> membershipOf(Call call)
{
    CO_TRY(const Group group, co_await groupNamed(call.client, call.inputs.text("group"_L1)));
    CO_TRY(const User user, co_await userNamed(call.client, call.inputs.text("user"_L1)));
    co_return pathTo(group.id) + pathTo(user.id);
}

Task<Output> addMember(Call call)
{
    CO_TRY(const QStringList path, co_await membershipOf(call));
    CO_TRY_VOID(co_await call.client.call(control::addMember, {.path = path}, {}));
    co_return done("added"_L1, call.inputs.text("user"_L1));
}

Task<Output> removeMember(Call call)
{
    CO_TRY(const QStringList path, co_await membershipOf(call));
    CO_TRY_VOID(co_await call.client.call(control::removeMember, {.path = path}, {}));
    co_return done("removed"_L1, call.inputs.text("user"_L1));
}

constexpr Parameter name{Parameter::Word, "name"_L1, "GROUP"_L1};
constexpr Parameter description{Parameter::OptionalOption, "description"_L1, "TEXT"_L1};
constexpr Parameter group{Parameter::Word, "group"_L1, "GROUP"_L1};
constexpr Parameter user{Parameter::Word, "user"_L1, "NAME"_L1};

}

CommandGroup groupCommands()
{
    return {"Groups"_L1,
            {{"group member add"_L1, "Makes a user a member of a group."_L1, {group, user}, &addMember},
             {"group member remove"_L1, "Takes a user out of a group."_L1, {group, user}, &removeMember},
             {"group add"_L1, "Adds a group, which grants nothing yet."_L1, {name, description}, &add},
             {"group list"_L1,
              "Lists the groups, or those of a user."_L1,
              {{Parameter::OptionalOption, "user"_L1, "NAME"_L1}, {Parameter::OptionalOption, "text"_L1, "PART"_L1}},
              &list},
             {"group show"_L1, "Shows one group and its limits."_L1, {name}, &show},
             {"group set"_L1,
              "Changes name and description of a group."_L1,
              {name, {Parameter::OptionalOption, "rename"_L1, "NAME"_L1}, description},
              &set},
             {"group remove"_L1, "Removes a group; its members lose what it granted."_L1, {name}, &remove}}};
}

}
