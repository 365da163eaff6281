// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/api/control/httpdoor.h"
#include "daemon/api/control/services.h"
#include "daemon/app/accountstack.h"

namespace moe::app {

/// The control API: its operations on the main thread, and what I/O threads need to reach them.
class ControlStack
{
public:
    /// Everything given outlives it. The scope is the main thread's: operations run in it.
    ControlStack(AccountStack &accounts, inference::Dispatcher &dispatcher, api::control::System system,
                 const Clock &clock, TaskScope &scope);
    ControlStack(const ControlStack &) = delete;
    ControlStack &operator=(const ControlStack &) = delete;
    ~ControlStack();

    /// For the I/O threads.
    [[nodiscard]] const api::control::HttpDoor &door() const { return m_door; }
    [[nodiscard]] api::EventFeed &events() { return *m_events; }
    /// For whoever may do everything: the local socket.
    [[nodiscard]] QCoro::Task<control::Reply> handleLocal(control::Request request, RequestContext context) const;
    /// Tells watchers again and again what has changed of servers, until the context is stopped.
    [[nodiscard]] QCoro::Task<> watchServers(RequestContext context);

private:
    void publishServers(const inference::ServerSnapshot &before, const inference::ServerSnapshot &now);

    const std::shared_ptr<api::EventFeed> m_events; // also of the log, which may tell it of a last line
    api::control::ControlServices m_services;
    api::control::OperationTable m_table;
    LoopHandle m_loop;
    api::control::HttpDoor m_door;
};

}
