// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/mcp/client/link.h"

#include <QByteArrayList>

namespace moe::tools::mcp {

/// Starts a program with its arguments and speaks with it over its standard input and output, a message a line. What it
/// writes as errors is dropped: that may be anything. It has nothing of the daemon's environment, and is killed with
/// all that it has started when the link goes. BadGateway if it cannot be started.
[[nodiscard]] Result<std::shared_ptr<Link>> startStdioLink(const QByteArrayList &command);

}
