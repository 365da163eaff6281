// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/memoryreturn.h"

#include <algorithm>
#include <malloc.h>
#include <utility>

namespace moe::app {

namespace {
constexpr int rush = 256; // connections; what fewer leave behind is not worth the work
}

MemoryReturn::MemoryReturn(std::shared_ptr<const http::ConnectionGate> gate)
    : m_gate(std::move(gate))
    , m_peak(rush) // starting is one, too
{
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { check(); });
    m_timer.start(std::chrono::seconds(1));
}

void MemoryReturn::check()
{
    const int count = m_gate->count();
    const int before = std::exchange(m_count, count);
    m_peak = std::max(m_peak, count);
    // While they still leave in a crowd it is too early: those that go later would leave their memory behind.
    const bool isLeaving = count < before - before / 8;
    if (m_peak < rush || count > m_peak / 2 || isLeaving)
        return;
    malloc_trim(0);
    m_peak = count;
}

}
