// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/clock.h"
#include "shared/model/principal.h"

#include <QByteArray>

#include <stop_token>

namespace moe {

/// What a request carries to everything that waits on its behalf: a value, always the last parameter, taken by value.
struct RequestContext {
    QByteArray requestId;                                     ///< on every log line and in `x-request-id`
    std::stop_token stop;                                     ///< requested when the client goes or the daemon stops
    Clock::Steady deadline = Clock::Steady::max();            ///< steady time after which nobody waits any longer
    Principal principal;

    // Not inline: every coroutine that takes one would have them again.
    RequestContext();
    RequestContext(const RequestContext &other);
    RequestContext(RequestContext &&other) noexcept;
    RequestContext &operator=(const RequestContext &other);
    RequestContext &operator=(RequestContext &&other) noexcept;
    ~RequestContext();

    [[nodiscard]] bool isStopped() const { return stop.stop_requested(); }

    /// The same request with another stop token, for work that may end before the request does.
    [[nodiscard]] RequestContext withStop(std::stop_token token) const
    {
        RequestContext copy = *this;
        copy.stop = std::move(token);
        return copy;
    }
    /// The same request with a deadline that is at most the present one.
    [[nodiscard]] RequestContext withDeadline(Clock::Steady limit) const
    {
        RequestContext copy = *this;
        copy.deadline = std::min(copy.deadline, limit);
        return copy;
    }
};

}
