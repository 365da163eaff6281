// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/mcprequest.h"

#include "daemon/api/toolhandlers.h"
#include "shared/core/text.h"

#include <QUrl>

using namespace Qt::StringLiterals;

namespace moe::api {

namespace {

/// As an event has it. In JSON line ends stand between values only: those of texts are escaped.
QByteArray oneLine(QByteArray message) { return message.replace('\n', ' ').replace('\r', ' '); }

/// Whether a page with this origin may be one of this machine's own.
bool isLocalOrigin(QByteArrayView origin)
{
    const QUrl url(QString::fromLatin1(origin), QUrl::StrictMode);
    return url.host() == "localhost"_L1 || QHostAddress(url.host()).isLoopback();
}

}

http::HttpReply rpcFailure(int status, RpcCode code, const QString &message)
{
    return http::HttpReply::json(tools::mcp::errorText("null", code, message), status);
}

std::optional<http::HttpReply> refusalOf(const http::HttpRequest &request)
{
    const QByteArrayView origin = request.header("origin");
    if (!origin.isEmpty() && !isLocalOrigin(origin))
        return rpcFailure(403, RpcCode::ServerError, u"Pages of other sites may not use this server."_s);
    const QByteArrayView revision = request.header("mcp-protocol-version");
    if (!revision.isEmpty() && !tools::mcp::revisionNamed(revision))
        return rpcFailure(400, RpcCode::ServerError, u"This revision of the protocol is not spoken here."_s);
    if (request.body.size() > largestToolBody)
        return rpcFailure(413, RpcCode::ServerError, u"The body is larger than it may be here."_s);
    return std::nullopt;
}

std::expected<Messages, http::HttpReply> messagesOf(const http::HttpRequest &request)
{
    auto messages = tools::mcp::readMessages(request.body);
    if (!messages)
        return std::unexpected(rpcFailure(400, RpcCode::ParseError, messages.error().message));
    const Message &first = messages->list.first();
    if (!messages->isBatch && first.kind == Message::Kind::Invalid)
        return std::unexpected(
            http::HttpReply::json(tools::mcp::errorText(first.id, RpcCode::InvalidRequest, first.fault), 400));
    return *std::move(messages);
}

int requestsIn(const Messages &messages)
{
    return int(std::ranges::count_if(messages.list, [](const Message &message) {
        return message.kind == Message::Kind::Request || message.kind == Message::Kind::Invalid;
    }));
}

bool accepts(const http::HttpRequest &request, QByteArrayView type)
{
    const QByteArray accepted = request.header("accept").toByteArray();
    if (accepted.isEmpty())
        return type == "application/json";
    const QByteArrayView range = type.first(type.indexOf('/') + 1);
    for (const QByteArray &part : accepted.split(',')) {
        const QByteArrayView media
            = trimmedBlank(QByteArrayView(part).first(part.contains(';') ? part.indexOf(';') : part.size()));
        const bool isRange = media.size() == range.size() + 1 && media.endsWith('*');
        if (equalsIgnoringCase(media, type) || media == "*/*"
            || (isRange && equalsIgnoringCase(media.chopped(1), range)))
            return true;
    }
    return false;
}

QCoro::Task<> handleAll(std::shared_ptr<tools::mcp::Session> session, QList<Message> messages, Peer peer,
                        RequestContext context)
{
    std::vector<QCoro::Task<>> tasks;
    for (Message &message : messages)
        tasks.push_back(session->handle(std::move(message), peer, context));
    for (QCoro::Task<> &task : tasks)
        co_await task;
}

QByteArray eventId(const tools::mcp::EventStream &stream, qint64 number)
{
    return QByteArray::number(stream.number()) + '-' + QByteArray::number(number);
}

Task<void> forward(McpDoor door, McpCaller caller, ExchangePtr exchange, Listening listening, RequestContext context)
{
    tools::mcp::EventStream::Reader reader(listening.stream, listening.after);
    auto checkedAt = std::chrono::steady_clock::now();
    while (true) {
        const auto batch = reader.take();
        for (const tools::mcp::EventStream::Event &event : batch.events)
            exchange->sendNamedEvent("message", eventId(*listening.stream, event.number), oneLine(event.message));
        if (batch.isBroken) // the client is to see a cut
            co_return failure(Error::of(ErrorCode::Unavailable, u"The client takes its answers too slowly."_s));
        if (batch.isOver)
            co_return {};
        if (exchange->isCongested()) {
            CO_TRY_VOID(co_await exchange->drained(context));
        }
        const auto now = std::chrono::steady_clock::now();
        if (now >= context.deadline)
            co_return {}; // whoever wants more comes back
        if (now - checkedAt >= door.checkEvery) {
            if (!caller.isWelcome())
                co_return failure(Error::of(ErrorCode::Unauthenticated, u"The API key is not valid any more."_s));
            if (!door.sessions->find(listening.session->id(), caller.key))
                co_return {};
            checkedAt = now;
        }
        if (now - exchange->lastSentAt() >= door.checkEvery)
            exchange->sendHeartbeat();
        const auto next = std::min(
            {checkedAt + door.checkEvery, exchange->lastSentAt() + door.checkEvery, Clock::Steady(context.deadline)});
        CO_TRY_VOID(co_await reader.wait(std::chrono::ceil<std::chrono::milliseconds>(next - now), context));
    }
}

}
