// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/mcprequest.h"

#include "daemon/api/toolhandlers.h"
#include "shared/core/text.h"

#include <QUrl>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace moe::api {

namespace {

constexpr auto heartbeat = 15s;

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

Task<void> forward(ExchangePtr exchange, std::shared_ptr<tools::mcp::EventStream> stream, qint64 after,
                   std::function<bool()> goesOn, RequestContext context)
{
    tools::mcp::EventStream::Reader reader(stream, after);
    while (true) {
        const auto batch = reader.take();
        for (const tools::mcp::EventStream::Event &event : batch.events)
            exchange->sendNamedEvent("message", eventId(*stream, event.number), oneLine(event.message));
        if (batch.isOver)
            co_return {};
        if (exchange->isCongested()) {
            CO_TRY_VOID(co_await exchange->drained(context));
        }
        const auto left
            = std::chrono::ceil<std::chrono::milliseconds>(context.deadline - std::chrono::steady_clock::now());
        if (left <= 0ms)
            co_return {}; // whoever wants more comes back
        CO_TRY_VOID(co_await reader.wait(std::min<std::chrono::milliseconds>(heartbeat, left), context));
        if (std::chrono::steady_clock::now() - exchange->lastSentAt() < heartbeat)
            continue;
        if (!goesOn())
            co_return {};
        exchange->sendHeartbeat();
    }
}

}
