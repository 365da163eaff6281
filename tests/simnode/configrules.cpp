// SPDX-License-Identifier: Apache-2.0
// Reads the scripted part of the configuration: rules and faults.
#include "tests/simnode/config.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace moe::sim {

namespace {

constexpr qint64 farAway = 1LL << 50;
constexpr int dayInMs = 86'400'000;

QByteArray compact(const QJsonValue &value)
{
    if (value.isObject())
        return QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact);
    if (value.isArray())
        return QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact);
    // Only arrays and objects make a document: a scalar goes through a list.
    return QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact).chopped(1).sliced(1);
}

std::optional<qint64> readPosition(Fields &fields, QLatin1StringView key)
{
    const qint64 position = fields.integer(key, 0, -1, farAway);
    return fields.has(key) ? std::optional(position) : std::nullopt;
}

RuleRole readRole(Fields &fields)
{
    const QString role = fields.text("role"_L1, u"any"_s);
    if (role == u"system")
        return RuleRole::System;
    if (role == u"user")
        return RuleRole::User;
    if (role != u"any")
        fields.fail("role"_L1, u"must be system, user or any"_s);
    return RuleRole::Any;
}

ToolCall readToolCall(Fields &fields)
{
    ToolCall call;
    call.name = fields.requiredText("name"_L1);
    const QJsonValue arguments = fields.value("arguments"_L1);
    if (arguments.isString())
        call.arguments = arguments.toString().toUtf8(); // kept as written, key order included
    else if (arguments.isObject())
        call.arguments = compact(arguments);
    else if (fields.has("arguments"_L1))
        fields.failType("arguments"_L1, u"object or string"_s);
    if (call.arguments.isEmpty())
        call.arguments = "{}";
    fields.refuseUnknown();
    return call;
}

void readCondition(Fields &fields, Rule &rule)
{
    rule.role = readRole(fields);
    rule.contains = fields.text("contains"_L1);
    rule.model = fields.text("model"_L1);
    rule.times = int(fields.integer("times"_L1, -1, 1, 1'000'000'000));
    const QString pattern = fields.text("matches"_L1);
    if (pattern.isEmpty())
        return;
    rule.matches = QRegularExpression(pattern, QRegularExpression::DotMatchesEverythingOption);
    if (!rule.matches->isValid())
        fields.fail("matches"_L1, rule.matches->errorString());
}

void readAnswer(Fields &fields, Rule &rule)
{
    if (fields.has("answer"_L1))
        rule.answer = fields.text("answer"_L1);
    const QJsonValue json = fields.value("answer_json"_L1);
    if (fields.has("answer_json"_L1))
        rule.answer = QString::fromUtf8(compact(json));
    rule.chunks = fields.texts("chunks"_L1);
    const int forms = int(fields.has("answer"_L1)) + int(fields.has("answer_json"_L1)) + int(fields.has("chunks"_L1));
    if (forms > 1)
        fields.fail({}, u"only one of answer, answer_json and chunks is possible"_s);
    if (fields.has("chunks"_L1))
        rule.answer = rule.chunks.join(QString());
    rule.repeat = int(fields.integer("repeat"_L1, 1, 1, 1'000'000'000));
    rule.thinking = fields.text("thinking"_L1);
    rule.finishReason = fields.text("finish_reason"_L1);
    fields.objects("tool_calls"_L1, [&rule](Fields &call) { rule.toolCalls << readToolCall(call); });
    fields.object("usage"_L1, [&rule](Fields &usage) {
        rule.usage = ScriptedUsage{usage.integer("prompt_tokens"_L1, 0), usage.integer("completion_tokens"_L1, 0)};
        usage.refuseUnknown();
    });
}

}

Fault readFault(Fields &fields)
{
    Fault fault;
    fault.cutAt = readPosition(fields, "cut_after_bytes"_L1);
    fault.resetAt = readPosition(fields, "reset_at_byte"_L1);
    fault.stallAt = readPosition(fields, "stall_at_byte"_L1);
    fault.garbageAt = readPosition(fields, "garbage_at_byte"_L1);
    const int frames = int(fields.integer("error_in_stream_after"_L1, 0, 0, 1'000'000'000));
    if (fields.has("error_in_stream_after"_L1))
        fault.errorInStreamAfter = frames;
    fault.status = int(fields.integer("status"_L1, 0, 400, 599));
    fault.message = fields.text("message"_L1);
    fault.retryAfterSeconds = int(fields.integer("retry_after"_L1, -1, 0, 86'400));
    fault.slowHeaders = std::chrono::milliseconds(fields.integer("slow_headers_ms"_L1, 0, 0, dayInMs));
    fault.isEndless = fields.flag("endless"_L1, false);
    fault.closesAfterAnswer = fields.flag("close_after_answer"_L1, false);
    const QString scope = fields.text("scope"_L1, u"generation"_s);
    if (scope != u"generation" && scope != u"all")
        fields.fail("scope"_L1, u"must be generation or all"_s);
    fault.hitsEveryPath = scope == u"all";
    fault.probability = fields.number("probability"_L1, 1, 0, 1);
    fault.times = int(fields.integer("times"_L1, -1, 1, 1'000'000'000));
    fields.refuseUnknown();
    return fault;
}

Rule readRule(Fields &fields)
{
    Rule rule;
    readCondition(fields, rule);
    readAnswer(fields, rule);
    if (const auto wait = fields.integer("first_token_ms"_L1, 0, 0, dayInMs); fields.has("first_token_ms"_L1))
        rule.firstToken = std::chrono::milliseconds(wait);
    if (const auto speed = fields.number("tokens_per_second"_L1, 0, 0, 1e9); fields.has("tokens_per_second"_L1))
        rule.tokensPerSecond = speed;
    fields.object("fault"_L1, [&rule](Fields &fault) { rule.fault = readFault(fault); });
    fields.refuseUnknown();
    return rule;
}

}
