// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/mcp/client/link.h"

#include <QUrl>

#include <chrono>

namespace moe::tools::mcp {

/// When a stream of events that has broken off is opened again: after what the server says, else after pauses that are
/// doubled until one has lived for a while.
struct StreamTimes {
    std::chrono::milliseconds firstPause{1'000};
    std::chrono::milliseconds longestPause{60'000};
    std::chrono::milliseconds steady{10'000};
};

/// To a server over Streamable HTTP: each message is a request, whose answer is JSON or a stream of events. Follows no
/// redirects and uses no proxy. `token` is sent as bearer token; empty: none. Whenever it may have missed something
/// that the server said of its own accord, it says itself that the list of tools has changed. `caFile`: as HttpClient
/// has it.
[[nodiscard]] std::shared_ptr<Link> httpLink(const QUrl &url, const QByteArray &token, const QByteArray &caFile = {},
                                             StreamTimes times = {});

}
