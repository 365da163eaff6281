// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/mcp/client/link.h"
#include "daemon/tools/mcp/client/remoteconfig.h"
#include "daemon/tools/tool.h"
#include "shared/async/runon.h"

namespace moe::tools::mcp {

class RpcClient;

/// How patient we are with other servers.
struct RemoteTimes {
    std::chrono::milliseconds start{60'000};       ///< for a program to be met
    std::chrono::milliseconds answer{
        10'000};      ///< for a server over HTTP to be met, for each page of the list, for a ping
    std::chrono::milliseconds call{30'000};        ///< for a tool
    std::chrono::milliseconds ping{30'000};        ///< between two
    std::chrono::milliseconds listing{1'000};      ///< from one list to the next, however often it changes
    std::chrono::milliseconds firstPause{1'000};   ///< before the next attempt; doubled each time
    std::chrono::milliseconds longestPause{60'000};
    std::chrono::milliseconds steady{30'000};      ///< one that held so long begins with the first pause again
    std::chrono::milliseconds leave{2'000};
};

/// One other server: kept connected, with its tools as it says they are. They are gone while it is away. Main thread.
class RemoteServer final : public std::enable_shared_from_this<RemoteServer>
{
public:
    struct Parts {
        LinkFactory makeLink;
        RemoteTimes times;
        LoopHandle loop;                ///< the main thread's, for calls from others
        std::function<void()> onChange; ///< of tools(); not after stop()
    };

    RemoteServer(RemoteConfig config, Parts parts);
    RemoteServer(const RemoteServer &) = delete;
    RemoteServer &operator=(const RemoteServer &) = delete;

    [[nodiscard]] const RemoteConfig &config() const { return m_config; }
    [[nodiscard]] const RemoteTimes &times() const { return m_parts.times; }
    [[nodiscard]] const LoopHandle &loop() const { return m_parts.loop; }
    [[nodiscard]] bool isUp() const { return m_client != nullptr; }
    /// With their names here; none while it is away.
    [[nodiscard]] const ToolList &tools() const { return m_tools; }

    /// Goes on until stop(), or until the context is stopped. The server holds itself meanwhile.
    [[nodiscard]] QCoro::Task<> run(RequestContext context);
    void stop() { m_stop.request_stop(); }

    /// Has a tool called, by the server's own name for it. Unavailable "remote_away".
    [[nodiscard]] Task<ToolResult> call(QString tool, QByteArray arguments, RequestContext context);

private:
    Task<void> serve(RequestContext context);
    Task<void> converse(std::shared_ptr<RpcClient> client, RequestContext context);
    Task<void> ping(std::shared_ptr<RpcClient> client, RequestContext context) const;
    Task<ToolList> list(std::shared_ptr<RpcClient> client, RequestContext context);
    void add(const ToolInfo &info, ToolList &tools);
    void noteLeftOut(const QStringList &names);
    void become(std::shared_ptr<RpcClient> client, ToolList tools);
    [[nodiscard]] static RequestContext limited(const RequestContext &context, std::chrono::milliseconds limit);

    const RemoteConfig m_config;
    const Parts m_parts;
    std::stop_source m_stop;
    std::shared_ptr<RpcClient> m_client; ///< null while it is away
    ToolList m_tools;
    QStringList m_leftOut; // of its tools, as has been logged
    bool m_isMissed = false; ///< that it is away has been logged
};

}
