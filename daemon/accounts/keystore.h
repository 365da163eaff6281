// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/keytext.h"
#include "daemon/accounts/listquery.h"
#include "shared/async/context.h"
#include "shared/async/task.h"
#include "shared/model/apikey.h"

#include <vector>

namespace moe::accounts {

/// A key to be stored.
struct NewKey {
    UserId user;
    KeyHash hash{};
    QByteArray prefix;
    QString label;
    std::optional<Clock::System> expires;
    Clock::System created;
    QString profile = {};
    RateLimits rates = {};
};

/// What is to be changed of a key; what has no value stays.
struct KeyChange {
    std::optional<QString> label = {};
    std::optional<std::optional<Clock::System>> expires = {}; ///< an empty inner value: never
    std::optional<QString> profile = {};                      ///< empty: none
    std::optional<RateLimits> rates = {};
};

/// One active key as the key directory holds it.
struct DirectoryKey {
    KeyHash hash{};
    KeyId key;
    UserId user;
    QByteArray prefix;
    std::optional<Clock::System> expires;
    bool isUserActive = true;
    QString profile = {};
    RateLimits rates = {};

    friend bool operator==(const DirectoryKey &, const DirectoryKey &) = default;
};

/// When a key was last used.
struct KeyTouch {
    KeyId key;
    Clock::System at;

    friend bool operator==(const KeyTouch &, const KeyTouch &) = default;
};

/// Names one key: by its id, or by the beginning of its text.
using KeyReference = std::variant<KeyId, QByteArray>;

enum class KeySort { Id, Label, Owner, Created, Expires, LastUsed };

struct KeyQuery {
    std::optional<UserId> user = {};
    std::optional<bool> isActive = {};                ///< false: revoked
    std::optional<Clock::System> expiringBefore = {}; ///< keys without an expiry never fit
    QString text = {}; ///< part of label, prefix or owner's name, without regard to ASCII case
    ListOrder<KeySort> order = {};
};

/// Where API keys are kept. Every back end passes tests/contract. All calls end with Unavailable while the back end
/// cannot be used; what failed has changed nothing.
class KeyStore
{
public:
    KeyStore() = default;
    KeyStore(const KeyStore &) = delete;
    KeyStore &operator=(const KeyStore &) = delete;
    virtual ~KeyStore() = default;

    /// NotFound if there is no such user.
    [[nodiscard]] virtual Task<ApiKey> addKey(NewKey key, RequestContext context) = 0;
    [[nodiscard]] virtual Task<ApiKey> key(KeyId id, RequestContext context) = 0;
    /// Revoked ones too, unless filtered out.
    [[nodiscard]] virtual Task<ListPage<ApiKey>> listKeys(KeyQuery query, RequestContext context) = 0;
    /// Conflict if the key is revoked.
    [[nodiscard]] virtual Task<ApiKey> updateKey(KeyId id, KeyChange change, RequestContext context) = 0;
    /// Revokes for good and returns the key. An id may name a revoked key (nothing changes then); a prefix names active
    /// keys only. NotFound; Conflict if several begin like that.
    [[nodiscard]] virtual Task<ApiKey> revokeKey(KeyReference reference, RequestContext context) = 0;

    /// All active keys, those of blocked users too.
    [[nodiscard]] virtual Task<std::vector<DirectoryKey>> loadDirectory(RequestContext context) = 0;
    /// Notes when keys were last used, all or none; unknown ids are ignored, an earlier time never replaces a later.
    [[nodiscard]] virtual Task<void> touchKeys(std::vector<KeyTouch> touches, RequestContext context) = 0;
};

}
