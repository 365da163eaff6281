// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/inference/lease.h"
#include "shared/async/context.h"
#include "shared/async/task.h"
#include "shared/core/clock.h"

#include <memory>

namespace moe::inference {

/// The scheduler as a service that all I/O threads share: one short lock around it, waiting calls resumed on their own
/// threads. Leases may outlive it; the clock must outlive both.
class Dispatcher
{
public:
    explicit Dispatcher(const Clock &clock, SchedulerSettings settings = {});
    Dispatcher(const Dispatcher &) = delete;
    Dispatcher &operator=(const Dispatcher &) = delete;
    ~Dispatcher();

    /// The lease of a slot on the best server, at once or after waiting in the queue. Callable on any thread with an
    /// event loop. NotFound (model_not_found), Unavailable and RateLimited (both with `retryAfter`) as Scheduler says;
    /// Cancelled and Timeout by the context.
    [[nodiscard]] Task<Lease> acquire(LeaseRequest request, RequestContext context);

    /// Replaces what is known about servers; from any thread.
    void publish(ServerSnapshot servers);
    /// What was published last; never null.
    [[nodiscard]] ServerSnapshot servers() const;
    [[nodiscard]] SchedulerStats stats() const;

private:
    class Core;
    std::shared_ptr<Core> m_core;
};

}
