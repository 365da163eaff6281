// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/mcprequest.h"
#include "shared/wire/endpoints.h"

#include <QUrlQuery>

using namespace Qt::StringLiterals;

namespace moe::api {

Task<http::HttpReply> mcpSse(McpDoor door, McpCaller caller, ExchangePtr exchange, RequestContext context)
{
    if (auto refusal = refusalOf(exchange->request()))
        co_return *std::move(refusal);
    CO_TRY(const auto session, door.sessions->create(*door.server, caller.key));
    context.deadline = Clock::Steady::max(); // the session is as long as its stream, that as long as somebody reads it
    exchange->beginStream();
    const QByteArray endpoint = QByteArray(endpoints::McpSse.data()) + "?sessionId=" + session->id();
    exchange->sendNamedEvent("endpoint", {}, endpoint);
    const auto forwarded
        = co_await forward(door, caller, exchange, {session, session->mainStream(), 0}, std::move(context));
    door.sessions->end(session->id(), caller.key); // with all that it has under way
    CO_TRY_VOID(forwarded);
    exchange->endStream();
    co_return http::HttpReply::streamed();
}

Task<http::HttpReply> mcpSsePost(McpDoor door, McpCaller caller, ExchangePtr exchange, RequestContext context)
{
    const http::HttpRequest &request = exchange->request();
    if (auto refusal = refusalOf(request))
        co_return *std::move(refusal);
    const QString id = QUrlQuery(QString::fromLatin1(request.query)).queryItemValue(u"sessionId"_s);
    const auto session = door.sessions->find(id.toLatin1(), caller.key);
    if (!session)
        co_return rpcFailure(404, RpcCode::ServerError, u"There is no such session, or not any more."_s);
    auto messages = messagesOf(request);
    if (!messages)
        co_return std::move(messages).error();
    CO_TRY_VOID(caller.ask(requestsIn(*messages)));
    http::HttpReply accepted = http::HttpReply::text("Accepted", "text/plain");
    accepted.status = 202;
    // Whoever sends does not wait; what he has sent ends with his session.
    accepted.afterwards
        = [session, list = std::move(messages->list), peer = tools::mcp::Peer{session->mainStream(), caller.tools},
           context = context.withStop(door.sessions->stopToken())] { return handleAll(session, list, peer, context); };
    co_return accepted;
}

}
