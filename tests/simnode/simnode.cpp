// SPDX-License-Identifier: Apache-2.0
#include "tests/simnode/simnode.h"

#include "tests/simnode/connection.h"

using namespace Qt::StringLiterals;

namespace moe::sim {

Result<std::unique_ptr<SimNode>> SimNode::start(const QJsonObject &config, const QHostAddress &address, quint16 port)
{
    TRY(auto node, Node::create(config));
    std::unique_ptr<SimNode> server(new SimNode(std::move(node)));
    if (!server->listen(address, port)) {
        return failure(Error::of(
            ErrorCode::Unavailable,
            u"cannot listen on %1 port %2: %3"_s.arg(address.toString()).arg(port).arg(server->errorString())));
    }
    return server;
}

SimNode::SimNode(std::unique_ptr<Node> node) : m_node(std::move(node)) { setListenBacklogSize(4096); }

SimNode::~SimNode() = default;

void SimNode::incomingConnection(qintptr descriptor)
{
    auto connection
        = std::make_unique<Connection>(descriptor, m_node->state, [this](Exchange &exchange) { serve(exchange); });
    connect(connection.get(), &Connection::closed, this, [this, gone = connection.get()] {
        if (auto entry = m_connections.extract(gone))
            entry.mapped().release()->deleteLater(); // it is what calls
    });
    m_connections.emplace(connection.get(), std::move(connection));
}

void SimNode::serve(Exchange &exchange)
{
    if (exchange.request().path.startsWith("/sim/"))
        serveControl(*m_node, exchange);
    else if (m_node->config().profile == Profile::OpenAi)
        serveOpenAi(*m_node, exchange);
    else
        serveOllama(*m_node, exchange);
}

}
