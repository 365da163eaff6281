// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/httpserver.h"

#include "daemon/telemetry/log.h"
#include "shared/async/wait.h"
#include "shared/core/ids.h"
#include "shared/core/text.h"

#include <QHttpServerRequest>

using namespace Qt::StringLiterals;

namespace moe::http {

namespace {

constexpr std::chrono::milliseconds timeToSayGoodbye{500}; // for an error frame, before a connection is cut
constexpr std::array<std::pair<QByteArrayView, Method>, 7> methods{{{"GET", Method::Get},
                                                                    {"HEAD", Method::Head},
                                                                    {"POST", Method::Post},
                                                                    {"PUT", Method::Put},
                                                                    {"PATCH", Method::Patch},
                                                                    {"DELETE", Method::Delete},
                                                                    {"OPTIONS", Method::Options}}};

Method methodNamed(QByteArrayView name)
{
    const auto it = std::ranges::find(methods, name, &std::pair<QByteArrayView, Method>::first);
    return it == methods.end() ? Method::Other : it->second;
}

QByteArrayView nameOf(Method method)
{
    const auto it = std::ranges::find(methods, method, &std::pair<QByteArrayView, Method>::second);
    return it == methods.end() ? QByteArrayView() : it->first;
}

/// The rightmost address in X-Forwarded-For that is not itself a trusted proxy.
QHostAddress clientBehind(const QHostAddress &peer, QByteArrayView forwardedFor,
                          const std::vector<std::pair<QHostAddress, int>> &trusted)
{
    const auto isTrusted = [&trusted](const QHostAddress &address) {
        return std::ranges::any_of(trusted,
                                   [&address](const auto &net) { return address.isInSubnet(net.first, net.second); });
    };
    QHostAddress client = peer;
    if (trusted.empty() || !isTrusted(peer))
        return client;
    const QByteArrayList hops = forwardedFor.toByteArray().split(',');
    for (auto it = hops.crbegin(); it != hops.crend() && isTrusted(client); ++it) {
        const QHostAddress hop(QString::fromLatin1(it->trimmed()));
        if (hop.isNull())
            break;
        client = hop;
    }
    return client;
}

}

HttpServer::HttpServer(std::vector<Route> routes, ServerHooks hooks)
    : m_routes(std::move(routes))
    , m_hooks(std::move(hooks))
{ }

HttpServer::~HttpServer() = default;

bool HttpServer::attach(std::unique_ptr<Listener> listener)
{
    m_listener = listener.get();
    m_listener->setRequestHandler([this](Connection &connection) { handle(connection); });
    m_listener->setUploadGuard([this](const ReceivedRequest &received, const Connection &connection) {
        return mayUpload(received, connection);
    });
    if (!bind(m_listener))
        return false;
    listener.release()->setParent(this);
    return true;
}

HttpRequest HttpServer::read(ReceivedRequest received, const Connection &connection) const
{
    const QByteArrayView target = received.head.target(received.headBytes);
    const qsizetype question = target.indexOf('?');
    HttpRequest request;
    request.method = methodNamed(received.head.method(received.headBytes));
    request.path = (question < 0 ? target : target.first(question)).toByteArray();
    request.query = question < 0 ? QByteArray() : target.sliced(question + 1).toByteArray();
    request.minorVersion = received.head.minorVersion;
    request.head = std::move(received.headBytes);
    request.body = std::move(received.body);
    request.peer = clientBehind(connection.peerAddress(), request.header("x-forwarded-for"), m_hooks.trustedProxies);
    return request;
}

bool HttpServer::mayUpload(const ReceivedRequest &received, const Connection &connection) const
{
    HttpRequest request = read(received, connection);
    const Route *const route = match(request).route;
    return route && (!route->mayUpload || route->mayUpload(request));
}

HttpServer::Match HttpServer::match(HttpRequest &request) const
{
    const Method wanted = request.method == Method::Head ? Method::Get : request.method;
    Match found;
    for (const Route &route : m_routes) {
        const bool isPath = route.isPrefix
            ? request.path.size() > route.path.size() && request.path.startsWith(route.path)
            : request.path == route.path;
        if (!isPath)
            continue;
        if (route.method == wanted && !(route.refusesHead && request.method == Method::Head)) {
            if (route.isPrefix)
                request.tail = QByteArray::fromPercentEncoding(request.path.sliced(route.path.size()));
            found.route = &route;
            return found;
        }
        found.allowed.append(found.allowed.isEmpty() ? "" : ", ").append(nameOf(route.method));
    }
    return found;
}

bool HttpServer::handleRequest(const QHttpServerRequest &request, QHttpServerResponder &responder)
{
    Connection *const connection = m_listener->introducedConnection();
    if (!connection || connection->peerPort() != request.remotePort()) {
        MOE_LOG(Http, Error, "", "A request came without the connection it was read from");
        return false;
    }
    connection->keepResponder(std::move(responder));
    handle(*connection);
    return true;
}

void HttpServer::handle(Connection &connection)
{
    HttpRequest received = read(connection.takeRequest(), connection);
    Match found = match(received);
    auto exchange = std::make_shared<Exchange>(std::move(received), newRequestId(), &connection);
    m_scope.spawn(serve(std::move(exchange), found.route, std::move(found.allowed)));
}

void HttpServer::missingHandler(const QHttpServerRequest &, QHttpServerResponder &responder)
{
    responder.write(QHttpServerResponder::StatusCode::InternalServerError);
}

QCoro::Task<> HttpServer::serve(std::shared_ptr<Exchange> exchange, const Route *route, QByteArray allowed)
{
    if (!route) {
        HttpReply reply;
        if (allowed.isEmpty()) {
            reply = m_hooks.formatError(Error::of(ErrorCode::NotFound, u"There is nothing at this path."_s),
                                        exchange->requestId());
        } else {
            reply
                = m_hooks.formatError(Error::invalid(u"This path does not take this method."_s), exchange->requestId());
            reply.status = 405;
            reply.headers.append({"allow", allowed});
        }
        finish(*exchange, reply, nullptr, false);
        co_return;
    }

    // Ends when the client goes and when the daemon does.
    LinkedStop stop(exchange->stopToken());
    const std::stop_callback drainStop(m_scope.token(), [&stop] { stop.requestStop(); });
    exchange->setWork(&stop);
    RequestContext context;
    context.requestId = exchange->requestId();
    context.stop = stop.token();
    context.deadline = exchange->startedAt() + m_hooks.requestTime;

    HttpReply reply;
    bool isCancelled = false;
    try {
        Result<HttpReply> result = co_await route->handler(exchange, context);
        isCancelled = !result && result.error().code == ErrorCode::Cancelled && exchange->stopToken().stop_requested();
        if (!isCancelled && !result && result.error().code == ErrorCode::Cancelled)
            result = failure(exchange->abortReason().value_or(
                Error::of(ErrorCode::Unavailable, u"The service is stopping; try again in a moment."_s)));
        reply = replyTo(*exchange, std::move(result));
    } catch (const std::exception &exception) {
        MOE_LOG(Http, Error, context.requestId, "The handler threw", {"error", exception.what()});
        reply = m_hooks.formatError(Error::internal(u"The service made a mistake; it is logged."_s),
                                    exchange->requestId());
    } catch (...) {
        MOE_LOG(Http, Error, context.requestId, "The handler threw something unknown");
        reply = m_hooks.formatError(Error::internal(u"The service made a mistake; it is logged."_s),
                                    exchange->requestId());
    }
    exchange->setWork(nullptr);
    finish(*exchange, reply, route, isCancelled);
    if (reply.afterwards)
        co_await reply.afterwards();
}

HttpReply HttpServer::replyTo(const Exchange &exchange, Result<HttpReply> result) const
{
    return result ? *std::move(result) : m_hooks.formatError(result.error(), exchange.requestId());
}

void HttpServer::finish(Exchange &exchange, const HttpReply &reply, const Route *route, bool isCancelled)
{
    if (exchange.isStreaming())
        exchange.cutUnfinishedStream();
    else
        exchange.send(reply);
    if (m_hooks.observe) {
        m_hooks.observe(exchange,
                        RequestRecord{route ? route->metricsId : -1, exchange.sentStatus(), isCancelled,
                                      std::chrono::steady_clock::now() - exchange.startedAt(),
                                      exchange.request().body.size(), exchange.sentBytes()});
    }
}

QCoro::Task<> HttpServer::drain(Clock::Steady deadline)
{
    m_listener->stopAccepting();
    m_drainTimer.setSingleShot(true);
    connect(&m_drainTimer, &QTimer::timeout, &m_drainTimer, [this] {
        if (!std::exchange(m_isCutting, true)) {
            m_scope.requestStop();
            m_drainTimer.start(timeToSayGoodbye);
        } else {
            m_listener->cutAll();
        }
    });
    m_drainTimer.start(
        std::max(std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()),
                 std::chrono::milliseconds(0)));
    co_await m_scope.join();
    co_await m_listener->flushed(deadline);
    m_scope.requestStop(); // what came in meanwhile
    co_await m_scope.join();
    m_drainTimer.stop();
}

void HttpServer::endDrain()
{
    if (m_drainTimer.isActive())
        m_drainTimer.start(0);
}

}
