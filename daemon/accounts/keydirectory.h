// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/keystore.h"
#include "shared/model/principal.h"

#include <QByteArrayView>

#include <array>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

namespace moe::accounts {

/// All active keys in memory, so that no request waits for a database. Thread-safe: every I/O thread verifies on each
/// request while the main thread adds and revokes. Keys are spread over shards by their hash; a call holds one shard's
/// lock for some ten nanoseconds.
class KeyDirectory
{
public:
    KeyDirectory() = default;
    KeyDirectory(const KeyDirectory &) = delete;
    KeyDirectory &operator=(const KeyDirectory &) = delete;

    /// Replaces everything by these keys.
    void load(const std::vector<DirectoryKey> &keys);
    void add(const DirectoryKey &key);
    /// Effective on the next verify(), on whatever thread.
    void revoke(KeyId key);
    /// Effective on the next verify(), on whatever thread.
    void setUserActive(UserId user, bool isActive);
    /// Effective on the next verify(), on whatever thread. Without a time: never expires.
    void setExpiry(KeyId key, std::optional<Clock::System> expires);
    /// Forgets all keys of a user who is gone.
    void removeUser(UserId user);

    /// Who presents this key; nothing if it is malformed, unknown, revoked, expired or its user is blocked.
    [[nodiscard]] std::optional<Principal> verify(QByteArrayView presentedKey, Clock::System now);

    /// The keys verified since the last call, with the time of their last use.
    [[nodiscard]] std::vector<KeyTouch> takeTouches();

    [[nodiscard]] std::size_t size() const;

private:
    struct Entry {
        Principal principal;
        Clock::System expires;     // max(): never
        bool isUserActive = true;
        quint32 touchRound = 0;    // touchIndex counts only while this is the shard's round
        quint32 touchIndex = 0;
    };
    using Entries = std::unordered_map<KeyHash, Entry, HashOfSecretHash>;
    struct alignas(64) Shard {
        mutable std::mutex mutex;
        Entries entries;               // guarded by mutex, as all below
        std::vector<KeyTouch> touches; // of this round
        quint32 touchRound = 1;
    };

    static Entry entryOf(const DirectoryKey &key);
    static void touch(Shard &shard, Entry &entry, Clock::System now);
    Shard &shardOf(const KeyHash &hash) { return m_shards[hash[0] % m_shards.size()]; }

    std::array<Shard, 64> m_shards;
};

}
