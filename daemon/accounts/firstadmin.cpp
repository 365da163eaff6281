// SPDX-License-Identifier: Apache-2.0
// SignInService: the first administrator.
#include "daemon/accounts/accountrules.h"
#include "daemon/accounts/passwordrules.h"
#include "daemon/accounts/signinservice.h"
#include "daemon/telemetry/log.h"

namespace moe::accounts {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

Error alreadySetUp()
{
    return Error::of(ErrorCode::Conflict, u"There is an administrator already; sign in instead."_s,
                     u"already_set_up"_s);
}

/// For what must come to an end even if the client has gone or its time is over.
RequestContext inOwnTime(const RequestContext &context)
{
    RequestContext patient;
    patient.requestId = context.requestId;
    patient.deadline = std::chrono::steady_clock::now() + 10s;
    return patient;
}

}

Task<std::optional<SetupTokenText>> SignInService::prepareSetup(RequestContext context)
{
    CO_TRY(const bool isSetUp, co_await hasAdmin(std::move(context)));
    if (isSetUp) {
        m_parts.setupToken.withdraw();
        co_return std::nullopt;
    }
    CO_TRY(SetupTokenText token, m_parts.setupToken.offer());
    MOE_LOG(Accounts, Info, "", "There is no administrator yet; the set-up token makes the first one",
            {"file", m_parts.setupToken.path()});
    co_return std::move(token);
}

Task<SignedIn> SignInService::setUp(QByteArray setupToken, NewAdmin admin, ClientOrigin origin, RequestContext context)
{
    if (const Result<void> taken = m_parts.setupToken.take(setupToken, origin.address); !taken) {
        if (taken.error().code != ErrorCode::Unauthenticated)
            co_return failure(taken.error());
        CO_TRY(const bool isSetUp, co_await hasAdmin(std::move(context)));
        co_return failure(isSetUp ? alreadySetUp() : taken.error());
    }
    const Result<User> user = co_await addAdmin(std::move(admin), context);
    if (user || user.error().reason == alreadySetUp().reason)
        m_parts.setupToken.withdraw();
    else
        m_parts.setupToken.giveBack();
    CO_TRY_VOID(user);

    // The account is there to stay.
    Result<SignedIn> in = co_await welcome(*user, std::move(origin), inOwnTime(context));
    if (in)
        co_return std::move(in);
    MOE_LOG(Accounts, Warning, context.requestId, "The first administrator is made, but cannot be signed in yet",
            {"error", in.error().message});
    co_return failure(Error::of(ErrorCode::Conflict,
                                u"The account has been made, but you could not be signed in. Sign in with it now."_s,
                                u"set_up_sign_in"_s));
}

Task<SignedIn> SignInService::welcome(User admin, ClientOrigin origin, RequestContext context)
{
    CO_TRY(const AccountTurn turn, co_await m_parts.live.turn(context));
    co_return co_await open(std::move(admin), std::move(origin), std::move(context));
}

Task<User> SignInService::addAdmin(NewAdmin admin, RequestContext context)
{
    CO_TRY_VOID(checkUserName(admin.name));
    CO_TRY_VOID(checkDisplayName(admin.displayName));
    CO_TRY_VOID(checkEmail(admin.email));
    CO_TRY_VOID(checkPassword(admin.password, admin.name));
    NewUser fresh{admin.name, m_parts.clock.system(), admin.displayName, admin.email, Role::Admin};
    CO_TRY(fresh.passwordHash, co_await m_parts.hasher.hash(std::move(admin.password), context));

    CO_TRY(const AccountTurn turn, co_await m_parts.live.turn(context));
    CO_TRY(const bool isSetUp, co_await hasAdmin(context));
    if (isSetUp)
        co_return failure(alreadySetUp());
    CO_TRY(const User user, co_await m_parts.users.addUser(std::move(fresh), context));
    co_await m_parts.live.refresh(user.id, std::move(context));
    co_return user;
}

/// One who can sign in.
Task<bool> SignInService::hasAdmin(RequestContext context)
{
    UserQuery query;
    query.role = Role::Admin;
    query.isActive = true;
    do {
        CO_TRY(const ListPage<User> admins, co_await m_parts.users.listUsers(query, context));
        for (const User &admin : admins.items) {
            const Result<PasswordEntry> entry = co_await m_parts.users.findPassword(admin.name, context);
            if (entry && !entry->hash.isEmpty())
                co_return true;
            if (!entry && entry.error().code != ErrorCode::NotFound)
                co_return failure(entry.error());
        }
        query.order.after = admins.next;
    } while (query.order.after);
    co_return false;
}

}
