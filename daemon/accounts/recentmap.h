// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/secrettext.h"

#include <list>
#include <unordered_map>

namespace moe::accounts {

/// A table of at most so many entries, named by hashes: the one that was changed longest ago makes room for a new one.
/// Not thread-safe.
template <typename Value>
class RecentMap
{
public:
    explicit RecentMap(std::size_t limit) : m_limit(limit) { }

    /// The entry, made if there is none, as the one that was changed last. Valid until the next call.
    [[nodiscard]] Value &change(const SecretHash &name)
    {
        if (const auto found = m_index.find(name); found != m_index.end()) {
            m_entries.splice(m_entries.end(), m_entries, found->second);
            return found->second->value;
        }
        if (m_entries.size() >= m_limit)
            dropOldest();
        m_entries.push_back({name, {}});
        m_index.emplace(name, std::prev(m_entries.end()));
        return m_entries.back().value;
    }

    /// Null if there is none. Does not count as a change.
    [[nodiscard]] Value *find(const SecretHash &name)
    {
        const auto found = m_index.find(name);
        return found == m_index.end() ? nullptr : &found->second->value;
    }

    void remove(const SecretHash &name)
    {
        if (const auto found = m_index.find(name); found != m_index.end()) {
            m_entries.erase(found->second);
            m_index.erase(found);
        }
    }

    /// Drops from the one that was changed longest ago, as long as they are `old`.
    template <typename Predicate>
    void dropWhile(Predicate old)
    {
        while (!m_entries.empty() && old(m_entries.front().value))
            dropOldest();
    }

    [[nodiscard]] std::size_t size() const { return m_entries.size(); }

private:
    struct Entry {
        SecretHash name;
        Value value;
    };

    void dropOldest()
    {
        m_index.erase(m_entries.front().name);
        m_entries.pop_front();
    }

    const std::size_t m_limit;
    std::list<Entry> m_entries; // in the order of their last change
    std::unordered_map<SecretHash, typename std::list<Entry>::iterator, HashOfSecretHash> m_index;
};

}
