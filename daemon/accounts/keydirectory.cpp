// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/keydirectory.h"

namespace moe::accounts {

KeyDirectory::Entry KeyDirectory::entryOf(const DirectoryKey &key)
{
    Entry entry;
    entry.principal = Principal{key.user, key.key, key.prefix};
    entry.expires = key.expires.value_or(Clock::System::max());
    entry.isUserActive = key.isUserActive;
    return entry;
}

void KeyDirectory::load(const std::vector<DirectoryKey> &keys)
{
    std::array<Entries, std::tuple_size_v<decltype(m_shards)>> fresh;
    for (Entries &entries : fresh)
        entries.reserve(keys.size() / fresh.size() + 1);
    for (const DirectoryKey &key : keys)
        fresh[key.hash[0] % fresh.size()].insert_or_assign(key.hash, entryOf(key));
    for (std::size_t i = 0; i < fresh.size(); ++i) {
        const std::lock_guard lock(m_shards[i].mutex);
        m_shards[i].entries.swap(fresh[i]);
    }
}

void KeyDirectory::add(const DirectoryKey &key)
{
    Shard &shard = shardOf(key.hash);
    const std::lock_guard lock(shard.mutex);
    shard.entries.insert_or_assign(key.hash, entryOf(key));
}

void KeyDirectory::revoke(KeyId key)
{
    // Rare, so it looks through all (a millisecond for 50,000 keys) instead of keeping a second index.
    for (Shard &shard : m_shards) {
        const std::lock_guard lock(shard.mutex);
        if (std::erase_if(shard.entries, [key](const auto &item) { return item.second.principal.key == key; }) > 0)
            return;
    }
}

void KeyDirectory::setUserActive(UserId user, bool isActive)
{
    for (Shard &shard : m_shards) {
        const std::lock_guard lock(shard.mutex);
        for (auto &[hash, entry] : shard.entries) {
            if (entry.principal.user == user)
                entry.isUserActive = isActive;
        }
    }
}

void KeyDirectory::setExpiry(KeyId key, std::optional<Clock::System> expires)
{
    for (Shard &shard : m_shards) {
        const std::lock_guard lock(shard.mutex);
        for (auto &[hash, entry] : shard.entries) {
            if (entry.principal.key == key)
                entry.expires = expires.value_or(Clock::System::max());
        }
    }
}

void KeyDirectory::removeUser(UserId user)
{
    for (Shard &shard : m_shards) {
        const std::lock_guard lock(shard.mutex);
        std::erase_if(shard.entries, [user](const auto &item) { return item.second.principal.user == user; });
    }
}

std::optional<Principal> KeyDirectory::verify(QByteArrayView presentedKey, Clock::System now)
{
    if (!isKeyText(presentedKey))
        return {};
    const KeyHash hash = hashOfKey(presentedKey);
    Shard &shard = shardOf(hash);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.entries.find(hash);
    if (found == shard.entries.end() || !found->second.isUserActive || now >= found->second.expires)
        return {};
    touch(shard, found->second, now);
    return found->second.principal;
}

void KeyDirectory::touch(Shard &shard, Entry &entry, Clock::System now)
{
    if (entry.touchRound == shard.touchRound) {
        shard.touches[entry.touchIndex].at = now;
        return;
    }
    entry.touchRound = shard.touchRound;
    entry.touchIndex = quint32(shard.touches.size());
    shard.touches.push_back(KeyTouch{entry.principal.key, now});
}

std::vector<KeyTouch> KeyDirectory::takeTouches()
{
    std::vector<KeyTouch> all;
    for (Shard &shard : m_shards) {
        const std::lock_guard lock(shard.mutex);
        all.insert(all.end(), shard.touches.begin(), shard.touches.end());
        shard.touches.clear();
        ++shard.touchRound;
    }
    return all;
}

std::size_t KeyDirectory::size() const
{
    std::size_t count = 0;
    for (const Shard &shard : m_shards) {
        const std::lock_guard lock(shard.mutex);
        count += shard.entries.size();
    }
    return count;
}

}
