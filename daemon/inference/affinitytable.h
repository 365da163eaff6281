// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtTypes>

#include <vector>

namespace moe::inference {

/// Remembers on which node a conversation ran last, because its prefix cache is there. Fixed size: of conversations
/// that fall on the same entry only the latest is remembered. Not thread-safe.
class AffinityTable
{
public:
    static constexpr quint32 nowhere = 0;

    AffinityTable() : m_entries(entries) { }

    void remember(quint64 affinity, quint32 node)
    {
        if (affinity != 0)
            m_entries[affinity % entries] = {affinity, node};
    }
    /// The node's number, or `nowhere`.
    [[nodiscard]] quint32 find(quint64 affinity) const
    {
        const Entry &entry = m_entries[affinity % entries];
        return affinity != 0 && entry.affinity == affinity ? entry.node : nowhere;
    }

private:
    static constexpr std::size_t entries = 4096;
    struct Entry {
        quint64 affinity = 0;
        quint32 node = nowhere;
    };
    std::vector<Entry> m_entries;
};

}
