// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/controlstack.h"

#include "daemon/telemetry/log.h"
#include "shared/async/wait.h"
#include "shared/wire/jsonscan.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace moe::app {

namespace {

constexpr auto serverInterval = 1s;

QByteArray stateOf(const inference::Server &server)
{
    return R"({"name":)" + json::quoted(server.config.name.value().toUtf8()) + R"(,"enabled":)"
        + (server.config.isEnabled ? "true" : "false") + R"(,"reachable":)"
        + (server.status.isReachable ? "true" : "false") + R"(,"models":)"
        + QByteArray::number(server.status.models.size()) + R"(,"loaded":)"
        + QByteArray::number(server.status.loaded.size()) + '}';
}

QMap<QString, QByteArray> statesOf(const inference::ServerSnapshot &servers)
{
    QMap<QString, QByteArray> states;
    for (const inference::ServerPtr &server : *servers)
        states.insert(server->config.name.value(), stateOf(*server));
    return states;
}

}

ControlStack::ControlStack(AccountStack &accounts, inference::Dispatcher &dispatcher, api::control::System system,
                           const Clock &clock, TaskScope &scope)
    : m_events(std::make_shared<api::EventFeed>(clock))
    , m_services{*accounts.signIn,       *accounts.users,    *accounts.keys,
                 *accounts.policies,     *accounts.groups,   accounts.stores->usage,
                 accounts.stores->audit, *accounts.auditLog, *m_events,
                 *accounts.settings,     dispatcher,         clock,
                 std::move(system)}
    , m_loop(scope)
    , m_door{m_table, m_loop, accounts.sessionDirectory, *m_events, clock}
{
    api::control::addOperations(m_table, m_services);
    telemetry::setLogTap({[events = m_events] { return events->isWatched(); },
                          [events = m_events](const QByteArray &line) { events->publish("log", line); }});
    accounts.settings->onChange({}, [events = m_events](const settings::Settings &now) {
        events->publish("settings.changed", "{\"version\":" + QByteArray::number(now.version()) + '}');
    });
    accounts.auditLog->setObserver([this](const AuditEntry &entry) {
        if (entry.isSuccess && m_events->isWatched()) // refusals are folded, or an attack would flood the feed
            m_events->publish("audit",
                              R"({"actor":)" + json::quoted(entry.actor.toUtf8()) + R"(,"action":)"
                                  + json::quoted(entry.action.toUtf8()) + R"(,"object":)"
                                  + json::quoted(entry.object.toUtf8()) + R"(,"success":)"
                                  + (entry.isSuccess ? "true" : "false") + '}');
    });
}

ControlStack::~ControlStack() { telemetry::setLogTap({}); }

QCoro::Task<control::Reply> ControlStack::handleLocal(control::Request request, RequestContext context) const
{
    api::control::Caller caller;
    caller.kind = api::control::Caller::Kind::Local;
    return m_table.handle(std::move(request), std::move(caller), std::move(context));
}

QCoro::Task<> ControlStack::watchServers(RequestContext context)
{
    inference::ServerSnapshot before = m_services.dispatcher.servers();
    while (co_await sleepFor(serverInterval, context)) {
        const inference::ServerSnapshot now = m_services.dispatcher.servers();
        if (now != before && m_events->isWatched())
            publishServers(before, now);
        before = now;
    }
}

void ControlStack::publishServers(const inference::ServerSnapshot &before, const inference::ServerSnapshot &now)
{
    const auto old = statesOf(before);
    const auto fresh = statesOf(now);
    for (auto it = fresh.begin(); it != fresh.end(); ++it) {
        if (old.value(it.key()) != it.value())
            m_events->publish("server.state", it.value());
    }
    for (auto it = old.begin(); it != old.end(); ++it) {
        if (!fresh.contains(it.key()))
            m_events->publish("server.removed", R"({"name":)" + json::quoted(it.key().toUtf8()) + '}');
    }
}

}
