// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/http/httpserver.h"

namespace moe::test {

/// A server on a free port of this thread, with handlers for all that may happen.
class ServerFixture
{
public:
    explicit ServerFixture(http::ConnectionLimits limits = {}, std::shared_ptr<const http::TlsContext> tls = nullptr,
                           int connectionLimit = 1000);

    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] http::HttpServer &server() { return *m_server; }
    [[nodiscard]] http::ConnectionGate &gate() { return *m_gate; }
    /// Of all requests, in the order they ended.
    [[nodiscard]] const QList<http::RequestRecord> &records() const { return *m_records; }

    /// How many handlers of /wait are waiting; they end when stopped only.
    [[nodiscard]] int waiting() const { return *m_waiting; }
    /// Aborts the request whose handler of /wait began last.
    void abortWaiting(Error why);
    /// Resumes a handler of /stream, which sends one event each time.
    void step();
    /// Lets it end its stream.
    void finish();
    [[nodiscard]] bool isStreamCongested() const { return *m_isCongested; }

    /// What handlers use.
    struct Shared {
        std::shared_ptr<int> waiting;
        std::shared_ptr<std::weak_ptr<http::Exchange>> waitingExchange;
        std::shared_ptr<bool> isCongested;
        std::shared_ptr<std::optional<Completion<bool>>> nextStep;
    };

private:
    std::shared_ptr<http::ConnectionGate> m_gate;
    std::shared_ptr<QList<http::RequestRecord>> m_records = std::make_shared<QList<http::RequestRecord>>();
    std::shared_ptr<int> m_waiting = std::make_shared<int>(0);
    std::shared_ptr<std::weak_ptr<http::Exchange>> m_waitingExchange
        = std::make_shared<std::weak_ptr<http::Exchange>>();
    std::shared_ptr<bool> m_isCongested = std::make_shared<bool>(false);
    std::shared_ptr<std::optional<Completion<bool>>> m_nextStep = std::make_shared<std::optional<Completion<bool>>>();
    std::unique_ptr<http::HttpServer> m_server;
    quint16 m_port = 0;
};

}
