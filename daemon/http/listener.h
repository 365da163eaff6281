// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/http/connection.h"

#include <QCoro/QCoroTask>
#include <QHash>
#include <QHostAddress>
#include <QSet>
#include <QTcpServer>
#include <QTimer>

#include <functional>
#include <mutex>

namespace moe::http {

/// Counts connections over all listeners of a port group. Thread-safe.
class ConnectionGate
{
public:
    ConnectionGate(int limit, int limitPerAddress) : m_limit(limit), m_limitPerAddress(limitPerAddress) { }

    /// False if there are too many; loopback addresses are only counted in all.
    [[nodiscard]] bool enter(const QHostAddress &address);
    void leave(const QHostAddress &address);
    [[nodiscard]] int count() const;

private:
    const int m_limit;
    const int m_limitPerAddress;
    mutable std::mutex m_mutex;
    int m_count = 0;
    QHash<QHostAddress, int> m_perAddress;
};

/// A listening socket of our own making, so that several threads may share a port.
struct ListeningSocket {
    int descriptor = -1;
    quint16 port = 0;

    /// Proves with an exclusive bind that nobody else has the port, then opens `count` sockets that share it.
    [[nodiscard]] static Result<std::vector<ListeningSocket>> openShared(const QHostAddress &address, quint16 port,
                                                                         int count);
};

/// Accepts the connections of one port on one I/O thread and knows all that are open.
class Listener final : public QTcpServer, public ConnectionOwner
{
    Q_OBJECT

public:
    using RefusalFormatter = std::function<QByteArray(const Refusal &)>;

    Listener(const ConnectionLimits &limits, std::shared_ptr<ConnectionGate> gate,
             std::shared_ptr<const TlsContext> tls, RefusalFormatter formatRefusal);
    ~Listener() override;

    /// Takes over the descriptor; accepts as soon as the thread's loop runs.
    [[nodiscard]] bool start(const ListeningSocket &socket);
    /// No new connections; idle ones are closed.
    void stopAccepting();
    /// After stopAccepting(): ends when every connection is closed. Those that linger are cut after a moment, those
    /// that still receive a request at the deadline.
    [[nodiscard]] QCoro::Task<> flushed(std::chrono::steady_clock::time_point deadline);
    /// Cuts every connection.
    void cutAll();
    [[nodiscard]] int connectionCount() const { return int(m_connections.size()); }

    /// The connection that QHttpServer hears of right now: valid inside its request callback.
    [[nodiscard]] Connection *introducedConnection() const { return m_introduced; }
    /// Called for every request but the first of a connection, which QHttpServer reports.
    void setRequestHandler(std::function<void(Connection &)> handler) { m_requestHandler = std::move(handler); }

    /// Asked before a body is read that has not come with its head; see Route::mayUpload.
    using UploadGuard = std::function<bool(const ReceivedRequest &, const Connection &)>;
    void setUploadGuard(UploadGuard guard) { m_mayUpload = std::move(guard); }

    /// Called once a second, on the listener's thread.
    void setTickObserver(std::function<void()> observer) { m_tickObserver = std::move(observer); }

    // ConnectionOwner
    void introduce(Connection *connection) override { m_introduced = connection; }
    void requestIsRead(Connection *connection) override { m_requestHandler(*connection); }
    [[nodiscard]] bool mayUpload(const ReceivedRequest &request, const Connection *connection) const override
    {
        return m_mayUpload(request, *connection);
    }
    void connectionClosed(Connection *connection) override;
    [[nodiscard]] QByteArray refusalAnswer(const Refusal &refusal) const override { return m_formatRefusal(refusal); }
    [[nodiscard]] qint64 tick() const override { return m_tick; }
    [[nodiscard]] bool isStopping() const override { return m_isStopping; }

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    void onTick();
    void closeIdle();
    void cutLingering();

    const ConnectionLimits m_limits;
    const std::shared_ptr<ConnectionGate> m_gate;
    const std::shared_ptr<const TlsContext> m_tls;
    const RefusalFormatter m_formatRefusal;
    std::function<void(Connection &)> m_requestHandler;
    UploadGuard m_mayUpload;
    std::function<void()> m_tickObserver;
    QSet<Connection *> m_connections;
    Connection *m_introduced = nullptr;
    QTimer m_timer;
    qint64 m_tick = 0;
    bool m_isStopping = false;
    bool m_isOutOfDescriptors = false;
    std::optional<Completion<bool>> m_allClosed;
};

}
