// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/client/remotetool.h"

#include "daemon/tools/calculation.h"
#include "shared/wire/jsonscan.h"

using namespace Qt::StringLiterals;

namespace moe::tools::mcp {

namespace {

/// On the main thread, where the server is not let go of meanwhile.
Task<ToolResult> callThere(std::weak_ptr<RemoteServer> server, QString tool, QByteArray arguments,
                           RequestContext context)
{
    const auto held = server.lock();
    if (!held)
        co_return failure(
            Error::of(ErrorCode::Unavailable, u"The server of this tool is not used any more."_s, u"remote_away"_s));
    co_return co_await held->call(std::move(tool), std::move(arguments), std::move(context));
}

}

RemoteTool::RemoteTool(std::weak_ptr<RemoteServer> server, const RemoteServer &origin, QString remoteName,
                       ToolInfo info)
    : m_server(std::move(server))
    , m_loop(origin.loop())
    , m_limit(origin.times().call)
    , m_remoteName(std::move(remoteName))
    , m_info(std::move(info))
{ }

Task<ToolResult> RemoteTool::call(QByteArray arguments, RequestContext context) const
{
    CO_TRY_VOID(checkCall(arguments, context));
    const auto span = json::validate(arguments);
    if (!span || span->kind != json::Kind::Object)
        co_return failure(badCall(u"The arguments of a call are a JSON object."_s));
    co_return co_await m_loop.run<ToolResult>([server = m_server, name = m_remoteName, arguments, context] {
        return callThere(server, name, arguments, context);
    });
}

}
