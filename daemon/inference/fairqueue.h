// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/inference/schedule.h"

#include <array>
#include <deque>
#include <functional>
#include <list>
#include <optional>

namespace moe::inference {

/// Calls waiting for the same thing. Higher priorities go first, but every `yieldEvery`-th turn is a lower one's;
/// within a priority the keys take turns; within a key it is first come, first served. So between two turns of a key
/// that waits, every other key of its priority gets one at most. Not thread-safe.
class FairQueue
{
public:
    struct Waiter {
        Ticket ticket;
        LeaseRequest request;
        Clock::Steady since;
    };
    enum class Verdict {
        Take,
        Skip, ///< look at the next one
        Stop, ///< none of the others will do either
    };
    using Judge = std::function<Verdict(const Waiter &)>;
    static constexpr int yieldEvery = 8;

    void push(Waiter waiter);
    /// Takes the first call, in the order of turns, that `judge` accepts; that was its key's turn.
    [[nodiscard]] std::optional<Waiter> takeFirst(const Judge &judge);
    /// False if there is no such call.
    bool remove(Ticket ticket);

    [[nodiscard]] int size() const { return m_size; }
    [[nodiscard]] bool isEmpty() const { return m_size == 0; }
    /// True if a call here has servers excluded, so that its candidates are not those of all others.
    [[nodiscard]] bool hasExclusions() const { return m_excluding > 0; }
    [[nodiscard]] int sizeOf(KeyId key) const;
    /// How many turns away a call is, 1 being the next, if nobody joins; 0 if it is not here.
    [[nodiscard]] int positionOf(Ticket ticket) const;

private:
    struct Lane { // the calls of one key
        KeyId key;
        std::deque<Waiter> waiters;
    };
    struct Class {              // the calls of one priority
        std::list<Lane> lanes;  // never empty ones; the front one has the next turn
        int passedOver = 0;     // turns of higher classes since the last one here

        [[nodiscard]] int size() const;
    };
    struct Place {
        int priority;
        std::list<Lane>::iterator lane;
        std::size_t index;
    };

    [[nodiscard]] std::array<int, priorityCount> order() const;
    [[nodiscard]] std::optional<Place> find(const Judge &judge);
    Waiter extract(Place place);
    void noteTurn(int priority);

    std::array<Class, priorityCount> m_classes;
    int m_size = 0;
    int m_excluding = 0;
};

}
