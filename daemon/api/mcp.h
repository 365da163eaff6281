// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/http/exchange.h"
#include "daemon/tools/mcp/sessions.h"
#include "daemon/tools/mcp/toolbox.h"

/// The Model Context Protocol over HTTP: handlers that know nothing of keys and accounts.
namespace moe::api {

/// What all I/O threads share of it; outlives the handlers.
struct McpDoor {
    const tools::mcp::Server *server;
    tools::mcp::Sessions *sessions;
    const Clock *clock;
    /// How often whoever listens is looked at, and how long he hears nothing at most.
    std::chrono::milliseconds checkEvery = std::chrono::seconds(15);
};

/// On whose behalf a request comes.
struct McpCaller {
    KeyId key; ///< whose sessions he has
    std::shared_ptr<tools::mcp::ToolBox> tools; ///< null for those who only listen
    std::function<bool()> isWelcome;            ///< still: asked from time to time while he listens
    std::function<Result<void>(int)> ask;       ///< counts so many requests: RateLimited
};

// The Streamable HTTP transport. A call whose answer is streamed goes on without its client, who may come back for it;
// any other ends when he goes.

/// Messages of the client, answered with JSON or a stream.
[[nodiscard]] Task<http::HttpReply> mcpPost(McpDoor door, McpCaller caller, std::shared_ptr<http::Exchange> exchange,
                                            RequestContext context);
/// A stream of what the server has to say, or the rest of one that was cut.
[[nodiscard]] Task<http::HttpReply> mcpListen(McpDoor door, McpCaller caller, std::shared_ptr<http::Exchange> exchange,
                                              RequestContext context);
/// The end of a session.
[[nodiscard]] Task<http::HttpReply> mcpEnd(McpDoor door, McpCaller caller, std::shared_ptr<http::Exchange> exchange,
                                           RequestContext context);

// The older HTTP+SSE transport: one stream is the session, messages come beside it.

[[nodiscard]] Task<http::HttpReply> mcpSse(McpDoor door, McpCaller caller, std::shared_ptr<http::Exchange> exchange,
                                           RequestContext context);
/// Answered on the stream; 202 as soon as the message has been read.
[[nodiscard]] Task<http::HttpReply> mcpSsePost(McpDoor door, McpCaller caller, std::shared_ptr<http::Exchange> exchange,
                                               RequestContext context);

}
