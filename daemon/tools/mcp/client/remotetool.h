// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/mcp/client/remoteserver.h"

namespace moe::tools::mcp {

/// A tool of another server: called on the main thread, whoever calls it.
class RemoteTool final : public Tool
{
public:
    /// `remoteName` is the server's own. What `server` refers to is asked on the main thread only.
    RemoteTool(std::weak_ptr<RemoteServer> server, const RemoteServer &origin, QString remoteName, ToolInfo info);

    [[nodiscard]] const ToolInfo &info() const override { return m_info; }
    [[nodiscard]] std::chrono::milliseconds limit() const override { return m_limit; }
    [[nodiscard]] Task<ToolResult> call(QByteArray arguments, RequestContext context) const override;

private:
    const std::weak_ptr<RemoteServer> m_server;
    const LoopHandle m_loop;
    const std::chrono::milliseconds m_limit;
    const QString m_remoteName;
    const ToolInfo m_info;
};

}
