// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/mcp.h"

#include "daemon/api/mcprequest.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace moe::api {

namespace {

using tools::mcp::Session;

constexpr auto comeBackAfter = 1s;

/// What a request is answered with when no stream is wanted: the answers alone.
class Answers final : public tools::mcp::Outlet
{
public:
    void send(QByteArray message) override { m_answers.append(std::move(message)); }
    void tell(QByteArray) override { } // there is no place for it
    [[nodiscard]] bool isOpen() const override { return false; }
    [[nodiscard]] const QByteArrayList &list() const { return m_answers; }

private:
    QByteArrayList m_answers; // all on the thread of the request
};

bool isInitialize(const Messages &messages)
{
    return !messages.isBatch && messages.list.first().kind == Message::Kind::Request
        && messages.list.first().method == "initialize";
}

bool hasCall(const Messages &messages)
{
    return std::ranges::contains(messages.list, "tools/call"_ba, &Message::method);
}

/// The session that a request says it belongs to.
std::expected<SessionPtr, http::HttpReply> sessionOf(const McpDoor &door, const McpCaller &caller,
                                                     const http::HttpRequest &request)
{
    const QByteArray id = request.header("mcp-session-id").toByteArray();
    if (id.isEmpty())
        return std::unexpected(
            rpcFailure(400, RpcCode::ServerError, u"Begin with \"initialize\", then send its Mcp-Session-Id along."_s));
    if (auto session = door.sessions->find(id, caller.key))
        return session;
    return std::unexpected(
        rpcFailure(404, RpcCode::ServerError, u"There is no such session, or not any more: initialize a new one."_s));
}

/// Sends the answers as they come. They are worked on to the end even if the client goes.
Task<http::HttpReply> streamed(McpDoor door, McpCaller caller, SessionPtr session, QList<Message> messages,
                               ExchangePtr exchange, RequestContext context)
{
    const auto stream = session->openStream();
    std::stop_source giveUp;
    const auto work
        = handleAll(session, std::move(messages), {stream, caller.tools}, context.withStop(giveUp.get_token()))
              .then([session, stream] { session->closeStream(*stream); });
    exchange->beginStream();
    if (hasPrimingEvents(session->revision().value_or(tools::mcp::latestRevision))) {
        exchange->sendRetry(comeBackAfter);
        exchange->sendNamedEvent("message", eventId(*stream, 0), {});
    }
    const auto forwarded = co_await forward(door, caller, exchange, {session, stream, 0}, context);
    if (!forwarded && !exchange->stopToken().stop_requested())
        giveUp.request_stop(); // the daemon stops, the key is revoked, or what was to be said is lost
    if (forwarded)
        exchange->endStream();
    else
        exchange->cutUnfinishedStream();
    const std::stop_callback withDaemon(door.sessions->stopToken(), [&giveUp] { giveUp.request_stop(); });
    co_await work;
    co_return http::HttpReply::streamed();
}

http::HttpReply answersReply(const QByteArrayList &answers, bool isBatch)
{
    return http::HttpReply::json(isBatch ? QByteArray('[' + answers.join(',') + ']') : answers.first());
}

Task<http::HttpReply> answered(McpCaller caller, SessionPtr session, Messages messages, RequestContext context)
{
    const auto answers = std::make_shared<Answers>();
    const bool wants = requestsIn(messages) > 0;
    co_await handleAll(session, messages.list, {answers, caller.tools}, context);
    if (context.isStopped())
        co_return failure(Error::cancelled());
    if (wants && !answers->list().isEmpty())
        co_return answersReply(answers->list(), messages.isBatch);
    http::HttpReply accepted; // nothing to answer, or cancelled by the client itself
    accepted.status = 202;
    co_return accepted;
}

Task<http::HttpReply> initialized(McpDoor door, McpCaller caller, Messages messages, RequestContext context)
{
    const SessionPtr session = door.sessions->prepare(*door.server);
    auto reply = co_await answered(caller, session, std::move(messages), std::move(context));
    if (!reply || !session->revision()) // no other session has to go for one that never begins
        co_return reply;
    CO_TRY_VOID(door.sessions->add(session, caller.key));
    reply->headers.append({"mcp-session-id", session->id()});
    co_return reply;
}

/// What a client that was cut has not had yet, or what comes from now on.
std::expected<Listening, http::HttpReply> listeningOf(SessionPtr session, QByteArrayView lastEventId)
{
    if (lastEventId.isEmpty())
        return Listening{session, session->mainStream(), session->mainStream()->last()};
    const qsizetype dash = lastEventId.indexOf('-');
    bool isStream = false;
    bool isNumber = false;
    const quint64 stream = dash < 0 ? 0 : lastEventId.first(dash).toByteArray().toULongLong(&isStream);
    const qint64 after = dash < 0 ? 0 : lastEventId.sliced(dash + 1).toByteArray().toLongLong(&isNumber);
    if (isStream && isNumber) {
        if (auto found = session->stream(stream); found && found->keepsAllAfter(after))
            return Listening{session, found, after};
    }
    return std::unexpected(
        rpcFailure(404, RpcCode::ServerError, u"There is no stream with that event, or not any more."_s));
}

}

