// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/lookup.h"

#include "shared/wire/control/accounts.h"
#include "shared/wire/control/policies.h"

using namespace Qt::StringLiterals;

namespace moe::moectl {

namespace {

template <typename T>
Result<T> named(const QList<T> &items, const QString &name, const QString &otherwise)
{
    for (const T &item : items) {
        if (item.name.compare(name, Qt::CaseInsensitive) == 0)
            return item;
    }
    return failure(Error::of(ErrorCode::NotFound, otherwise));
}

}

Task<User> userNamed(client::ControlClient client, QString name)
{
    control::UserQuery query;
    query.name = name;
    if (name.isEmpty()) // would ask for all of them
        co_return failure(Error::of(ErrorCode::NotFound, u"There is no such user."_s));
    CO_TRY(const auto users, co_await client.call(control::listUsers, {.query = query}, {}));
    co_return named(users.value.items, name, u"There is no such user."_s);
}

Task<Group> groupNamed(client::ControlClient client, QString name)
{
    control::GroupQuery query;
    query.text = name;
    CO_TRY(const auto groups, co_await client.allPages(control::listGroups, {.query = query}, {}));
    co_return named(groups, name, u"There is no such group."_s);
}

}
