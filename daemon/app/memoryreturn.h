// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/http/listener.h"

#include <QTimer>

#include <memory>

namespace moe::app {

/// Gives memory back to the system after the start and after a rush: the allocator keeps what many connections needed
/// at once, for its own use, until it is told. Looks once a second, on the main thread, and acts once for each rush.
class MemoryReturn
{
public:
    explicit MemoryReturn(std::shared_ptr<const http::ConnectionGate> gate);

private:
    void check();

    const std::shared_ptr<const http::ConnectionGate> m_gate;
    QTimer m_timer;
    int m_count = 0; // of connections, a second ago
    int m_peak;      // of connections, since memory was given back last
};

}
