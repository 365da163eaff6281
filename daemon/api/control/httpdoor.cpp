// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/control/httpdoor.h"

#include "daemon/accounts/usercsv.h"
#include "daemon/telemetry/metriclabels.h"
#include "shared/core/text.h"
#include "shared/wire/problem.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace moe::api::control {

namespace {

using ExchangePtr = std::shared_ptr<http::Exchange>;
using http::HttpReply;
using http::Method;

constexpr QByteArrayView root("/control/v1/");
constexpr qsizetype longestUserAgent = 200;
constexpr auto heartbeat = 15s;
constexpr QByteArrayView importPath("/control/v1/users/import");
constexpr qsizetype largestOpenBody = 64 * 1024;
constexpr qsizetype largestSignedBody = 1024 * 1024;

constexpr std::array<std::pair<Method, QByteArrayView>, 5> methods{{{Method::Get, "GET"},
                                                                    {Method::Post, "POST"},
                                                                    {Method::Put, "PUT"},
                                                                    {Method::Patch, "PATCH"},
                                                                    {Method::Delete, "DELETE"}}};

QByteArrayView bearerToken(const http::HttpRequest &request)
{
    constexpr qsizetype schemeSize = 7;
    const QByteArrayView header = request.header("authorization");
    if (header.size() <= schemeSize || !equalsIgnoringCase(header.first(schemeSize), "Bearer "))
        return {};
    return trimmedBlank(header.sliced(schemeSize));
}

/// What a request says about who sends it.
struct Credentials {
    QByteArray token;
    QString address;
    QString userAgent;
};

Credentials credentialsOf(const http::HttpRequest &request)
{
    return {bearerToken(request).toByteArray(), request.peer.toString(),
            QString::fromUtf8(request.header("user-agent")).left(longestUserAgent)};
}

Caller callerOf(const HttpDoor &door, const Credentials &credentials)
{
    Caller caller;
    caller.address = credentials.address;
    caller.userAgent = credentials.userAgent;
    if (const auto principal = door.sessions.verify(credentials.token, door.clock.system())) {
        caller.kind = Caller::Kind::Session;
        caller.session = principal->session;
        caller.user = principal->user;
    }
    return caller;
}

HttpReply httpReply(Reply reply)
{
    HttpReply answer;
    answer.status = reply.status;
    answer.body = std::move(reply.body);
    answer.contentType = std::move(reply.contentType);
    const auto add = [&answer](QByteArrayView name, QByteArray value) {
        if (!value.isEmpty())
            answer.headers.append({name.toByteArray(), std::move(value)});
    };
    add("etag", reply.etag);
    add("location", reply.location);
    add("allow", reply.allow);
    add("retry-after", reply.retryAfter ? QByteArray::number(reply.retryAfter->count()) : QByteArray());
    add("www-authenticate", reply.status == 401 ? "Bearer" : QByteArray());
    add("cache-control", "no-store");
    return answer;
}

/// On the main loop, where roles and sessions are changed: what the caller may do is looked up there.
Task<Reply> handled(const HttpDoor *door, Credentials credentials, Request request, RequestContext context)
{
    Caller caller = callerOf(*door, credentials);
    co_return co_await door->table.handle(std::move(request), std::move(caller), std::move(context));
}

/// How large a body may be: what is parsed at once must not hold up others, and nobody needs a megabyte to sign in.
qsizetype largestBody(const HttpDoor &door, const http::HttpRequest &request)
{
    if (callerOf(door, credentialsOf(request)).kind != Caller::Kind::Session)
        return largestOpenBody;
    return request.path == importPath ? accounts::largestUserCsv : largestSignedBody;
}

bool mayUpload(const HttpDoor &door, const http::HttpRequest &request)
{
    const qint64 announced = request.header("content-length").toByteArray().toLongLong();
    return announced <= largestBody(door, request);
}

Task<HttpReply> operation(const HttpDoor *door, ExchangePtr exchange, RequestContext context)
{
    const http::HttpRequest &asked = exchange->request();
    const auto method = std::ranges::find(methods, asked.method == Method::Head ? Method::Get : asked.method,
                                          &std::pair<Method, QByteArrayView>::first);
    if (asked.body.size() > largestBody(*door, asked) || !mayUpload(*door, asked))
        co_return failure(Error::of(ErrorCode::TooLarge, u"The body is larger than it may be here."_s));
    Request request{method->second.toByteArray(), asked.path, asked.query, asked.body,
                    asked.header("if-match").toByteArray()};
    const std::function<Task<Reply>()> begin = [door, request = std::move(request), credentials = credentialsOf(asked),
                                                context] { return handled(door, credentials, request, context); };
    CO_TRY(Reply reply, co_await door->mainLoop.run(begin));
    co_return httpReply(std::move(reply));
}

/// The live feed as an operation, for the document and the checks; it is no part of the table, as it streams.
OperationInfo watching()
{
    OperationInfo info;
    info.id = "watchEvents"_L1;
    info.method = "GET"_L1;
    info.path = "/control/v1/events"_L1;
    info.access = Access::Operator;
    info.summary = "A live feed of changes as server-sent events, resumed with Last-Event-ID."_L1;
    return info;
}

std::vector<OperationInfo> described(const OperationTable &table)
{
    std::vector<OperationInfo> operations = table.operations();
    operations.push_back(watching());
    return operations;
}

/// What describes all this; made once for each thread.
Task<HttpReply> openApi(QByteArray document) { co_return HttpReply::json(std::move(document)); }

/// Sends what happens until the client goes, its session ends or the daemon stops.
Task<HttpReply> events(const HttpDoor *door, ExchangePtr exchange, RequestContext context)
{
    CO_TRY_VOID(door->table.permit(callerOf(*door, credentialsOf(exchange->request())), watching()));
    bool hasSeen = false;
    const qint64 lastSeen = exchange->request().header("last-event-id").toByteArray().toLongLong(&hasSeen);
    EventFeed::Watcher watcher(door->events, hasSeen ? std::optional(lastSeen) : std::nullopt);
    exchange->beginStream();
    // As long as the session would still let one in.
    while (door->table.permit(callerOf(*door, credentialsOf(exchange->request())), watching())) {
        EventFeed::Watcher::Batch batch = watcher.take();
        if (batch.isIncomplete)
            exchange->sendNamedEvent("missed", {}, "{}");
        for (const FeedEvent &event : batch.events)
            exchange->sendNamedEvent(event.type, QByteArray::number(event.id), event.data);
        if (exchange->isCongested()) {
            CO_TRY_VOID(co_await exchange->drained(context));
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(context.deadline - door->clock.steady());
        if (left <= 0ms)
            break;
        if (!batch.events.empty())
            continue;
        if (!co_await watcher.wait(std::min<std::chrono::milliseconds>(heartbeat, left), context))
            break;
        if (door->clock.steady() - exchange->lastSentAt() >= heartbeat)
            exchange->sendHeartbeat();
    }
    exchange->endStream();
    co_return HttpReply::streamed();
}

}

std::vector<http::Route> controlApiRoutes(const HttpDoor &door)
{
    std::vector<http::Route> routes;
    routes.push_back({Method::Get, "/control/v1/events", false, int(telemetry::Route::Control),
                      [&door](ExchangePtr exchange, RequestContext context) {
                          return events(&door, std::move(exchange), std::move(context));
                      }});
    routes.push_back({Method::Get, "/control/v1/openapi.json", false, int(telemetry::Route::Control),
                      [document = openApiDocument(described(door.table))](ExchangePtr, RequestContext) {
                          return openApi(document);
                      }});
    for (const auto &[method, name] : methods) {
        routes.push_back({method, root.toByteArray(), true, int(telemetry::Route::Control),
                          [&door](ExchangePtr exchange, RequestContext context) {
                              return operation(&door, std::move(exchange), std::move(context));
                          },
                          [&door](const http::HttpRequest &request) { return mayUpload(door, request); }});
    }
    return routes;
}

HttpReply problemHttpReply(const Error &error, QByteArrayView requestId)
{
    return httpReply(problemReply(error, requestId.toByteArray()));
}

QByteArray problemRefusal(const http::Refusal &refusal)
{
    Error error = Error::invalid(QString(refusal.reason));
    if (refusal.status == 413)
        error.code = ErrorCode::TooLarge;
    const QByteArray requestId = newRequestId();
    const QByteArray body = problemDocument(error, requestId, refusal.status);
    return "HTTP/1.1 " + QByteArray::number(refusal.status) + " Refused\r\nContent-Type: " + ProblemContentType
        + "\r\nx-request-id: " + requestId
        + "\r\nConnection: close\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

}
