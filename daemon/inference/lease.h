// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/inference/scheduler.h"

#include <chrono>
#include <memory>
#include <utility>

namespace moe::inference {

/// Takes grants back; safe to call from any thread.
class GrantKeeper
{
public:
    GrantKeeper() = default;
    GrantKeeper(const GrantKeeper &) = delete;
    GrantKeeper &operator=(const GrantKeeper &) = delete;
    virtual ~GrantKeeper() = default;

    virtual void takeBack(Grant grant, LeaseOutcome outcome) = 0;
};

/// The right to run one call on one server. Given back by succeed(), fail(), release() or its destruction, whichever
/// comes first, on any thread; without a word about the outcome it counts neither for nor against the server.
class Lease
{
public:
    Lease() = default;
    Lease(std::shared_ptr<GrantKeeper> keeper, Grant grant, std::chrono::microseconds queueWait)
        : m_keeper(std::move(keeper))
        , m_grant(std::move(grant))
        , m_queueWait(queueWait)
    { }
    Lease(Lease &&other) noexcept = default;
    Lease &operator=(Lease &&other) noexcept
    {
        if (this != &other) {
            release();
            m_keeper = std::move(other.m_keeper);
            m_grant = std::move(other.m_grant);
            m_queueWait = other.m_queueWait;
        }
        return *this;
    }
    ~Lease() { release(); }

    /// False for a default-constructed or moved-from lease, and after it was given back.
    [[nodiscard]] bool isHeld() const { return m_keeper != nullptr; }
    /// The server as it was known when the call was granted; only while held.
    [[nodiscard]] const Server &server() const { return *m_grant.server; }
    /// The same, to be kept beyond the lease.
    [[nodiscard]] ServerPtr serverPtr() const { return m_grant.server; }
    /// The model as the server lists it; only while held.
    [[nodiscard]] const ModelInfo &model() const { return *m_grant.model; }
    /// True if the server has to load the model for this call.
    [[nodiscard]] bool isCold() const { return m_grant.isCold; }
    [[nodiscard]] std::chrono::microseconds queueWait() const { return m_queueWait; }

    void succeed(ServedCall call) { giveBack(call); }
    void fail(NodeFault fault) { giveBack(fault); }
    void release() { giveBack({}); }

private:
    void giveBack(LeaseOutcome outcome)
    {
        if (const auto keeper = std::exchange(m_keeper, nullptr))
            keeper->takeBack(std::move(m_grant), std::move(outcome));
    }

    std::shared_ptr<GrantKeeper> m_keeper;
    Grant m_grant;
    std::chrono::microseconds m_queueWait{0};
};

}
