// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/keytext.h"
#include "shared/async/context.h"
#include "shared/async/task.h"
#include "shared/model/apikey.h"
#include "shared/model/user.h"

#include <QList>

#include <optional>
#include <variant>
#include <vector>

namespace moe::accounts {

/// A user to be stored.
struct NewUser {
    QString name;
    Clock::System created;
};

/// A key to be stored.
struct NewKey {
    UserId user;
    KeyHash hash{};
    QByteArray prefix;
    QString label;
    std::optional<Clock::System> expires;
    Clock::System created;
};

/// One active key as the key directory holds it.
struct DirectoryKey {
    KeyHash hash{};
    KeyId key;
    UserId user;
    QByteArray prefix;
    std::optional<Clock::System> expires;
    bool isUserActive = true;
};

/// When a key was last used.
struct KeyTouch {
    KeyId key;
    Clock::System at;

    friend bool operator==(const KeyTouch &, const KeyTouch &) = default;
};

/// Names one key: by its id, or by the beginning of its text.
using KeyReference = std::variant<KeyId, QByteArray>;

/// A part of a list in order of id: at most `limit` entries with ids above `after`.
struct Page {
    qint64 after = 0;
    int limit = 500;
};

/// Where users and keys are kept. Every back end passes tests/contract. All calls end with Unavailable while the back
/// end cannot be used; what failed has changed nothing.
class AccountStore
{
public:
    AccountStore() = default;
    AccountStore(const AccountStore &) = delete;
    AccountStore &operator=(const AccountStore &) = delete;
    virtual ~AccountStore() = default;

    /// Conflict if the name is taken, without regard to ASCII case.
    [[nodiscard]] virtual Task<User> addUser(NewUser user, RequestContext context) = 0;
    /// By name, without regard to ASCII case; NotFound.
    [[nodiscard]] virtual Task<User> findUser(QString name, RequestContext context) = 0;
    [[nodiscard]] virtual Task<QList<User>> listUsers(Page page, RequestContext context) = 0;

    /// NotFound if there is no such user.
    [[nodiscard]] virtual Task<ApiKey> addKey(NewKey key, RequestContext context) = 0;
    /// The keys of one user or of all, revoked ones too.
    [[nodiscard]] virtual Task<QList<ApiKey>> listKeys(std::optional<UserId> user, Page page, RequestContext context)
        = 0;
    /// Revokes for good and returns the key. An id may name a revoked key (nothing changes then); a prefix names active
    /// keys only. NotFound; Conflict if several begin like that.
    [[nodiscard]] virtual Task<ApiKey> revokeKey(KeyReference reference, RequestContext context) = 0;

    /// All active keys, those of blocked users too.
    [[nodiscard]] virtual Task<std::vector<DirectoryKey>> loadDirectory(RequestContext context) = 0;
    /// Notes when keys were last used, all or none; unknown ids are ignored, an earlier time never replaces a later.
    [[nodiscard]] virtual Task<void> touchKeys(std::vector<KeyTouch> touches, RequestContext context) = 0;
};

}
