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
    m_excluding += waiter.request.excluded.isEmpty() ? 0 : 1;
    auto lane = std::ranges::find(lanes, key, &Lane::key);
    if (lane == lanes.end())
        lane = lanes.insert(lanes.end(), Lane{key, {}});
    lane->waiters.push_back(std::move(waiter));
    ++m_size;
}

std::optional<FairQueue::Waiter> FairQueue::takeFirst(const Judge &judge)
{
    const auto place = find(judge);
    if (!place)
        return {};
    noteTurn(place->priority);
    // The key's next turn comes after everybody else's.
    std::list<Lane> &lanes = m_classes[std::size_t(place->priority)].lanes;
    lanes.splice(lanes.end(), lanes, place->lane);
    return extract(*place);
}

bool FairQueue::remove(Ticket ticket)
{
    const auto place
        = find([ticket](const Waiter &waiter) { return waiter.ticket == ticket ? Verdict::Take : Verdict::Skip; });
    if (place)
        extract(*place);
    return place.has_value();
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
    const auto isOwedTurn
        = [this](int priority) { return m_classes[std::size_t(priority)].passedOver >= yieldEvery - 1; };
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

std::optional<FairQueue::Place> FairQueue::find(const Judge &judge)
{
    for (const int priority : order()) {
        std::list<Lane> &lanes = m_classes[std::size_t(priority)].lanes;
        // The first call of every key, then the second one: what nobody can serve now does not hold up its key.
        bool isDeeper = !lanes.empty();
        for (std::size_t index = 0; isDeeper; ++index) {
            isDeeper = false;
            for (auto lane = lanes.begin(); lane != lanes.end(); ++lane) {
                if (index >= lane->waiters.size())
                    continue;
                const Verdict verdict = judge(lane->waiters[index]);
                if (verdict == Verdict::Take)
                    return Place{priority, lane, index};
                if (verdict == Verdict::Stop)
                    return {};
                isDeeper = isDeeper || index + 1 < lane->waiters.size();
            }
        }
    }
    return {};
}

FairQueue::Waiter FairQueue::extract(Place place)
{
    auto &waiters = place.lane->waiters;
    const auto at = waiters.begin() + std::ptrdiff_t(place.index);
    Waiter taken = std::move(*at);
    waiters.erase(at);
    if (waiters.empty())
        m_classes[std::size_t(place.priority)].lanes.erase(place.lane);
    --m_size;
    m_excluding -= taken.request.excluded.isEmpty() ? 0 : 1;
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