Task<http::HttpReply> mcpPost(McpDoor door, McpCaller caller, ExchangePtr exchange, RequestContext context)
{
    const http::HttpRequest &request = exchange->request();
    if (auto refusal = refusalOf(request))
        co_return *std::move(refusal);
    const bool takesJson = accepts(request, "application/json");
    const bool takesStream = accepts(request, "text/event-stream");
    if (!takesJson && !takesStream)
        co_return rpcFailure(406, RpcCode::ServerError, u"Answers are JSON or an event stream: accept one of them."_s);
    auto messages = messagesOf(request);
    if (!messages)
        co_return std::move(messages).error();
    CO_TRY_VOID(caller.ask(requestsIn(*messages)));
    if (isInitialize(*messages) && request.header("mcp-session-id").isEmpty())
        co_return co_await initialized(door, caller, *std::move(messages), std::move(context));
    const auto session = sessionOf(door, caller, request);
    if (!session)
        co_return session.error();
    if (messages->isBatch && !hasBatches((*session)->revision().value_or(tools::mcp::latestRevision)))
        co_return rpcFailure(400, RpcCode::InvalidRequest, u"This revision of the protocol has no batches."_s);
    if (requestsIn(*messages) > 0 && takesStream && (hasCall(*messages) || !takesJson))
        co_return co_await streamed(door, caller, *session, std::move(messages->list), exchange, std::move(context));
    co_return co_await answered(caller, *session, *std::move(messages), std::move(context));
}

Task<http::HttpReply> mcpListen(McpDoor door, McpCaller caller, ExchangePtr exchange, RequestContext context)
{
    const http::HttpRequest &request = exchange->request();
    if (auto refusal = refusalOf(request))
        co_return *std::move(refusal);
    if (!accepts(request, "text/event-stream"))
        co_return rpcFailure(406, RpcCode::ServerError, u"What is sent here is an event stream: accept it."_s);
    const auto session = sessionOf(door, caller, request);
    if (!session)
        co_return session.error();
    auto listening = listeningOf(*session, request.header("last-event-id"));
    if (!listening)
        co_return std::move(listening).error();
    exchange->beginStream();
    CO_TRY_VOID(co_await forward(door, caller, exchange, *std::move(listening), std::move(context)));
    exchange->endStream();
    co_return http::HttpReply::streamed();
}

Task<http::HttpReply> mcpEnd(McpDoor door, McpCaller caller, ExchangePtr exchange, RequestContext)
{
    const http::HttpRequest &request = exchange->request();
    if (auto refusal = refusalOf(request))
        co_return *std::move(refusal);
    const auto session = sessionOf(door, caller, request);
    if (!session)
        co_return session.error();
    door.sessions->end((*session)->id(), caller.key);
    co_return http::HttpReply::json("{}");
}

}
