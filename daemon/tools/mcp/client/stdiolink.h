// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/mcp/client/link.h"
#include "daemon/tools/mcp/client/remoteconfig.h"

namespace moe::tools::mcp {

/// Starts the server's program and speaks with it over its standard input and output, a message a line. It has nothing
/// of the daemon's environment. When the link is closed its input ends; what of it does not end in time is asked to,
/// and then killed. BadGateway if it cannot be started.
[[nodiscard]] Result<std::shared_ptr<Link>> startStdioLink(const RemoteConfig &config);

}
