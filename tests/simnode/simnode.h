// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"
#include "tests/simnode/node.h"

#include <QHostAddress>
#include <QJsonObject>
#include <QTcpServer>

#include <memory>
#include <unordered_map>

namespace moe::sim {

class Connection;

/// A simulated inference node with its own HTTP/1.1 server. Belongs to the thread that created it, whose event loop
/// must run. Destroying it cuts every connection.
class SimNode final : public QTcpServer
{
    Q_OBJECT

public:
    /// Starts listening; port 0 picks a free one. Errors name the configuration's field or the address.
    [[nodiscard]] static Result<std::unique_ptr<SimNode>>
    start(const QJsonObject &config, const QHostAddress &address = QHostAddress::LocalHost, quint16 port = 0);
    ~SimNode() override;

    /// What is configured, counted and loaded; for tests in the same process.
    [[nodiscard]] Node &node() { return *m_node; }

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    explicit SimNode(std::unique_ptr<Node> node);
    void serve(Exchange &exchange);

    std::unique_ptr<Node> m_node;
    std::unordered_map<Connection *, std::unique_ptr<Connection>> m_connections;
};

}
