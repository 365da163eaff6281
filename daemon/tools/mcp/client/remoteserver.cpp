// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/client/remoteserver.h"

#include "daemon/telemetry/log.h"
#include "daemon/tools/mcp/client/remotelist.h"
#include "daemon/tools/mcp/client/remotetool.h"
#include "daemon/tools/mcp/client/rpcclient.h"
#include "shared/async/wait.h"
#include "shared/wire/jsonscan.h"

#include <QStringBuilder>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace moe::tools::mcp {

namespace {

constexpr auto namesOfOthers = "__"_L1;

bool isSame(const ToolList &one, const ToolList &other)
{
    return std::ranges::equal(one, other, [](const auto &a, const auto &b) {
        const ToolInfo &left = a->info();
        const ToolInfo &right = b->info();
        return std::tie(left.name, left.title, left.description, left.inputSchema, left.outputSchema)
            == std::tie(right.name, right.title, right.description, right.inputSchema, right.outputSchema);
    });
}

Task<void> sleepUntil(std::chrono::steady_clock::time_point time, RequestContext context)
{
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(time - std::chrono::steady_clock::now());
    if (left.count() <= 0)
        co_return {};
    co_return co_await sleepFor(left, std::move(context));
}

}

RemoteServer::RemoteServer(RemoteConfig config, Parts parts)
    : m_config(std::move(config))
    , m_parts(std::move(parts)) { }

QCoro::Task<> RemoteServer::run(RequestContext context)
{
    const auto self = shared_from_this();
    LinkedStop stop(context.stop);
    const std::stop_callback stopped(m_stop.get_token(), [&stop] { stop.requestStop(); });
    context = context.withStop(stop.token());
    auto pause = m_parts.times.firstPause;
    while (!context.isStopped()) {
        const auto begin = std::chrono::steady_clock::now();
        const Result<void> ended = co_await serve(context);
        if (context.isStopped())
            break;
        if (std::chrono::steady_clock::now() - begin >= m_parts.times.steady)
            pause = m_parts.times.firstPause;
        if (!std::exchange(m_isMissed, true)) // once, however often it is tried
            MOE_LOG(App, Warning, "", "A tool server is away", {"server", m_config.name},
                    {"reason", ended ? QString() : ended.error().message});
        (void)co_await sleepFor(pause, context);
        pause = std::min(pause * 2, m_parts.times.longestPause);
    }
}

Task<void> RemoteServer::serve(RequestContext context)
{
    CO_TRY(auto link, m_parts.makeLink());
    const auto client = std::make_shared<RpcClient>(std::move(link));
    const Result<void> ended = co_await converse(client, std::move(context));
    become(nullptr, {});
    co_await client->end(m_parts.times.leave);
    co_return ended;
}

Task<void> RemoteServer::converse(std::shared_ptr<RpcClient> client, RequestContext context)
{
    const auto patience = m_config.command.isEmpty() ? m_parts.times.answer : m_parts.times.start;
    CO_TRY_VOID(co_await client->meet(limited(context, patience)));
    bool hasChanged = true;
    auto nextList = std::chrono::steady_clock::now();
    while (true) {
        if (hasChanged) {
            CO_TRY_VOID(co_await sleepUntil(nextList, context));
            nextList = std::chrono::steady_clock::now() + m_parts.times.listing;
            CO_TRY(ToolList tools, co_await list(client, context));
            become(client, std::move(tools));
        } else {
            CO_TRY_VOID(co_await ping(client, context));
        }
        CO_TRY(hasChanged, co_await client->listChange(m_parts.times.ping, context));
    }
}

/// A server that has no ping answers with an error: a sign of life as well.
Task<void> RemoteServer::ping(std::shared_ptr<RpcClient> client, RequestContext context) const
{
    const auto answer = co_await client->ask("ping", "{}", limited(context, m_parts.times.answer));
    const bool isAnswered
        = answer || answer.error().reason == "remote_failed"_L1 || answer.error().reason == "invalid_arguments"_L1;
    if (!isAnswered)
        co_return failure(answer.error());
    co_return {};
}

Task<ToolList> RemoteServer::list(std::shared_ptr<RpcClient> client, RequestContext context)
{
    ToolList tools;
    QStringList leftOut;
    QByteArray params = QByteArrayLiteral("{}");
    for (int pages = 0; pages < mostPages; ++pages) {
        CO_TRY(const QByteArray result,
               co_await client->ask("tools/list", params, limited(context, m_parts.times.answer)));
        CO_TRY(const RemotePage page, remotePage(result));
        for (const ToolInfo &info : page.tools) {
            if (!client->isOfOurKind() || !info.name.contains(namesOfOthers)) // else two would hand them to and fro
                add(info, tools);
        }
        leftOut += page.leftOut;
        if (!page.next)
            break;
        params = R"({"cursor":)" % json::quoted(*page.next) % '}';
    }
    noteLeftOut(leftOut);
    co_return tools;
}

/// Once, however often they are listed.
void RemoteServer::noteLeftOut(const QStringList &names)
{
    if (m_leftOut == names)
        return;
    m_leftOut = names;
    for (const QString &name : names)
        MOE_LOG(App, Debug, "", "A tool of another server is not offered", {"server", m_config.name}, {"tool", name});
}

/// Unless it cannot be named, there is one of this name, or there are too many.
void RemoteServer::add(const ToolInfo &info, ToolList &tools)
{
    ToolInfo here = info;
    here.name = prefixedName(m_config.name, info.name);
    const bool isTaken
        = std::ranges::any_of(tools, [&here](const auto &tool) { return tool->info().name == here.name; });
    if (!here.name.isEmpty() && !isTaken && qsizetype(tools.size()) < mostRemoteTools)
        tools.push_back(std::make_shared<RemoteTool>(weak_from_this(), *this, info.name, std::move(here)));
}

void RemoteServer::become(std::shared_ptr<RpcClient> client, ToolList tools)
{
    const bool wasUp = isUp();
    m_client = std::move(client);
    if (!wasUp && !isUp())
        return;
    const bool isNews = wasUp != isUp() || !isSame(m_tools, tools);
    m_tools = std::move(tools);
    if (!wasUp) {
        m_isMissed = false;
        MOE_LOG(App, Info, "", "A tool server is there", {"server", m_config.name}, {"tools", qint64(m_tools.size())});
    }
    if (isNews && !m_stop.stop_requested())
        m_parts.onChange();
}

Task<ToolResult> RemoteServer::call(QString tool, QByteArray arguments, RequestContext context)
{
    const auto client = m_client;
    if (!client)
        co_return failure(
            Error::of(ErrorCode::Unavailable, u"The server of this tool is away at the moment."_s, u"remote_away"_s));
    const QByteArray params = R"({"name":)" % json::quoted(tool.toUtf8()) % R"(,"arguments":)" % arguments % '}';
    CO_TRY(const QByteArray result, co_await client->ask("tools/call", params, std::move(context)));
    co_return remoteResult(result);
}

RequestContext RemoteServer::limited(const RequestContext &context, std::chrono::milliseconds limit)
{
    return context.withDeadline(std::chrono::steady_clock::now() + limit);
}

}
