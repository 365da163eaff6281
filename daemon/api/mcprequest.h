// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/api/mcp.h"
#include "daemon/tools/mcp/jsonrpc.h"

/// What both transports of the Model Context Protocol do with a request before and while they serve it.
namespace moe::api {

using ExchangePtr = std::shared_ptr<http::Exchange>;
using tools::mcp::Message;
using tools::mcp::Messages;
using tools::mcp::Peer;
using tools::mcp::RpcCode;
using SessionPtr = std::shared_ptr<tools::mcp::Session>;

/// A JSON-RPC error outside of any session.
[[nodiscard]] http::HttpReply rpcFailure(int status, RpcCode code, const QString &message);

/// The answer to a request that must not come further; nothing if all is well: pages of other sites shown in a browser
/// (DNS rebinding), a revision that is not spoken, too large a body.
[[nodiscard]] std::optional<http::HttpReply> refusalOf(const http::HttpRequest &request);

/// The messages of a body, or the answer to one that has none.
[[nodiscard]] std::expected<Messages, http::HttpReply> messagesOf(const http::HttpRequest &request);

/// How many of them want to be answered.
[[nodiscard]] int requestsIn(const Messages &messages);

/// Whether the client takes answers of this type ("text/event-stream").
[[nodiscard]] bool accepts(const http::HttpRequest &request, QByteArrayView type);

/// Works on all of them at once; ends when all have been answered.
[[nodiscard]] QCoro::Task<> handleAll(std::shared_ptr<tools::mcp::Session> session, QList<Message> messages, Peer peer,
                                      RequestContext context);

/// Names an event of a stream, for Last-Event-ID.
[[nodiscard]] QByteArray eventId(const tools::mcp::EventStream &stream, qint64 number);

/// What a client listens to.
struct Listening {
    SessionPtr session;
    std::shared_ptr<tools::mcp::EventStream> stream;
    qint64 after = 0; ///< the event that it has had already
};

/// Sends what is on a stream until it is over; keeps its session in use meanwhile. Cancelled if the client goes or the
/// daemon stops, Unauthenticated if the caller is not welcome any more, Unavailable if he reads too slowly.
[[nodiscard]] Task<void> forward(McpDoor door, McpCaller caller, ExchangePtr exchange, Listening listening,
                                 RequestContext context);

}
