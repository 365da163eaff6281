// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/formernames.h"

#include "shared/wire/codec.h"

namespace moe::accounts {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mostNames = 1000;

/// Of an entry about a change: what was there before.
struct NameBefore {
    std::optional<QString> name;

    static constexpr auto fields() { return std::tuple{wire::Field<&NameBefore::name>{"name"_L1}}; }
};

/// The names from which somebody was renamed to this one.
Task<QStringList> namesBefore(AuditStore *audit, QString name, RequestContext context)
{
    AuditQuery query;
    query.action = u"user.change"_s;
    query.object = u"user:" + name;
    QStringList names;
    do {
        CO_TRY(const ListPage<AuditEntry> page, co_await audit->list(query, context));
        for (const AuditEntry &entry : page.items) {
            const auto before = wire::read<NameBefore>(entry.before);
            if (before && before->name)
                names.append(*before->name);
        }
        query.order.after = page.next;
    } while (query.order.after);
    co_return names;
}

Task<bool> isOthers(UserStore *users, QString name, UserId user, RequestContext context)
{
    const Result<User> found = co_await users->findUser(name, std::move(context));
    if (!found && found.error().code != ErrorCode::NotFound)
        co_return failure(found.error());
    co_return found && found->id != user;
}

}

Task<QStringList> formerNames(AuditStore *audit, UserStore *users, User user, RequestContext context)
{
    QStringList names{user.name};
    for (qsizetype i = 0; i < names.size() && i < mostNames; ++i) {
        CO_TRY(const QStringList older, co_await namesBefore(audit, names[i], context));
        for (const QString &name : older) {
            if (names.contains(name))
                continue;
            CO_TRY(const bool isTaken, co_await isOthers(users, name, user.id, context));
            if (!isTaken)
                names.append(name);
        }
    }
    names.removeFirst();
    co_return names;
}

}
