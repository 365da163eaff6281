// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/userservice.h"
#include "daemon/accounts/accountrules.h"
#include "daemon/accounts/formernames.h"
#include "daemon/accounts/passwordrules.h"

namespace moe::accounts {

using namespace Qt::StringLiterals;

namespace {

Result<void> check(const NewAccount &account)
{
    TRY_VOID(checkUserName(account.name));
    TRY_VOID(checkDisplayName(account.displayName));
    TRY_VOID(checkEmail(account.email));
    TRY_VOID(checkLanguage(account.language));
    return account.password ? checkPassword(*account.password, account.name) : Result<void>();
}

Result<void> check(const UserChange &change)
{
    if (change.name)
        TRY_VOID(checkUserName(*change.name));
    TRY_VOID(checkDisplayName(change.displayName.value_or(QString())));
    TRY_VOID(checkEmail(change.email.value_or(QString())));
    return checkLanguage(change.language.value_or(QString()));
}

}

Task<User> UserService::add(NewAccount account, RequestContext context)
{
    CO_TRY_VOID(check(account));
    NewUser fresh{account.name,  m_parts.clock.system(), account.displayName,
                  account.email, account.role,           account.language};
    if (account.password) {
        CO_TRY(fresh.passwordHash, co_await m_parts.hasher.hash(std::move(*account.password), context));
        fresh.mustChangePassword = true;
    }
    CO_TRY(const AccountTurn turn, co_await m_parts.live.turn(context));
    CO_TRY(const User user, co_await m_parts.users.addUser(std::move(fresh), context));
    co_await m_parts.live.refresh(user.id, std::move(context));
    co_return user;
}

Task<User> UserService::user(UserId id, RequestContext context) { return m_parts.users.user(id, std::move(context)); }

Task<User> UserService::find(QString name, RequestContext context)
{
    return m_parts.users.findUser(std::move(name), std::move(context));
}

Task<ListPage<User>> UserService::list(UserQuery query, RequestContext context)
{
    return m_parts.users.listUsers(std::move(query), std::move(context));
}

Task<User> UserService::change(UserId id, UserChange change, std::optional<qint64> version, RequestContext context)
{
    CO_TRY_VOID(check(change));
    co_return co_await store(id, std::move(change), version, std::move(context));
}

Task<User> UserService::store(UserId id, UserChange change, std::optional<qint64> version, RequestContext context)
{
    CO_TRY(const AccountTurn turn, co_await m_parts.live.turn(context));
    CO_TRY(const User user,
           co_await m_parts.users.updateUser(id, std::move(change), version, m_parts.clock.system(), context));
    m_parts.live.apply(user);
    co_await m_parts.live.refresh(id, std::move(context));
    co_return user;
}

Task<void> UserService::erase(User user, RequestContext context)
{
    if (!m_parts.eraser)
        co_return {};
    QList<ApiKey> keys;
    KeyQuery query;
    query.user = user.id;
    do {
        CO_TRY(const ListPage<ApiKey> page, co_await m_parts.keys.listKeys(query, context));
        keys.append(page.items);
        query.order.after = page.next;
    } while (query.order.after);
    ErasedUser erased = ErasedUser::of(user, keys);
    if (m_parts.audit) {
        CO_TRY(erased.formerNames, co_await formerNames(m_parts.audit, &m_parts.users, user, context));
    }
    const ErasureReport report = co_await m_parts.eraser->erase(std::move(erased), context);
    if (!report.isComplete())
        co_return failure(Error::of(ErrorCode::Unavailable,
                                    u"Not everything of this user could be erased (%1). The user is blocked; repeat "
                                    "the removal."_s.arg(report.failed.join(", "_L1)),
                                    u"erasure_incomplete"_s));
    co_return {};
}

Task<void> UserService::remove(UserId id, RequestContext context)
{
    UserChange block;
    block.isActive = false;
    CO_TRY(const User user, co_await store(id, block, std::nullopt, context));
    CO_TRY_VOID(co_await erase(user, context));
    CO_TRY(const AccountTurn turn, co_await m_parts.live.turn(context));
    CO_TRY_VOID(co_await m_parts.users.removeUser(id, std::move(context)));
    m_parts.live.remove(id);
    if (m_parts.removed)
        m_parts.removed();
    co_return {};
}

}
