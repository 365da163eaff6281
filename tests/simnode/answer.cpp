// SPDX-License-Identifier: Apache-2.0
// What is answered: scripted, or made up and labelled as such.
#include "tests/simnode/scenario.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace moe::sim {

namespace {

constexpr int deepestSchema = 16;

/// The plainest value that satisfies the usual parts of a JSON schema.
QJsonValue instanceOf(const QJsonObject &schema, int depth)
{
    if (schema.contains("const"_L1))
        return schema.value("const"_L1);
    if (const QJsonArray values = schema.value("enum"_L1).toArray(); !values.isEmpty())
        return values.first();
    const QString type = schema.value("type"_L1).toString();
    if (type == u"string")
        return u"simulated"_s;
    if (type == u"integer" || type == u"number")
        return schema.value("minimum"_L1).toDouble(0);
    if (type == u"boolean")
        return true;
    if (type == u"null" || depth > deepestSchema)
        return QJsonValue::Null;
    if (type == u"array") {
        QJsonArray items;
        for (int i = 0; i < std::clamp(schema.value("minItems"_L1).toInt(0), 0, 100); ++i)
            items << instanceOf(schema.value("items"_L1).toObject(), depth + 1);
        return items;
    }
    QJsonObject object;
    const QJsonObject properties = schema.value("properties"_L1).toObject();
    for (auto member = properties.constBegin(); member != properties.constEnd(); ++member)
        object.insert(member.key(), instanceOf(member.value().toObject(), depth + 1));
    return object;
}

QString simulatedJson(const GenerationRequest &request)
{
    if (request.schema.isEmpty())
        return u"{\"simulated\":true,\"answer\":\"[simulated answer]\"}"_s;
    const QJsonValue value = instanceOf(request.schema, 0);
    const QJsonDocument document = value.isArray() ? QJsonDocument(value.toArray()) : QJsonDocument(value.toObject());
    return QString::fromUtf8(document.toJson(QJsonDocument::Compact));
}

QString simulatedText(const GenerationRequest &request)
{
    if (request.wantsJson)
        return simulatedJson(request);
    const QString said = request.messages.isEmpty() ? QString() : request.messages.last().content;
    return u"[simulated answer of %1] You said: %2"_s.arg(request.model,
                                                          said.first(std::min<qsizetype>(200, said.size())));
}

QList<QByteArray> piecesOf(const Rule *rule, const GenerationRequest &request)
{
    if (!rule)
        return tokenPieces(simulatedText(request));
    if (!rule->chunks.isEmpty()) {
        QList<QByteArray> pieces;
        for (const QString &chunk : rule->chunks)
            pieces << chunk.toUtf8();
        return pieces;
    }
    if (rule->answer)
        return tokenPieces(*rule->answer);
    if (rule->toolCalls.isEmpty() && rule->thinking.isEmpty())
        return tokenPieces(simulatedText(request)); // a rule for a fault or a speed only
    return {};
}

qint64 tokensOf(const QList<QByteArray> &pieces)
{
    qint64 sum = 0;
    for (const QByteArray &piece : pieces)
        sum += countTokens(QString::fromUtf8(piece));
    return sum;
}

/// Keeps the answer within `limit` tokens, whole pieces only.
void limitTokens(Answer &answer, qint64 limit)
{
    const qint64 perRound = tokensOf(answer.pieces);
    if (limit < 0 || perRound * answer.repeat <= limit)
        return;
    answer.finishReason = "length";
    answer.repeat = int(std::max<qint64>(1, limit / perRound));
    if (perRound <= limit)
        return;
    qint64 sum = 0;
    qsizetype kept = 0;
    for (; kept < answer.pieces.size(); ++kept) {
        sum += countTokens(QString::fromUtf8(answer.pieces[kept]));
        if (sum > limit)
            break;
    }
    answer.pieces.resize(kept);
}

}

Answer makeAnswer(const Rule *rule, const GenerationRequest &request, const ModelSpec &model)
{
    Answer answer;
    answer.firstToken = rule && rule->firstToken ? *rule->firstToken : model.firstToken;
    answer.tokensPerSecond = rule && rule->tokensPerSecond ? *rule->tokensPerSecond : model.tokensPerSecond;
    answer.pieces = piecesOf(rule, request);
    answer.promptTokens = request.promptTokens();
    if (rule) {
        answer.repeat = rule->repeat;
        answer.toolCalls = rule->toolCalls;
        if (request.thinks.value_or(true))
            answer.thinking = tokenPieces(rule->thinking);
        if (!answer.toolCalls.isEmpty())
            answer.finishReason = "tool_calls";
    }
    limitTokens(answer, request.maxTokens);
    answer.completionTokens = tokensOf(answer.pieces) * answer.repeat + tokensOf(answer.thinking);
    for (const ToolCall &call : answer.toolCalls)
        answer.completionTokens += countTokens(QString::fromUtf8(call.arguments));
    if (rule && !rule->finishReason.isEmpty())
        answer.finishReason = rule->finishReason.toUtf8();
    if (rule && rule->usage) {
        answer.promptTokens = rule->usage->promptTokens;
        answer.completionTokens = rule->usage->completionTokens;
    }
    return answer;
}

}
