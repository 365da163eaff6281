// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/jsonrpc.h"

#include "shared/wire/jsonscan.h"

#include <QStringBuilder>

using namespace Qt::StringLiterals;

namespace moe::tools::mcp {

namespace {

constexpr qsizetype longestId = 256; // bytes

/// The members of an object that JSON-RPC knows, where they stand.
struct Members {
    std::optional<json::Span> version, id, method, params, result, error;
};

Members membersOf(QByteArrayView text, json::Span object)
{
    Members members;
    json::forEachMember(text, object, [&members, text](json::Span key, json::Span value) {
        const QByteArray name = json::unescaped(text, key);
        if (name == "jsonrpc")
            members.version = value;
        else if (name == "id")
            members.id = value;
        else if (name == "method")
            members.method = value;
        else if (name == "params")
            members.params = value;
        else if (name == "result")
            members.result = value;
        else if (name == "error")
            members.error = value;
        return true;
    });
    return members;
}

bool isId(QByteArrayView text, json::Span value)
{
    if (value.end - value.begin > longestId)
        return false;
    return value.kind == json::Kind::String || json::integer(text, value).has_value();
}

Message invalid(Message message, const QString &fault)
{
    message.kind = Message::Kind::Invalid;
    message.fault = fault;
    return message;
}

Message withKind(Message message, const Members &members, QByteArrayView text)
{
    if (!members.method) {
        if (bool(members.result) == bool(members.error) || !members.id)
            return invalid(std::move(message), u"A message has a method, or an id and either a result or an error."_s);
        message.kind = members.result ? Message::Kind::Result : Message::Kind::Failure;
        message.answer = members.result.value_or(members.error.value_or(json::Span())).in(text).toByteArray();
        return message;
    }
    if (members.method->kind != json::Kind::String)
        return invalid(std::move(message), u"The method of a message is a text."_s);
    message.method = json::unescaped(text, *members.method);
    if (members.params) {
        if (members.params->kind != json::Kind::Object)
            return invalid(std::move(message), u"The params of a message are an object."_s);
        message.params = members.params->in(text).toByteArray();
    }
    message.kind = members.id ? Message::Kind::Request : Message::Kind::Notification;
    return message;
}

Message messageOf(QByteArrayView text, json::Span value)
{
    Message message;
    if (value.kind != json::Kind::Object)
        return invalid(std::move(message), u"A message is a JSON object."_s);
    const Members members = membersOf(text, value);
    if (members.id) {
        if (!isId(text, *members.id))
            return invalid(std::move(message), u"The id of a message is a text or a whole number."_s);
        message.id = members.id->in(text).toByteArray();
    }
    if (!members.version || json::unescaped(text, *members.version) != "2.0")
        return invalid(std::move(message), u"A message says \"jsonrpc\": \"2.0\"."_s);
    return withKind(std::move(message), members, text);
}

QByteArrayView nameOf(const Error &error)
{
    const QLatin1StringView name = errorCodeName(error.code);
    return {name.data(), name.size()};
}

RpcCode rpcCodeOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::InvalidRequest:
    case ErrorCode::PermissionDenied:
    case ErrorCode::NotFound:
    case ErrorCode::TooLarge: return RpcCode::InvalidParams;
    case ErrorCode::Conflict: return RpcCode::InvalidRequest;
    case ErrorCode::Internal: return RpcCode::InternalError;
    case ErrorCode::Unauthenticated:
    case ErrorCode::RateLimited:
    case ErrorCode::BudgetExceeded:
    case ErrorCode::Cancelled:
    case ErrorCode::Timeout:
    case ErrorCode::BadGateway:
    case ErrorCode::Unavailable: return RpcCode::ServerError;
    }
    Q_UNREACHABLE_RETURN(RpcCode::InternalError);
}

}

Result<Messages> readMessages(QByteArrayView text)
{
    TRY(const json::Span value, json::validate(text));
    Messages messages;
    if (value.kind != json::Kind::Array) {
        messages.list.append(messageOf(text, value));
        return messages;
    }
    messages.isBatch = true;
    json::forEachElement(text, value, [&messages, text](json::Span element) {
        messages.list.append(messageOf(text, element));
        return messages.list.size() <= largestBatch;
    });
    if (messages.list.isEmpty() || messages.list.size() > largestBatch) {
        messages.isBatch = false;
        messages.list = {invalid({}, u"A batch has between 1 and %1 messages."_s.arg(largestBatch))};
    }
    return messages;
}

QByteArray requestText(QByteArrayView id, QByteArrayView method, QByteArrayView params)
{
    return R"({"jsonrpc":"2.0","id":)" % id % R"(,"method":)" % json::quoted(method) % R"(,"params":)" % params % '}';
}

QByteArray notificationText(QByteArrayView method, QByteArrayView params)
{
    return R"({"jsonrpc":"2.0","method":)" % json::quoted(method) % R"(,"params":)" % params % '}';
}

QByteArray resultText(QByteArrayView id, QByteArrayView result)
{
    return R"({"jsonrpc":"2.0","id":)" % id % R"(,"result":)" % result % '}';
}

QByteArray errorText(QByteArrayView id, RpcCode code, const QString &message, QByteArrayView data)
{
    QByteArray text = R"({"jsonrpc":"2.0","id":)" % id % R"(,"error":{"code":)" % QByteArray::number(int(code))
        % R"(,"message":)" % json::quoted(message.toUtf8());
    if (!data.isEmpty())
        text += R"(,"data":)" % data;
    return text + "}}";
}

QByteArray errorText(QByteArrayView id, const Error &error)
{
    const QByteArray code = error.reason.isEmpty() ? nameOf(error).toByteArray() : error.reason.toUtf8();
    const QByteArray data = R"({"error_code":)" % json::quoted(code) % '}';
    return errorText(id, rpcCodeOf(error.code), error.message, data);
}

}
