// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/fairqueue.h"

#include <algorithm>

namespace moe::inference {

int FairQueue::Class::size() const
{
    int size = 0;
    for (const Lane &lane : lanes)
        size += int(lane.waiters.size());
    return size;
}

void FairQueue::push(Waiter waiter)
{
    std::list<Lane> &lanes = m_classes[std::size_t(waiter.request.priority)].lanes;
    const KeyId key = waiter.request.key;
    auto lane = std::ranges::find(lanes, key, &Lane::key);
    if (lane == lanes.end())
        lane = lanes.insert(lanes.end(), Lane{key, {}});
    lane->waiters.push_back(std::move(waiter));
    ++m_size;
}

std::optional<FairQueue::Waiter> FairQueue::takeFirst(const std::function<bool(const Waiter &)> &accepts)
{
    for (const int priority : order()) {
        if (const auto place = findIn(priority, accepts)) {
            noteTurn(priority);
            return take(*place);
        }
    }
    return {};
}

bool FairQueue::remove(Ticket ticket)
{
    for (int priority = 0; priority < priorityCount; ++priority) {
        const auto place = findIn(priority, [ticket](const Waiter &waiter) { return waiter.ticket == ticket; });
        if (!place)
            continue;
        auto &waiters = place->lane->waiters;
        waiters.erase(waiters.begin() + std::ptrdiff_t(place->index));
        if (waiters.empty())
            m_classes[std::size_t(priority)].lanes.erase(place->lane);
        --m_size;
        return true;
    }
    return false;
}

int FairQueue::sizeOf(KeyId key) const
{
    int size = 0;
    for (const Class &each : m_classes) {
        const auto lane = std::ranges::find(each.lanes, key, &Lane::key);
        if (lane != each.lanes.end())
            size += int(lane->waiters.size());
    }
    return size;
}

int FairQueue::positionOf(Ticket ticket) const
{
    int before = 0;
    for (const Class &each : m_classes) {
        for (auto lane = each.lanes.begin(); lane != each.lanes.end(); ++lane) {
            const auto found = std::ranges::find(lane->waiters, ticket, &Waiter::ticket);
            if (found == lane->waiters.end())
                continue;
            const auto index = std::size_t(found - lane->waiters.begin());
            // Every other key gets as many turns as we do, and one more if it comes before us.
            bool isBefore = true;
            std::size_t turns = index;
            for (auto other = each.lanes.begin(); other != each.lanes.end(); ++other) {
                if (other == lane)
                    isBefore = false;
                else
                    turns += std::min(other->waiters.size(), index + (isBefore ? 1 : 0));
            }
            return before + int(turns) + 1;
        }
        before += each.size();
    }
    return 0;
}

std::array<int, priorityCount> FairQueue::order() const
{
    std::array<int, priorityCount> order{};
    std::size_t next = 0;
    const auto isOwedTurn = [this](int priority) {
        return m_classes[std::size_t(priority)].passedOver >= yieldEvery - 1;
    };
    for (int priority = priorityCount - 1; priority >= 0; --priority) {
        if (isOwedTurn(priority))
            order[next++] = priority;
    }
    for (int priority = 0; priority < priorityCount; ++priority) {
        if (!isOwedTurn(priority))
            order[next++] = priority;
    }
    return order;
}

std::optional<FairQueue::Place> FairQueue::findIn(int priority, const std::function<bool(const Waiter &)> &accepts)
{
    std::list<Lane> &lanes = m_classes[std::size_t(priority)].lanes;
    // The first call of every key, then the second one: a call that nobody can serve now does not hold up its key.
    bool isDeeper = true;
    for (std::size_t index = 0; isDeeper; ++index) {
        isDeeper = false;
        for (auto lane = lanes.begin(); lane != lanes.end(); ++lane) {
            if (index < lane->waiters.size() && accepts(lane->waiters[index]))
                return Place{priority, lane, index};
            isDeeper = isDeeper || index + 1 < lane->waiters.size();
        }
    }
    return {};
}

FairQueue::Waiter FairQueue::take(Place place)
{
    auto &waiters = place.lane->waiters;
    const auto at = waiters.begin() + std::ptrdiff_t(place.index);
    Waiter taken = std::move(*at);
    waiters.erase(at);
    std::list<Lane> &lanes = m_classes[std::size_t(place.priority)].lanes;
    if (waiters.empty())
        lanes.erase(place.lane);
    else
        lanes.splice(lanes.end(), lanes, place.lane);
    --m_size;
    return taken;
}

void FairQueue::noteTurn(int priority)
{
    for (int lower = 0; lower < priorityCount; ++lower) {
        Class &each = m_classes[std::size_t(lower)];
        if (lower == priority || each.lanes.empty())
            each.passedOver = 0;
        else
            ++each.passedOver;
    }
}

}
