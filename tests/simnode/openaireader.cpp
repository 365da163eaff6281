// SPDX-License-Identifier: Apache-2.0
#include "tests/simnode/requestreader.h"

using namespace Qt::StringLiterals;

namespace moe::sim {

namespace {

void readPart(Fields &part, Message &message)
{
    const QString type = part.requiredText("type"_L1);
    if (type == u"text") {
        message.content += part.text("text"_L1);
        if (!part.has("text"_L1))
            part.fail("text"_L1, u"is required"_s);
    } else if (type == u"image_url") {
        ++message.images;
        if (!part.has("image_url"_L1))
            part.fail("image_url"_L1, u"is required"_s);
        part.object("image_url"_L1, [](Fields &image) { std::ignore = image.requiredText("url"_L1); });
    } else {
        part.fail("type"_L1, u"unsupported content type \"%1\""_s.arg(type));
    }
}

void readContent(Fields &fields, Message &message)
{
    const QJsonValue content = fields.value("content"_L1);
    if (content.isArray()) {
        fields.objects("content"_L1, [&message](Fields &part) { readPart(part, message); });
        return;
    }
    message.content = content.toString();
    if (fields.has("content"_L1) && !content.isString())
        fields.failType("content"_L1, u"string or array"_s);
    if (!fields.has("content"_L1) && (message.role != u"assistant" || !fields.has("tool_calls"_L1)))
        fields.fail("content"_L1, u"is required"_s);
}

void readMessage(Fields &fields, GenerationRequest &request)
{
    static const QStringList roles{u"system"_s, u"developer"_s, u"user"_s, u"assistant"_s, u"tool"_s};
    Message message;
    message.role = fields.requiredText("role"_L1);
    if (!roles.contains(message.role))
        fields.fail("role"_L1, u"unknown role \"%1\""_s.arg(message.role));
    readContent(fields, message);
    if (message.role == u"tool")
        std::ignore = fields.requiredText("tool_call_id"_L1);
    fields.objects("tool_calls"_L1, [](Fields &call) {
        std::ignore = call.requiredText("id"_L1);
        if (!call.has("function"_L1))
            call.fail("function"_L1, u"is required"_s);
        call.object("function"_L1, [](Fields &function) {
            std::ignore = function.requiredText("name"_L1);
            std::ignore = function.text("arguments"_L1);
        });
    });
    request.messages << message;
}

void readStop(Fields &fields)
{
    if (fields.value("stop"_L1).isArray())
        std::ignore = fields.texts("stop"_L1);
    else
        std::ignore = fields.text("stop"_L1);
}

void readCommon(Fields &fields, GenerationRequest &request)
{
    request.model = fields.requiredText("model"_L1);
    request.isStreamed = fields.flag("stream"_L1, false);
    if (fields.has("stream_options"_L1) && !request.isStreamed)
        fields.fail("stream_options"_L1, u"is only allowed when stream is true"_s);
    fields.object("stream_options"_L1,
                  [&request](Fields &options) { request.includesUsage = options.flag("include_usage"_L1, false); });
    std::ignore = fields.number("temperature"_L1, 1, 0, 2);
    std::ignore = fields.number("top_p"_L1, 1, 0, 1);
    std::ignore = fields.number("presence_penalty"_L1, 0, -2, 2);
    std::ignore = fields.number("frequency_penalty"_L1, 0, -2, 2);
    std::ignore = fields.integer("seed"_L1, 0, std::numeric_limits<qint64>::min());
    std::ignore = fields.text("user"_L1);
    readStop(fields);
    request.choices = int(fields.integer("n"_L1, 1, 1, 128));
    request.maxTokens = fields.integer("max_tokens"_L1, -1, -1);
}

void readResponseFormat(Fields &fields, GenerationRequest &request)
{
    fields.object("response_format"_L1, [&request](Fields &format) {
        const QString type = format.requiredText("type"_L1);
        request.wantsJson = type == u"json_object" || type == u"json_schema";
        if (!request.wantsJson && type != u"text")
            format.fail("type"_L1, u"must be text, json_object or json_schema"_s);
        if (type == u"json_schema" && !format.has("json_schema"_L1))
            format.fail("json_schema"_L1, u"is required"_s);
        format.object("json_schema"_L1,
                      [&request](Fields &schema) { request.schema = schema.value("schema"_L1).toObject(); });
    });
}

void readToolChoice(Fields &fields)
{
    const QJsonValue choice = fields.value("tool_choice"_L1);
    static const QStringList words{u"none"_s, u"auto"_s, u"required"_s};
    if (fields.has("tool_choice"_L1) && !choice.isObject() && !words.contains(choice.toString()))
        fields.fail("tool_choice"_L1, u"must be none, auto, required or an object"_s);
}

RequestResult resultOf(GenerationRequest request, const Fields::Failure &failure)
{
    if (failure)
        return std::unexpected(*failure);
    return request;
}

}

RequestResult readOpenAiChat(const QJsonObject &body)
{
    Fields::Failure failure;
    Fields fields(body, {}, failure);
    GenerationRequest request;
    readCommon(fields, request);
    request.maxTokens = fields.integer("max_completion_tokens"_L1, request.maxTokens, -1);
    readResponseFormat(fields, request);
    readToolChoice(fields);
    request.hasTools = readTools(fields);
    const QString effort = fields.text("reasoning_effort"_L1);
    if (!effort.isEmpty())
        request.thinks = effort != u"none";
    fields.objects("messages"_L1, [&request](Fields &message) { readMessage(message, request); });
    if (request.messages.isEmpty())
        fields.fail("messages"_L1, u"[] is too short - 'messages'"_s);
    return resultOf(std::move(request), failure);
}

RequestResult readOpenAiText(const QJsonObject &body)
{
    Fields::Failure failure;
    Fields fields(body, {}, failure);
    GenerationRequest request;
    readCommon(fields, request);
    if (!fields.has("prompt"_L1))
        fields.fail("prompt"_L1, u"is required"_s);
    if (const QJsonValue prompt = fields.value("prompt"_L1); prompt.isArray())
        request.messages << Message{u"user"_s, fields.texts("prompt"_L1).join(u' ')};
    else
        request.messages << Message{u"user"_s, fields.text("prompt"_L1)};
    return resultOf(std::move(request), failure);
}

}
