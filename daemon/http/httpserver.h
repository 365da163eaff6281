// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/http/exchange.h"
#include "daemon/http/listener.h"
#include "shared/async/context.h"
#include "shared/async/task.h"
#include "shared/async/taskscope.h"

#include <QAbstractHttpServer>

#include <functional>
#include <vector>

namespace moe::http {

/// What a handler is called with and returns. It may stream through the exchange and return HttpReply::streamed().
using Handler = std::function<Task<HttpReply>(std::shared_ptr<Exchange>, RequestContext)>;

/// One path of an API. Matched in order.
struct Route {
    Method method = Method::Get;
    QByteArray path;          ///< whole path, or with isPrefix its beginning
    bool isPrefix = false;    ///< the rest of the path becomes HttpRequest::tail
    int metricsId = 0;        ///< what the observer is told
    Handler handler;
    /// Asked before a body is read that has not come with its head, from which alone it judges. If it says no, the
    /// handler gets the request without the body, and the connection is closed after its answer. Empty: yes.
    std::function<bool(const HttpRequest &)> mayUpload = {};
    bool refusesHead = false; ///< a GET that is answered with a stream
};

/// What happened to a request, for metrics and the access log.
struct RequestRecord {
    int metricsId = -1;       ///< -1: no such route
    int status = 0;           ///< 0: nothing was sent
    bool isCancelled = false; ///< the client left first
    std::chrono::nanoseconds duration{0};
    qint64 bytesIn = 0;
    qint64 bytesOut = 0;
};

/// The pieces an HTTP server is given by whoever composes the daemon.
struct ServerHooks {
    /// Turns a failure into an answer in the API's own dialect.
    std::function<HttpReply(const Error &, QByteArrayView requestId)> formatError;
    /// Told of every answered request; may be empty.
    std::function<void(const Exchange &, const RequestRecord &)> observe;
    /// Proxies whose X-Forwarded-For is believed.
    std::vector<std::pair<QHostAddress, int>> trustedProxies;
    /// How long a request may take in all.
    std::chrono::milliseconds requestTime{std::chrono::minutes(10)};
};

/// An API on one I/O thread: finds the route and guards the response boundary. The one place that answers: every
/// request gets exactly one answer, whatever its handler does.
class HttpServer final : public QAbstractHttpServer
{
    Q_OBJECT

public:
    HttpServer(std::vector<Route> routes, ServerHooks hooks);
    ~HttpServer() override;

    /// Takes over the listener.
    [[nodiscard]] bool attach(std::unique_ptr<Listener> listener);
    [[nodiscard]] Listener *listener() const { return m_listener; }

    /// Requests being handled.
    [[nodiscard]] int activeRequests() const { return m_scope.size(); }

    /// Accepts nothing new and waits for the requests under way; those that are not done by `deadline` are stopped
    /// with Unavailable, then cut.
    [[nodiscard]] QCoro::Task<> drain(Clock::Steady deadline);
    /// While draining: as if the deadline had come.
    void endDrain();

protected:
    bool handleRequest(const QHttpServerRequest &request, QHttpServerResponder &responder) override;
    void missingHandler(const QHttpServerRequest &request, QHttpServerResponder &responder) override;

private:
    struct Match {
        const Route *route = nullptr;
        QByteArray allowed; // methods, if only the method is wrong
    };

    void handle(Connection &connection);
    [[nodiscard]] Match match(HttpRequest &request) const;
    [[nodiscard]] HttpRequest read(ReceivedRequest received, const Connection &connection) const;
    [[nodiscard]] bool mayUpload(const ReceivedRequest &received, const Connection &connection) const;
    [[nodiscard]] QCoro::Task<> serve(std::shared_ptr<Exchange> exchange, const Route *route, QByteArray allowed);
    [[nodiscard]] HttpReply replyTo(const Exchange &exchange, Result<HttpReply> result) const;
    void finish(Exchange &exchange, const HttpReply &reply, const Route *route, bool isCancelled);

    const std::vector<Route> m_routes;
    const ServerHooks m_hooks;
    Listener *m_listener = nullptr;
    TaskScope m_scope;
    QTimer m_drainTimer;
    bool m_isCutting = false; // the drain's time is over: handlers have been told to stop
};

}
