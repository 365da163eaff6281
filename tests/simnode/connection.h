// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simnode/exchange.h"
#include "tests/simnode/httprequest.h"
#include "tests/simnode/nodestate.h"

#include <QObject>
#include <QTcpSocket>

#include <functional>
#include <memory>

namespace moe::sim {

/// One client connection: reads requests and has them served one after the other. Notices at once when the client
/// goes, also while an answer is stalled or blocked.
class Connection final : public QObject
{
    Q_OBJECT

public:
    using Serve = std::function<void(Exchange &)>;

    Connection(qintptr descriptor, NodeState &state, Serve serve);
    ~Connection() override;

Q_SIGNALS:
    void closed();

private:
    friend class Exchange;

    // For the exchange at work.
    void send(const QByteArray &bytes);
    [[nodiscard]] qint64 unsentBytes() const { return m_socket.bytesToWrite(); }
    void closeOrderly();
    void closeWithReset();
    void exchangeEnded();

    void process();
    void startNext();
    void refuse();
    void clientGone();
    void resetIfDrained();

    QTcpSocket m_socket;
    NodeState &m_state;
    Serve m_serve;
    RequestParser m_parser;
    std::unique_ptr<Exchange> m_exchange;
    bool m_isGone = false;
    bool m_isClosing = false;
    bool m_resetsWhenDrained = false;
};

}
