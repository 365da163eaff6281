// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/clock.h"

#include <algorithm>
#include <map>
#include <vector>

namespace moe::accounts {

/// When things were last used, until it is written down. `Touch` is an `Id` and a time. Not thread-safe.
template <typename Touch, typename Id>
class TouchBuffer
{
public:
    void add(const std::vector<Touch> &touches)
    {
        for (const auto &[id, at] : touches) {
            Clock::System &latest = m_unsaved[id];
            latest = std::max(latest, at);
        }
    }

    [[nodiscard]] std::vector<Touch> batch() const
    {
        std::vector<Touch> touches;
        touches.reserve(m_unsaved.size());
        for (const auto &[id, at] : m_unsaved)
            touches.push_back(Touch{id, at});
        return touches;
    }

    /// What came for them since the batch was taken stays.
    void saved(const std::vector<Touch> &batch)
    {
        for (const auto &[id, at] : batch) {
            const auto found = m_unsaved.find(id);
            if (found != m_unsaved.end() && found->second <= at)
                m_unsaved.erase(found);
        }
    }

private:
    std::map<Id, Clock::System> m_unsaved;
};

}
