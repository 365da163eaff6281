// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/keyservice.h"
#include "daemon/accounts/accountrules.h"
#include "daemon/accounts/regularsaving.h"

namespace moe::accounts {

using namespace Qt::StringLiterals;

namespace {

Error noSuchKey() { return Error::of(ErrorCode::NotFound, u"There is no such key."_s); }

Result<void> checkExpiry(std::optional<Clock::System> expires, Clock::System now)
{
    if (expires && *expires <= now)
        return failure(Error::invalid(u"The key would have expired already."_s, u"expires_at"_s));
    return {};
}

Result<void> checkRequest(const KeyRequest &request, Clock::System now)
{
    TRY_VOID(checkLabel(request.label));
    TRY_VOID(checkExpiry(request.expires, now));
    TRY_VOID(checkProfileName(request.profile));
    return checkRates(request.rates);
}

Error notForOwners(const QString &message)
{
    return Error::of(ErrorCode::PermissionDenied, message, u"permission_denied"_s);
}

Result<void> checkOwnersChange(const ApiKey &key, const KeyChange &change)
{
    if (change.profile || change.rates)
        return failure(notForOwners(u"Profile and rates of a key are set by your administrator."_s));
    if (!key.expires || !change.expires)
        return {};
    const std::optional<Clock::System> wanted = *change.expires;
    if (!wanted || *wanted > *key.expires)
        return failure(notForOwners(u"Only your administrator lets a key work for longer than it would."_s));
    return {};
}

Result<void> checkChange(const KeyChange &change, Clock::System now)
{
    TRY_VOID(checkLabel(change.label.value_or(QString())));
    TRY_VOID(checkExpiry(change.expires.value_or(std::nullopt), now));
    TRY_VOID(checkProfileName(change.profile.value_or(QString())));
    return checkRates(change.rates.value_or(RateLimits()));
}

DirectoryKey directoryKey(const ApiKey &key, const KeyHash &hash, bool isUserActive)
{
    return {hash, key.id, key.user, key.prefix, key.expires, isUserActive, key.profile, key.rates};
}

}

Task<IssuedKey> KeyService::create(UserId user, KeyRequest request, RequestContext context)
{
    const auto now = m_parts.clock.system();
    CO_TRY_VOID(checkRequest(request, now));
    CO_TRY(const AccountTurn turn, co_await m_parts.live.turn(context));
    CO_TRY(const User owner, co_await m_parts.users.user(user, context));
    CO_TRY_VOID(co_await requireAccount(user, context));
    CO_TRY_VOID(co_await requireRoom(user, context));

    const QByteArray text = newKeyText();
    const KeyHash hash = hashOfKey(text);
    const NewKey fresh{
        user, hash, text.first(keyPrefixLength), request.label, request.expires, now, request.profile, request.rates};
    CO_TRY(const ApiKey key, co_await m_parts.keys.addKey(fresh, std::move(context)));
    const DirectoryKey entry = directoryKey(key, hash, owner.isActive);
    m_parts.accounts.putKey(entry); // first: whoever is let in has an account
    m_parts.directory.add(entry);
    co_return IssuedKey{key, text};
}

/// No key is issued that requests could not be decided for: its user may not have been read back yet.
Task<void> KeyService::requireAccount(UserId user, RequestContext context)
{
    if (m_parts.accounts.user(user))
        co_return {};
    co_await m_parts.live.refresh(user, std::move(context));
    if (!m_parts.accounts.user(user))
        co_return failure(Error::of(ErrorCode::Unavailable, u"The user's account cannot be read at the moment."_s));
    co_return {};
}

Task<void> KeyService::requireRoom(UserId user, RequestContext context)
{
    KeyQuery query;
    query.user = user;
    query.isActive = true;
    query.order.limit = mostKeys;
    CO_TRY(const auto keys, co_await m_parts.keys.listKeys(query, std::move(context)));
    if (keys.items.size() >= mostKeys)
        co_return failure(Error::of(
            ErrorCode::Conflict,
            u"A user has at most %1 keys, expired ones included. Revoke those that are not needed."_s.arg(mostKeys),
            u"too_many_keys"_s));
    co_return {};
}

Task<ApiKey> KeyService::key(KeyId id, std::optional<UserId> owner, RequestContext context)
{
    CO_TRY(const ApiKey key, co_await m_parts.keys.key(id, std::move(context)));
    if (owner && key.user != *owner)
        co_return failure(noSuchKey());
    co_return key;
}

Task<ListPage<ApiKey>> KeyService::list(KeyQuery query, RequestContext context)
{
    return m_parts.keys.listKeys(std::move(query), std::move(context));
}

Task<ApiKey> KeyService::change(KeyId id, KeyChange change, std::optional<UserId> owner, Precondition<ApiKey> onlyIf,
                                RequestContext context)
{
    CO_TRY(const AccountTurn turn, co_await m_parts.live.turn(context));
    CO_TRY(const ApiKey before, co_await key(id, owner, context)); // first: nothing is told about keys of others
    CO_TRY_VOID(check(onlyIf, before));
    if (owner) {
        CO_TRY_VOID(checkOwnersChange(before, change));
    }
    CO_TRY_VOID(checkChange(change, m_parts.clock.system()));
    CO_TRY(const ApiKey changed, co_await m_parts.keys.updateKey(id, std::move(change), std::move(context)));
    m_parts.accounts.putKey(directoryKey(changed, {}, true)); // which knows keys by their id
    m_parts.directory.setExpiry(id, changed.expires);
    co_return changed;
}

Task<ApiKey> KeyService::revoke(KeyReference reference, std::optional<UserId> owner, RequestContext context)
{
    CO_TRY(const AccountTurn turn, co_await m_parts.live.turn(context));
    if (owner) {
        CO_TRY(reference, co_await ownKey(*owner, std::move(reference), context));
    }
    CO_TRY(const ApiKey key, co_await m_parts.keys.revokeKey(std::move(reference), std::move(context)));
    m_parts.directory.revoke(key.id);
    m_parts.accounts.removeKey(key.id);
    co_return key;
}

/// By its id; NotFound if it is another's.
Task<KeyReference> KeyService::ownKey(UserId owner, KeyReference reference, RequestContext context)
{
    if (const auto *id = std::get_if<KeyId>(&reference)) {
        CO_TRY(const ApiKey found, co_await key(*id, owner, std::move(context)));
        co_return found.id;
    }
    const QByteArray prefix = std::get<QByteArray>(reference);
    KeyQuery query;
    query.user = owner;
    query.isActive = true;
    CO_TRY(auto keys, co_await m_parts.keys.listKeys(query, std::move(context)));
    keys.items.removeIf([&prefix](const ApiKey &each) { return !each.prefix.startsWith(prefix); });
    if (keys.items.isEmpty())
        co_return failure(noSuchKey());
    // Several of one's own begin like that as several of all do: the store says so.
    co_return keys.items.size() == 1 ? KeyReference(keys.items.front().id) : reference;
}

Task<void> KeyService::saveLastUsed(RequestContext context)
{
    m_touches.add(m_parts.directory.takeTouches());
    const auto batch = m_touches.batch();
    if (batch.empty())
        co_return {};
    CO_TRY_VOID(co_await m_parts.keys.touchKeys(batch, std::move(context)));
    m_touches.saved(batch);
    co_return {};
}

QCoro::Task<> KeyService::keepLastUsedSaved(RequestContext context)
{
    return saveRegularly([this](RequestContext each) { return saveLastUsed(std::move(each)); },
                         u"when keys were last used"_s, std::move(context));
}

}
