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

McpCaller callerOf(const Services *services, const ExchangePtr &exchange, const AdmissionPtr &admission)
{
    return {admission->principal().key, nullptr,
            [services, exchange] { return hasValidKey(*services, exchange->request()); },
            [admission](int requests) { return admission->countParts(requests); }};
}

template <McpHandler handler>
Task<http::HttpReply> withTools(const Services *services, ExchangePtr exchange, AdmissionPtr admission,
                                RequestContext context)
{
    McpCaller caller = callerOf(services, exchange, admission);
    caller.tools = std::make_shared<GrantedTools>(*services, exchange, std::move(admission));
    co_return co_await handler(doorOf(*services), std::move(caller), std::move(exchange), std::move(context));
}

/// Who listens counts once: his rates are for what he asks meanwhile.
template <McpHandler handler>
Task<http::HttpReply> listening(const Services *services, ExchangePtr exchange, AdmissionPtr admission,
                                RequestContext context)
{
    CO_TRY_VOID(admission->countParts(1));
    McpCaller caller = callerOf(services, exchange, admission);
    admission.reset();
    co_return co_await handler(doorOf(*services), std::move(caller), std::move(exchange), std::move(context));
}

}

std::vector<http::Route> toolRoutes(const Services &services)
{
    const auto keyed = [&services](Method method, QLatin1StringView path, KeyedResource resource) {
        return keyedRoute(services, method, path, Route::Tools, resource, Use::Looks);
    };
    const auto talking = [&services](Method method, QLatin1StringView path, KeyedResource resource) {
        return keyedRoute(services, method, path, Route::Mcp, resource, Use::Talks);
    };
    const auto streaming = [&talking](QLatin1StringView path, KeyedResource resource) {
        http::Route route = talking(Method::Get, path, resource);
        route.refusesHead = true;
        return route;
    };
    return {
        openRoute(services, Method::Get, endpoints::Health, Route::Health, &toolHealth),
        keyed(Method::Get, endpoints::Tools, &listTools),
        keyed(Method::Post, endpoints::Invoke, &invokeTool),
        talking(Method::Post, endpoints::Mcp, &withTools<&mcpPost>),
        streaming(endpoints::Mcp, &listening<&mcpListen>),
        talking(Method::Delete, endpoints::Mcp, &listening<&mcpEnd>),
        streaming(endpoints::McpSse, &listening<&mcpSse>),
        talking(Method::Post, endpoints::McpSse, &withTools<&mcpSsePost>),
    };
}

}
