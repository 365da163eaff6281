// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/http/serverfixture.h"

#include "shared/async/wait.h"

using namespace moe::http;
using namespace std::chrono_literals;

namespace moe::test {

namespace {

using ExchangePtr = std::shared_ptr<Exchange>;

/// Tells what arrived.
Task<HttpReply> echo(ExchangePtr exchange, RequestContext)
{
    const HttpRequest &request = exchange->request();
    co_return HttpReply::text(request.path + '|' + request.tail + '|' + request.query + '|'
                                  + request.header("x-test").toByteArray() + '|' + request.body,
                              "text/plain");
}

Task<HttpReply> refuse(ExchangePtr, RequestContext) { co_return failure(Error::invalid(QStringLiteral("refused"))); }

Task<HttpReply> throwAtOnce(ExchangePtr, RequestContext)
{
    throw std::runtime_error("on purpose");
    co_return HttpReply();
}

Task<HttpReply> throwLater(ExchangePtr, RequestContext context)
{
    CO_TRY_VOID(co_await sleepFor(1ms, context));
    throw std::runtime_error("on purpose, later");
}

Task<HttpReply> answerLater(ExchangePtr exchange, RequestContext context)
{
    CO_TRY_VOID(co_await sleepFor(1ms, context));
    co_return HttpReply::text("later " + exchange->request().query, "text/plain");
}

Task<HttpReply> waitForStop(ServerFixture::Shared shared, ExchangePtr exchange, RequestContext context)
{
    *shared.waitingExchange = exchange;
    ++*shared.waiting;
    const auto waited = co_await sleepFor(1h, context);
    --*shared.waiting;
    co_return failure(waited.error());
}

Task<HttpReply> streamSteps(ServerFixture::Shared shared, ExchangePtr exchange, RequestContext)
{
    exchange->addHeader("x-extra", "1");
    exchange->beginStream();
    for (int i = 0;; ++i) {
        const Completion<bool> next;
        *shared.nextStep = next;
        if (!co_await next)
            break;
        exchange->sendData(QByteArray("{\"step\":" + QByteArray::number(i) + "}"));
    }
    exchange->sendData("[DONE]");
    exchange->endStream();
    co_return HttpReply::streamed();
}

/// Sends until the client does not read any more, waits for it, and goes on to the end.
Task<HttpReply> streamMuch(ServerFixture::Shared shared, ExchangePtr exchange, RequestContext context)
{
    exchange->beginStream();
    const QByteArray piece(16 * 1024, 'x');
    for (int i = 0; i < 1'000; ++i) {
        exchange->sendData(piece);
        if (exchange->isCongested()) {
            *shared.isCongested = true;
            CO_TRY_VOID(co_await exchange->drained(context));
            *shared.isCongested = false;
        }
    }
    exchange->endStream();
    co_return HttpReply::streamed();
}

Task<HttpReply> abandonStream(ExchangePtr exchange, RequestContext)
{
    exchange->beginStream();
    exchange->sendData("{}");
    co_return HttpReply::streamed();
}

Task<HttpReply> failStream(ExchangePtr exchange, RequestContext)
{
    exchange->beginStream();
    exchange->sendHeartbeat();
    exchange->endStreamWith("{\"error\":1}");
    co_return HttpReply::streamed();
}

std::vector<Route> routes(const ServerFixture::Shared &shared)
{
    const auto with = [shared](Task<HttpReply> (*handler)(ServerFixture::Shared, ExchangePtr, RequestContext)) {
        return [shared, handler](ExchangePtr exchange, RequestContext context) {
            return handler(shared, std::move(exchange), std::move(context));
        };
    };
    return {{Method::Get, "/echo", false, 1, &echo},
            {Method::Post, "/echo", false, 1, &echo},
            {Method::Post, "/guarded", false, 1, &echo,
             [](const HttpRequest &request) { return request.header("x-pass") == "yes"; }},
            {Method::Get, "/tail/", true, 2, &echo},
            {Method::Get, "/refuse", false, 3, &refuse},
            {Method::Get, "/throw", false, 4, &throwAtOnce},
            {Method::Get, "/throwlater", false, 4, &throwLater},
            {Method::Get, "/later", false, 5, &answerLater},
            {Method::Get, "/wait", false, 6, with(&waitForStop)},
            {Method::Get, "/stream", false, 7, with(&streamSteps)},
            {Method::Get, "/much", false, 7, with(&streamMuch)},
            {Method::Get, "/abandon", false, 7, &abandonStream},
            {Method::Get, "/fail", false, 7, &failStream}};
}

HttpReply formatError(const Error &error, QByteArrayView)
{
    const int status = error.code == ErrorCode::InvalidRequest ? 400
        : error.code == ErrorCode::NotFound                    ? 404
        : error.code == ErrorCode::Unavailable                 ? 503
                                                               : 500;
    return HttpReply::json("\"" + error.message.toUtf8() + "\"", status);
}

QByteArray refusalAnswer(const Refusal &refusal)
{
    return "HTTP/1.1 " + QByteArray::number(refusal.status)
        + " Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
}

}

ServerFixture::ServerFixture(ConnectionLimits limits, std::shared_ptr<const TlsContext> tls, int connectionLimit)
    : m_gate(std::make_shared<ConnectionGate>(connectionLimit, connectionLimit))
{
    ServerHooks hooks;
    hooks.formatError = &formatError;
    hooks.observe = [records = m_records](const Exchange &, const RequestRecord &record) { records->append(record); };
    m_server = std::make_unique<HttpServer>(routes({m_waiting, m_waitingExchange, m_isCongested, m_nextStep}), hooks);
    const auto sockets = ListeningSocket::openShared(QHostAddress::LocalHost, 0, 1);
    auto listener = std::make_unique<Listener>(limits, m_gate, std::move(tls), &refusalAnswer);
    if (!sockets || !listener->start(sockets->front()) || !m_server->attach(std::move(listener)))
        qFatal("The fixture cannot listen.");
    m_port = sockets->front().port;
}

void ServerFixture::abortWaiting(Error why)
{
    if (const auto exchange = m_waitingExchange->lock())
        exchange->abort(std::move(why));
}

void ServerFixture::step()
{
    if (const auto next = std::exchange(*m_nextStep, std::nullopt))
        next->complete(true);
}

void ServerFixture::finish()
{
    if (const auto next = std::exchange(*m_nextStep, std::nullopt))
        next->complete(false);
}

}
