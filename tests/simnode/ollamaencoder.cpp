// SPDX-License-Identifier: Apache-2.0
#include "tests/simnode/answerencoder.h"

#include "tests/simnode/jsonwriter.h"
#include "tests/simnode/timestamps.h"

namespace moe::sim {

namespace {

class OllamaEncoder final : public AnswerEncoder
{
public:
    OllamaEncoder(OllamaEndpoint endpoint, QString model) : m_endpoint(endpoint), m_model(model.toUtf8()) { }

    QByteArray wholeType() const override { return "application/json; charset=utf-8"; }
    QByteArray streamType() const override { return "application/x-ndjson"; }

    QByteArray whole(const Answer &answer, const Finish &finish) override
    {
        QByteArray content;
        for (int round = 0; round < answer.repeat; ++round)
            content += answer.pieces.join();
        JsonWriter json;
        begin(json);
        payload(json, content, answer.thinking.join(), answer.toolCalls);
        end(json, finish);
        return json.take();
    }

    QByteArray thinking(QByteArrayView piece) override { return frame({}, piece, {}); }
    QByteArray content(QByteArrayView piece) override { return frame(piece, {}, {}); }
    QByteArray toolCall(const ToolCall &call, int index) override
    {
        m_firstToolIndex = index;
        return frame({}, {}, {call});
    }

    QByteArray closing(const Finish &finish) override
    {
        JsonWriter json;
        begin(json);
        payload(json, {}, {}, {});
        end(json, finish);
        return json.take() + '\n';
    }

    QByteArray error(const QString &message) override
    {
        return JsonWriter().beginObject().field("error", message).endObject().take() + '\n';
    }

private:
    QByteArray frame(QByteArrayView content, QByteArrayView thinking, const QList<ToolCall> &calls)
    {
        JsonWriter json;
        begin(json);
        payload(json, content, thinking, calls);
        return json.field("done", false).endObject().take() + '\n';
    }

    void begin(JsonWriter &json) const { json.beginObject().field("model", m_model).field("created_at", rfc3339Now()); }

    void payload(JsonWriter &json, QByteArrayView content, QByteArrayView thinking, const QList<ToolCall> &calls) const
    {
        if (m_endpoint == OllamaEndpoint::Generate) {
            json.field("response", content);
            if (!thinking.isEmpty())
                json.field("thinking", thinking);
            return;
        }
        json.key("message").beginObject().field("role", QByteArrayView("assistant")).field("content", content);
        if (!thinking.isEmpty())
            json.field("thinking", thinking);
        if (!calls.isEmpty())
            writeCalls(json, calls);
        json.endObject();
    }

    void writeCalls(JsonWriter &json, const QList<ToolCall> &calls) const
    {
        json.key("tool_calls").beginArray();
        int index = m_firstToolIndex;
        for (const ToolCall &call : calls) {
            json.beginObject().field("id", QByteArray("call_simulated" + QByteArray::number(index)));
            json.key("function").beginObject().field("index", index).field("name", call.name);
            json.rawField("arguments", call.arguments).endObject().endObject();
            ++index;
        }
        json.endArray();
    }

    static void end(JsonWriter &json, const Finish &finish)
    {
        // Ollama's own protocol has no reason for tool calls.
        const QByteArray reason = finish.reason == "tool_calls" ? QByteArray("stop") : finish.reason;
        json.field("done", true).field("done_reason", reason);
        json.field("total_duration", finish.total.count()).field("load_duration", finish.load.count());
        json.field("prompt_eval_count", finish.promptTokens);
        json.field("prompt_eval_duration", finish.prompt.count());
        json.field("eval_count", finish.completionTokens).field("eval_duration", finish.evaluation.count());
        json.endObject();
    }

    OllamaEndpoint m_endpoint;
    QByteArray m_model;
    int m_firstToolIndex = 0;
};

class WholeEncoder final : public AnswerEncoder
{
public:
    WholeEncoder(QByteArray contentType, std::function<QByteArray(const Finish &)> whole)
        : m_contentType(std::move(contentType))
        , m_whole(std::move(whole))
    { }

    QByteArray wholeType() const override { return m_contentType; }
    QByteArray whole(const Answer &, const Finish &finish) override { return m_whole(finish); }
    QByteArray streamType() const override { return m_contentType; }
    QByteArray thinking(QByteArrayView) override { return {}; }
    QByteArray content(QByteArrayView) override { return {}; }
    QByteArray toolCall(const ToolCall &, int) override { return {}; }
    QByteArray closing(const Finish &) override { return {}; }
    QByteArray error(const QString &) override { return {}; }

private:
    QByteArray m_contentType;
    std::function<QByteArray(const Finish &)> m_whole;
};

}

std::unique_ptr<AnswerEncoder> ollamaEncoder(OllamaEndpoint endpoint, QString model)
{
    return std::make_unique<OllamaEncoder>(endpoint, std::move(model));
}

std::unique_ptr<AnswerEncoder> wholeEncoder(QByteArray contentType, std::function<QByteArray(const Finish &)> whole)
{
    return std::make_unique<WholeEncoder>(std::move(contentType), std::move(whole));
}

}
