// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/server.h"

#include "daemon/tools/mcp/conversation.h"
#include "shared/wire/codec.h"

namespace moe::tools::mcp {

using namespace Qt::StringLiterals;

namespace {

struct LevelParams {
    LogLevel level = LogLevel::Info;

    static constexpr auto fields()
    {
        return std::tuple{wire::Field<&LevelParams::level>{"level"_L1, wire::Presence::Required}};
    }
};

Task<QByteArray> setLevel(QByteArray params, std::shared_ptr<Conversation> conversation, RequestContext)
{
    CO_TRY(const LevelParams wanted, wire::read<LevelParams>(params));
    conversation->session().setLogLevel(wanted.level);
    co_return QByteArrayLiteral("{}");
}

}

void Server::addCapability(const QByteArray &name, const QByteArray &details) { m_capabilities[name] = details; }

QByteArray Server::capabilities() const
{
    QByteArrayList members;
    for (const auto &[name, details] : m_capabilities)
        members.append(json::quoted(name) + ':' + details);
    return '{' + members.join(',') + '}';
}

const MethodHandler *Server::method(const QByteArray &name) const
{
    const auto found = m_methods.find(name);
    return found == m_methods.end() ? nullptr : &found->second;
}

void addLogging(Server &server)
{
    server.addCapability("logging");
    server.addMethod("logging/setLevel", &setLevel);
}

}
