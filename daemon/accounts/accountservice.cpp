// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/accountservice.h"
#include "daemon/accounts/accountrules.h"

namespace moe::accounts {

namespace {

/// In order of id, which every sort field ends with.
template <typename Sort>
ListOrder<Sort> orderOf(const Page &page)
{
    return {Sort::Id, SortDirection::Ascending, page.limit, Cursor{page.after, page.after}};
}

}

AccountService::AccountService(Parts parts)
    : m_users(parts.users)
    , m_keys(parts.keys)
    , m_directory(parts.directory)
    , m_accounts(parts.accounts)
    , m_clock(parts.clock)
{ }

Task<User> AccountService::addUser(QString name, RequestContext context)
{
    CO_TRY_VOID(checkUserName(name));
    CO_TRY(User user, co_await m_users.addUser(NewUser{std::move(name), m_clock.system()}, std::move(context)));
    UserEntry entry;
    entry.id = user.id;
    entry.name = user.name;
    m_accounts.putUser(entry);
    co_return user;
}

Task<QList<User>> AccountService::listUsers(Page page, RequestContext context)
{
    UserQuery query;
    query.order = orderOf<UserSort>(page);
    CO_TRY(const auto users, co_await m_users.listUsers(query, std::move(context)));
    co_return users.items;
}

Task<IssuedKey> AccountService::createKey(KeyRequest request, RequestContext context)
{
    CO_TRY_VOID(checkLabel(request.label));
    const auto now = m_clock.system();
    if (request.expires && *request.expires <= now)
        co_return failure(
            Error::invalid(QStringLiteral("The key would have expired already."), QStringLiteral("expires")));
    CO_TRY(const User user, co_await m_users.findUser(request.userName, context));

    const QByteArray text = newKeyText();
    const KeyHash hash = hashOfKey(text);
    const NewKey fresh{user.id, hash, text.first(keyPrefixLength), request.label, request.expires, now};
    CO_TRY(const ApiKey key, co_await m_keys.addKey(fresh, context));
    const DirectoryKey entry{hash, key.id, key.user, key.prefix, key.expires, user.isActive};
    m_accounts.putKey(entry); // first: whoever is let in has an account
    m_directory.add(entry);
    co_return IssuedKey{key, text};
}

Task<QList<ApiKey>> AccountService::listKeys(QString userName, Page page, RequestContext context)
{
    KeyQuery query;
    query.order = orderOf<KeySort>(page);
    if (!userName.isEmpty()) {
        CO_TRY(const User found, co_await m_users.findUser(std::move(userName), context));
        query.user = found.id;
    }
    CO_TRY(const auto keys, co_await m_keys.listKeys(query, context));
    co_return keys.items;
}

Task<ApiKey> AccountService::revokeKey(QString idOrPrefix, RequestContext context)
{
    CO_TRY(KeyReference reference, parseKeyReference(idOrPrefix));
    CO_TRY(const ApiKey key, co_await m_keys.revokeKey(std::move(reference), std::move(context)));
    m_directory.revoke(key.id);
    m_accounts.removeKey(key.id);
    co_return key;
}

}
