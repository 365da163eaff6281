// SPDX-License-Identifier: Apache-2.0
#include "tests/simnode/requestreader.h"

#include <QJsonDocument>
#include <QRegularExpression>

#include <array>

using namespace Qt::StringLiterals;

namespace moe::sim {

namespace {

constexpr std::array integerOptions{"num_ctx"_L1,  "num_predict"_L1,   "num_keep"_L1,  "seed"_L1,
                                    "top_k"_L1,    "repeat_last_n"_L1, "num_batch"_L1, "num_gpu"_L1,
                                    "main_gpu"_L1, "num_thread"_L1};
constexpr std::array numberOptions{"temperature"_L1,      "top_p"_L1,          "min_p"_L1,
                                   "typical_p"_L1,        "repeat_penalty"_L1, "presence_penalty"_L1,
                                   "frequency_penalty"_L1};

void readOptions(Fields &options, GenerationRequest &request)
{
    for (const auto name : integerOptions)
        std::ignore = options.integer(name, 0, std::numeric_limits<qint64>::min());
    for (const auto name : numberOptions)
        std::ignore = options.number(name, 0, -1e9, 1e9);
    std::ignore = options.texts("stop"_L1);
    std::ignore = options.flag("use_mmap"_L1, true);
    request.contextTokens = int(options.integer("num_ctx"_L1, 0, 0, 100'000'000));
    request.maxTokens = options.integer("num_predict"_L1, -1, -2);
}

void readFormat(Fields &fields, GenerationRequest &request, bool isOld)
{
    const QJsonValue format = fields.value("format"_L1);
    if (!fields.has("format"_L1) || format == QJsonValue(u""_s))
        return;
    request.wantsJson = true;
    if (format.isObject() && !isOld)
        request.schema = format.toObject();
    else if (!format.isString())
        fields.failType("format"_L1, u"string"_s);
    else if (format != QJsonValue(u"json"_s))
        fields.fail(
            "format"_L1,
            u"invalid format: \"%1\"; expected \"json\" or a valid JSON Schema object"_s.arg(format.toString()));
}

void readThink(Fields &fields, GenerationRequest &request)
{
    const QJsonValue think = fields.value("think"_L1);
    if (!fields.has("think"_L1))
        return;
    static const QStringList levels{u"high"_s, u"medium"_s, u"low"_s};
    if (!think.isBool() && !levels.contains(think.toString()))
        fields.fail("think"_L1, u"must be true, false, high, medium or low"_s);
    request.thinks = think.toBool(true);
}

int readImages(Fields &fields)
{
    const QStringList images = fields.texts("images"_L1);
    for (const QString &image : images) {
        if (!QByteArray::fromBase64Encoding(image.toLatin1(), QByteArray::AbortOnBase64DecodingErrors))
            fields.fail("images"_L1, u"illegal base64 data"_s);
    }
    return int(images.size());
}

void readMessage(Fields &fields, GenerationRequest &request)
{
    static const QStringList roles{u"system"_s, u"user"_s, u"assistant"_s, u"tool"_s};
    Message message;
    message.role = fields.requiredText("role"_L1);
    if (!roles.contains(message.role))
        fields.fail("role"_L1, u"unknown role \"%1\""_s.arg(message.role));
    message.content = fields.text("content"_L1);
    if (!fields.has("content"_L1) && !fields.has("tool_calls"_L1))
        fields.fail("content"_L1, u"is required"_s);
    message.images = readImages(fields);
    fields.objects("tool_calls"_L1, [](Fields &call) {
        if (!call.has("function"_L1))
            call.fail("function"_L1, u"is required"_s);
        call.object("function"_L1, [](Fields &function) {
            std::ignore = function.requiredText("name"_L1);
            function.object("arguments"_L1, [](Fields &) { });
        });
    });
    request.messages << message;
}

void readCommon(Fields &fields, GenerationRequest &request, bool isOld)
{
    request.model = fields.text("model"_L1);
    request.isStreamed = fields.flag("stream"_L1, true);
    request.keepAlive = readKeepAlive(fields);
    readFormat(fields, request, isOld);
    fields.object("options"_L1, [&request](Fields &options) { readOptions(options, request); });
    if (isOld)
        return;
    readThink(fields, request);
    request.hasTools = readTools(fields);
}

RequestResult resultOf(GenerationRequest request, const Fields::Failure &failure)
{
    if (failure)
        return std::unexpected(*failure);
    return request;
}

/// Go's time.ParseDuration, as far as it makes sense here.
std::optional<KeepAlive> parseDuration(const QString &text)
{
    static const QRegularExpression part(u"([0-9.]+)(ms|us|ns|h|m|s)"_s);
    static const QRegularExpression all(u"^[-+]?([0-9.]+(ms|us|ns|h|m|s))+$"_s);
    if (!all.match(text).hasMatch())
        return std::nullopt;
    double ms = 0;
    for (const auto &match : part.globalMatch(text)) {
        const double amount = match.captured(1).toDouble();
        const QString unit = match.captured(2);
        ms += amount * (unit == u"h" ? 3.6e6 : unit == u"m" ? 6e4 : unit == u"s" ? 1e3 : unit == u"ms" ? 1 : 0);
    }
    return KeepAlive(qint64(std::min(ms, 1e13)) * (text.startsWith(u'-') ? -1 : 1));
}

}

std::expected<QJsonObject, FieldError> parseBody(const QByteArray &body)
{
    const auto wrong = [](const QString &problem) { return std::unexpected(FieldError{{}, {}, {}, problem}); };
    if (body.isEmpty())
        return wrong(u"missing request body"_s);
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(body, &error);
    if (error.error != QJsonParseError::NoError)
        return wrong(u"invalid JSON at byte %1: %2"_s.arg(error.offset).arg(error.errorString()));
    if (!document.isObject())
        return wrong(u"the request body must be a JSON object"_s);
    return document.object();
}

KeepAlive readKeepAlive(Fields &fields)
{
    const QJsonValue value = fields.value("keep_alive"_L1);
    if (!fields.has("keep_alive"_L1))
        return defaultKeepAlive;
    if (value.isDouble())
        return KeepAlive(qint64(std::clamp(value.toDouble(), -1.0, 1e10) * 1000));
    if (!value.isString())
        fields.failType("keep_alive"_L1, u"string"_s);
    const auto duration = parseDuration(value.toString());
    if (!duration)
        fields.fail("keep_alive"_L1, u"time: invalid duration \"%1\""_s.arg(value.toString()));
    return duration.value_or(defaultKeepAlive);
}

bool readTools(Fields &fields)
{
    fields.objects("tools"_L1, [](Fields &tool) {
        if (tool.requiredText("type"_L1) != u"function")
            tool.fail("type"_L1, u"must be \"function\""_s);
        if (!tool.has("function"_L1))
            tool.fail("function"_L1, u"is required"_s);
        tool.object("function"_L1, [](Fields &function) {
            std::ignore = function.requiredText("name"_L1);
            std::ignore = function.text("description"_L1);
            function.object("parameters"_L1, [](Fields &) { });
        });
    });
    return !fields.value("tools"_L1).toArray().isEmpty();
}

RequestResult readOllamaChat(const QJsonObject &body, bool isOld)
{
    Fields::Failure failure;
    Fields fields(body, {}, failure);
    GenerationRequest request;
    readCommon(fields, request, isOld);
    fields.objects("messages"_L1, [&request](Fields &message) { readMessage(message, request); });
    return resultOf(std::move(request), failure);
}

RequestResult readOllamaGenerate(const QJsonObject &body, bool isOld)
{
    Fields::Failure failure;
    Fields fields(body, {}, failure);
    GenerationRequest request;
    readCommon(fields, request, isOld);
    if (const QString system = fields.text("system"_L1); !system.isEmpty())
        request.messages << Message{u"system"_s, system};
    std::ignore = fields.flag("raw"_L1, false);
    if (const QString prompt = fields.text("prompt"_L1); !prompt.isEmpty())
        request.messages << Message{u"user"_s, prompt, readImages(fields)};
    return resultOf(std::move(request), failure);
}

}
