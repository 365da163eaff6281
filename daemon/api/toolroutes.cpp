// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/authenticate.h"
#include "daemon/api/mcp.h"
#include "daemon/api/routes.h"
#include "daemon/api/routing.h"
#include "daemon/api/toolcalls.h"
#include "daemon/api/toolhandlers.h"
#include "shared/wire/endpoints.h"

namespace moe::api {

namespace {

using http::Method;
using telemetry::Route;
using McpHandler = Task<http::HttpReply> (*)(McpDoor, McpCaller, ExchangePtr, RequestContext);

McpDoor doorOf(const Services &services) { return {&services.mcpServer, &services.mcpSessions, &services.clock}; }

McpCaller callerOf(const Services *services, const ExchangePtr &exchange, const Principal &principal)
{
    return {principal.key, nullptr, [services, exchange] { return hasValidKey(*services, exchange->request()); }};
}

template <McpHandler handler>
Task<http::HttpReply> withTools(const Services *services, ExchangePtr exchange, AdmissionPtr admission,
                                RequestContext context)
{
    McpCaller caller = callerOf(services, exchange, admission->principal());
    caller.tools = std::make_shared<GrantedTools>(*services, exchange, std::move(admission));
    co_return co_await handler(doorOf(*services), std::move(caller), std::move(exchange), std::move(context));
}

/// Who listens is let in like anybody, but is no running request: his rates are for what he asks meanwhile.
template <McpHandler handler>
Task<http::HttpReply> listening(const Services *services, ExchangePtr exchange, AdmissionPtr admission,
                                RequestContext context)
{
    McpCaller caller = callerOf(services, exchange, admission->principal());
    admission.reset();
    co_return co_await handler(doorOf(*services), std::move(caller), std::move(exchange), std::move(context));
}

}

std::vector<http::Route> toolRoutes(const Services &services)
{
    const auto keyed = [&services](Method method, QLatin1StringView path, Route metric, KeyedResource resource) {
        return keyedRoute(services, method, path, metric, resource, Use::Looks);
    };
    return {
        openRoute(services, Method::Get, endpoints::Health, Route::Health, &toolHealth),
        keyed(Method::Get, endpoints::Tools, Route::Tools, &listTools),
        keyed(Method::Post, endpoints::Invoke, Route::Tools, &invokeTool),
        keyed(Method::Post, endpoints::Mcp, Route::Mcp, &withTools<&mcpPost>),
        keyed(Method::Get, endpoints::Mcp, Route::Mcp, &listening<&mcpListen>),
        keyed(Method::Delete, endpoints::Mcp, Route::Mcp, &listening<&mcpEnd>),
        keyed(Method::Get, endpoints::McpSse, Route::Mcp, &listening<&mcpSse>),
        keyed(Method::Post, endpoints::McpSse, Route::Mcp, &withTools<&mcpSsePost>),
    };
}

}
