// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/mcp/client/link.h"

#include <QUrl>

namespace moe::tools::mcp {

/// To a server over Streamable HTTP: each message is a request, whose answer is JSON or a stream of events. Follows no
/// redirects and uses no proxy. `token` is sent as bearer token; empty: none.
[[nodiscard]] std::shared_ptr<Link> httpLink(const QUrl &url, const QByteArray &token);

}
