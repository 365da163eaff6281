// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/keystore.h"
#include "daemon/accounts/liveaccounts.h"
#include "daemon/accounts/precondition.h"
#include "daemon/accounts/touchbuffer.h"
#include "daemon/accounts/userstore.h"

namespace moe::accounts {

/// What is asked for when a key is made.
struct KeyRequest {
    QString label;                             ///< at most 200 characters, no control characters
    std::optional<Clock::System> expires = {}; ///< in the future
    QString profile = {};                      ///< Claude Code profile it is bound to; empty: none
    RateLimits rates = {};
};

/// The use cases of API keys: checks the input, writes to the store, then to the directories. Where an owner is given,
/// somebody administers keys of their own: those of others are NotFound, as if they were missing. Main thread. What it
/// is made of outlives it; it outlives its tasks.
class KeyService
{
public:
    static constexpr int mostKeys = 100; ///< of one user, revoked ones not counted

    struct Parts {
        KeyStore &keys;
        UserStore &users;
        KeyDirectory &directory;
        AccountDirectory &accounts;
        LiveAccounts &live;
        const Clock &clock;
    };
    explicit KeyService(Parts parts) : m_parts(parts) { }
    KeyService(const KeyService &) = delete;
    KeyService &operator=(const KeyService &) = delete;

    /// The only place where the text of a key is ever known. Conflict "too_many_keys".
    [[nodiscard]] Task<IssuedKey> create(UserId user, KeyRequest request, RequestContext context);
    [[nodiscard]] Task<ApiKey> key(KeyId id, std::optional<UserId> owner, RequestContext context);
    [[nodiscard]] Task<ListPage<ApiKey>> list(KeyQuery query, RequestContext context);
    /// Effective on the next request. Owners may change the label and let the key expire, or expire earlier:
    /// PermissionDenied otherwise. Conflict "key_revoked".
    [[nodiscard]] Task<ApiKey> change(KeyId id, KeyChange change, std::optional<UserId> owner,
                                      Precondition<ApiKey> onlyIf, RequestContext context);
    /// For good; effective on the next request. See KeyStore::revokeKey() and parseKeyReference().
    [[nodiscard]] Task<ApiKey> revoke(KeyReference reference, std::optional<UserId> owner, RequestContext context);

    /// Writes down when keys were last used; what cannot be written now is kept for the next call.
    [[nodiscard]] Task<void> saveLastUsed(RequestContext context);
    /// Does so every few seconds until the context is stopped, and once more then.
    [[nodiscard]] QCoro::Task<> keepLastUsedSaved(RequestContext context);

private:
    [[nodiscard]] Task<void> requireAccount(UserId user, RequestContext context);
    [[nodiscard]] Task<void> requireRoom(UserId user, RequestContext context);
    [[nodiscard]] Task<KeyReference> ownKey(UserId owner, KeyReference reference, RequestContext context);

    const Parts m_parts;
    TouchBuffer<KeyTouch, KeyId> m_touches;
};

}
