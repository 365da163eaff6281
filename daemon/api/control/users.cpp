// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/control/auditing.h"
#include "daemon/api/control/contentversion.h"
#include "daemon/api/control/listparams.h"
#include "daemon/api/control/textsecret.h"
#include "shared/wire/control/accounts.h"

using namespace Qt::StringLiterals;

namespace moe::api::control {

namespace types = moe::control;
using accounts::UserSort;

namespace {

constexpr std::chrono::minutes importTime{10}; // hashing 10,000 passwords takes longer than a request may

const SortNames<UserSort> sortNames{{"id"_L1, UserSort::Id},
                                    {"name"_L1, UserSort::Name},
                                    {"display_name"_L1, UserSort::DisplayName},
                                    {"email"_L1, UserSort::Email},
                                    {"role"_L1, UserSort::Role},
                                    {"created_at"_L1, UserSort::Created},
                                    {"updated_at"_L1, UserSort::Updated}};

QByteArray userLocation(UserId user) { return "/control/v1/users/" + QByteArray::number(user.value()); }

Task<Answer<ListOf<User>>> list(const ControlServices *services, Call<types::UserQuery, Nothing> call,
                                RequestContext context)
{
    accounts::UserQuery query;
    query.role = call.query.role;
    query.isActive = call.query.isActive;
    query.group = call.query.group;
    query.text = call.query.text.value_or(QString());
    CO_TRY(query.order, listOrder<UserSort>(call.query, sortNames));
    if (!call.query.name) {
        CO_TRY(const auto page, co_await services->users.list(query, context));
        co_return Answer<ListOf<User>>{listOf(page)};
    }
    ListOf<User> found;
    auto user = co_await services->users.find(*call.query.name, context);
    if (user)
        found.items.append(*std::move(user));
    else if (user.error().code != ErrorCode::NotFound)
        co_return std::unexpected(std::move(user).error());
    co_return Answer<ListOf<User>>{std::move(found)};
}

Task<Answer<User>> create(const ControlServices *services, Call<Nothing, types::NewUser> call, RequestContext context)
{
    accounts::NewAccount account{call.body.name, call.body.displayName, call.body.email,
                                 call.body.role, call.body.language,    {}};
    if (call.body.password)
        account.password = takeSecret(*call.body.password);
    CO_TRY(User user, co_await services->users.add(std::move(account), context));
    call.body.password.reset();
    co_await audit(services, call.caller, {u"user.create"_s, objectOf(user), {}, wire::write(call.body)}, context);
    const qint64 version = user.version;
    const QByteArray location = userLocation(user.id);
    co_return Answer<User>{std::move(user), version, location};
}

Task<Answer<User>> read(const ControlServices *services, Call<Nothing, Nothing> call, RequestContext context)
{
    CO_TRY(const auto id, call.id<UserId>());
    CO_TRY(User user, co_await services->users.user(id, context));
    const qint64 version = user.version;
    co_return Answer<User>{std::move(user), version};
}

/// What was there where something is to be changed.
types::UserPatch before(const User &user, const types::UserPatch &patch)
{
    types::UserPatch old;
    if (patch.name)
        old.name = user.name;
    if (patch.displayName)
        old.displayName = user.displayName;
    if (patch.email)
        old.email = user.email;
    if (patch.role)
        old.role = user.role;
    if (patch.isActive)
        old.isActive = user.isActive;
    if (patch.language)
        old.language = user.language;
    return old;
}

QCoro::Task<> cutRequestsOf(const ControlServices *services, UserId user)
{
    RequestSelection ofUser;
    ofUser.user = user;
    co_await cutRequests(services, ofUser);
}

Task<Answer<User>> change(const ControlServices *services, Call<Nothing, types::UserPatch> call, RequestContext context)
{
    CO_TRY(const auto id, call.id<UserId>());
    CO_TRY(const User old, co_await services->users.user(id, context));
    accounts::UserChange change;
    change.name = call.body.name;
    change.displayName = call.body.displayName;
    change.email = call.body.email;
    change.role = call.body.role;
    change.isActive = call.body.isActive;
    change.language = call.body.language;
    CO_TRY(User user, co_await services->users.change(id, change, call.version, context));
    if (!user.isActive)
        co_await cutRequestsOf(services, id);
    co_await audit(services, call.caller,
                   {u"user.change"_s, objectOf(user), wire::write(before(old, call.body)), wire::write(call.body)},
                   context);
    const qint64 version = user.version;
    co_return Answer<User>{std::move(user), version};
}

Task<Answer<Nothing>> remove(const ControlServices *services, Call<Nothing, Nothing> call, RequestContext context)
{
    CO_TRY(const auto id, call.id<UserId>());
    CO_TRY(const User user, co_await services->users.user(id, context));
    if (call.version && *call.version != user.version)
        co_return failure(versionMismatch());
    const Result<void> removed = co_await services->users.remove(id, context);
    if (!removed) {
        const Result<User> left = co_await services->users.user(id, context);
        if (left && user.isActive && !left->isActive) // blocked, but not everything could be erased
            co_await audit(services, call.caller, {u"user.change"_s, objectOf(user), {}, R"({"active":false})"},
                           context);
        co_return failure(removed.error());
    }
    RequestSelection ofUser;
    ofUser.user = id;
    co_await services->system.endRequests(ofUser);
    // The name is erased with everything else, also where it was the one who acted.
    Caller caller = call.caller;
    if (caller.kind == Caller::Kind::Session && caller.user.id == id)
        caller.user.name = accounts::pseudonymOf(id).sliced(5);
    co_await audit(services, caller, {u"user.remove"_s, accounts::pseudonymOf(id)}, context);
    co_return Answer<Nothing>{};
}

Task<Answer<types::StartPassword>> resetPassword(const ControlServices *services,
                                                 Call<Nothing, types::PasswordReset> call, RequestContext context)
{
    CO_TRY(const auto id, call.id<UserId>());
    std::optional<QByteArray> fresh;
    if (call.body.password)
        fresh = takeSecret(*call.body.password);
    CO_TRY(const accounts::IssuedPassword issued,
           co_await services->signIn.resetPassword(id, std::move(fresh), context));
    co_await audit(services, call.caller, {u"password.reset"_s, objectOf(issued.user)}, context);
    types::StartPassword answer{issued.user.name, {}};
    if (!issued.startPassword.isEmpty())
        answer.startPassword = QString::fromLatin1(issued.startPassword);
    co_return Answer<types::StartPassword>{std::move(answer)};
}

/// As if the user had been added alone.
Deed creationOf(const User &user)
{
    types::NewUser fresh;
    fresh.name = user.name;
    fresh.displayName = user.displayName;
    fresh.email = user.email;
    fresh.role = user.role;
    fresh.language = user.language;
    return {u"user.create"_s, objectOf(user), {}, wire::write(fresh)};
}

Task<Answer<ListOf<types::StartPassword>>>
importUsers(const ControlServices *services, Call<types::ImportQuery, types::RawBody> call, RequestContext context)
{
    context.deadline = std::max(context.deadline, services->clock.steady() + importTime);
    CO_TRY(const auto issued, co_await services->groups.importUsers(call.body.bytes, call.query.group, context));
    ListOf<types::StartPassword> answer;
    for (const accounts::IssuedPassword &password : issued) {
        services->auditLog.note(entryOf(call.caller, creationOf(password.user)));
        types::StartPassword item{password.user.name, {}};
        if (!password.startPassword.isEmpty())
            item.startPassword = QString::fromLatin1(password.startPassword);
        answer.items.append(std::move(item));
    }
    co_await audit(services, call.caller,
                   {u"user.import"_s, u"users"_s, {}, "{\"count\":" + QByteArray::number(issued.size()) + '}'},
                   context);
    co_return Answer<ListOf<types::StartPassword>>{std::move(answer)};
}

}

void addUserOperations(OperationTable &table, const ControlServices &services)
{
    table.add(types::importUsers, std::bind_front(&importUsers, &services)); // before "{user}"
    table.add(types::listUsers, std::bind_front(&list, &services));
    table.add(types::createUser, std::bind_front(&create, &services));
    table.add(types::readUser, std::bind_front(&read, &services));
    table.add(types::changeUser, std::bind_front(&change, &services));
    table.add(types::removeUser, std::bind_front(&remove, &services));
    table.add(types::resetPassword, std::bind_front(&resetPassword, &services));
}

}
