// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/catalogue.h"
#include "daemon/tools/mcp/client/remoteservers.h"
#include "tests/unit/tools/mcp/mcpfixture.h"

namespace moe::test {

inline QStringList namesOf(const Catalogue &catalogue)
{
    QStringList names;
    for (const auto &tool : *catalogue.tools())
        names.append(tool->info().name);
    return names;
}

/// Waits until it is cancelled.
class WaitingTool final : public Tool
{
public:
    [[nodiscard]] const ToolInfo &info() const override { return m_info; }
    [[nodiscard]] std::chrono::milliseconds limit() const override { return std::chrono::hours(1); }
    [[nodiscard]] Task<ToolResult> call(QByteArray, RequestContext context) const override
    {
        CO_TRY_VOID(co_await sleepFor(std::chrono::hours(1), std::move(context)));
        co_return ToolResult{};
    }

private:
    const ToolInfo m_info{u"wait"_s, {}, {}, "{\"type\":\"object\"}"_ba, {}};
};

/// A server in this process: the project's own, without anything that carries it.
class OtherServer
{
public:
    explicit OtherServer(const Clock &clock)
        : m_catalogue(ToolList(), clock)
        , m_box(std::make_shared<OpenBox>(m_catalogue))
    {
        mcp::addTools(m_server, 3);
    }

    [[nodiscard]] Result<std::shared_ptr<mcp::Link>> connect();
    /// As if the process had died.
    void die();
    void setTools(ToolList tools);

    bool isThere = true;
    int connections = 0;
    QByteArrayList heard; ///< all that came in
    std::shared_ptr<mcp::Session> session; ///< the latest

private:
    class MemoryLink;

    Catalogue m_catalogue;
    mcp::Server m_server{mcp::ServerInfo{u"other"_s, {}, u"1"_s, {}}};
    std::shared_ptr<OpenBox> m_box;
    std::shared_ptr<MemoryLink> m_link;
};

/// Like the standard streams of a process: answers come when they come.
class OtherServer::MemoryLink final : public mcp::Link, public std::enable_shared_from_this<MemoryLink>
{
public:
    explicit MemoryLink(OtherServer &server) : m_server(server), m_session(server.session) { }

    Task<void> send(QByteArray message, RequestContext) override
    {
        m_server.heard.append(message);
        const auto messages = mcp::readMessages(message);
        m_scope.spawn(m_session->handle(messages->list.first(),
                                        {std::make_shared<Way>(weak_from_this()), m_server.m_box}, RequestContext()));
        co_return {};
    }
    bool answersWhileSending() const override { return false; }
    void agreeOn(mcp::Revision) override { }
    Task<void> listen(RequestContext context) override
    {
        const StopWatcher watcher(context.stop, [end = m_end] { end.complete(failure(Error::cancelled())); });
        co_return co_await m_end;
    }
    QCoro::Task<> close(RequestContext) override
    {
        m_session->end();
        co_await m_scope.join();
    }

    void say(QByteArray message) const { receive(std::move(message)); }
    void end() const { m_end.complete(failure(mcp::linkError(u"gone"_s))); }

private:
    class Way final : public mcp::Outlet
    {
    public:
        explicit Way(std::weak_ptr<MemoryLink> link) : m_link(std::move(link)) { }
        void send(QByteArray message) override
        {
            Mailbox::current()->post([link = m_link, message = std::move(message)] {
                if (const auto held = link.lock())
                    held->say(message);
            });
        }
        [[nodiscard]] bool isOpen() const override { return true; }

    private:
        const std::weak_ptr<MemoryLink> m_link;
    };

    OtherServer &m_server;
    const std::shared_ptr<mcp::Session> m_session;
    const Completion<Result<void>> m_end;
    TaskScope m_scope;
};

inline Result<std::shared_ptr<mcp::Link>> OtherServer::connect()
{
    ++connections;
    if (!isThere)
        return failure(mcp::linkError(u"nobody there"_s));
    session = std::make_shared<mcp::Session>(m_server, "s");
    m_link = std::make_shared<MemoryLink>(*this);
    return m_link;
}

inline void OtherServer::die()
{
    isThere = false;
    m_link->end();
}

inline void OtherServer::setTools(ToolList tools)
{
    m_catalogue.setFurther(std::move(tools));
    if (m_link)
        m_link->say(mcp::notificationText("notifications/tools/list_changed", "{}"));
}

/// Answers each message with what a function gives for it; not at all if that is nothing.
class ScriptedLink final : public mcp::Link
{
public:
    using Script = std::function<QByteArrayList(const mcp::Message &)>;
    explicit ScriptedLink(Script script) : m_script(std::move(script)) { }

    Task<void> send(QByteArray text, RequestContext) override
    {
        const auto messages = mcp::readMessages(text);
        for (const QByteArray &answer : m_script(messages->list.first()))
            receive(answer);
        co_return {};
    }
    bool answersWhileSending() const override { return false; }
    void agreeOn(mcp::Revision) override { }
    Task<void> listen(RequestContext context) override
    {
        co_return co_await sleepFor(std::chrono::hours(1), std::move(context));
    }
    QCoro::Task<> close(RequestContext) override { co_return; }

private:
    const Script m_script;
};

/// Impatient enough for a test.
inline mcp::RemoteTimes shortTimes()
{
    using namespace std::chrono_literals;
    return {.start = 20s,
            .answer = 200ms,
            .call = 400ms,
            .ping = 50ms,
            .listing = 20ms,
            .firstPause = 10ms,
            .longestPause = 80ms,
            .steady = 1h,
            .leave = 100ms};
}

}
