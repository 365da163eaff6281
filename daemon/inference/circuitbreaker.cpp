// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/circuitbreaker.h"

#include <QtGlobal>

#include <algorithm>
#include <utility>

namespace moe::inference {

BreakerState CircuitBreaker::state(Clock::Steady now) const
{
    if (!m_isOpen)
        return BreakerState::Closed;
    return m_isProbing || now >= m_openUntil ? BreakerState::HalfOpen : BreakerState::Open;
}

bool CircuitBreaker::allows(Clock::Steady now) const { return !m_isOpen || (!m_isProbing && now >= m_openUntil); }

bool CircuitBreaker::begin(Clock::Steady now)
{
    Q_ASSERT(allows(now));
    Q_UNUSED(now);
    m_isProbing = m_isOpen;
    return m_isProbing;
}

void CircuitBreaker::succeed(bool isProbe)
{
    // Calls that began before it opened say nothing about the node as it is now.
    if (m_isOpen && !isProbe)
        return;
    *this = CircuitBreaker(m_settings);
}

void CircuitBreaker::fail(bool isProbe, Clock::Steady now)
{
    if (m_isOpen) {
        if (isProbe)
            open(now);
        return;
    }
    if (++m_failures >= m_settings.failuresToOpen)
        open(now);
}

void CircuitBreaker::endNeutral(bool isProbe)
{
    if (isProbe)
        m_isProbing = false;
}

void CircuitBreaker::open(Clock::Steady now)
{
    m_openFor = m_isOpen ? std::min(m_openFor * 2, m_settings.longestOpen) : m_settings.firstOpen;
    m_isOpen = true;
    m_isProbing = false;
    m_openUntil = now + m_openFor;
}

}
