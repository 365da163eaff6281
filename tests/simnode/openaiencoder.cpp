// SPDX-License-Identifier: Apache-2.0
#include "tests/simnode/answerencoder.h"

#include "tests/simnode/jsonwriter.h"

#include <QDateTime>

namespace moe::sim {

namespace {

constexpr qsizetype argumentFragment = 12;

/// What chat and legacy completions share: the envelope of chunks and answers.
class OpenAiEncoder : public AnswerEncoder
{
public:
    explicit OpenAiEncoder(OpenAiAnswerHead head, QByteArray idPrefix)
        : m_head(std::move(head))
        , m_model(m_head.model.toUtf8())
        , m_id(idPrefix + QByteArray::number(m_head.serial))
        , m_created(QDateTime::currentSecsSinceEpoch())
    { }

    QByteArray streamType() const override { return "text/event-stream"; }

    QByteArray error(const QString &message) override
    {
        JsonWriter json;
        json.beginObject().key("error").beginObject();
        json.field("message", message).field("type", QByteArrayView("server_error"));
        json.key("param").null().field("code", 500).endObject().endObject();
        return event(json.take());
    }

protected:
    [[nodiscard]] bool isOllama() const { return m_head.flavour == OpenAiFlavour::Ollama; }
    [[nodiscard]] static QByteArray event(const QByteArray &json) { return "data: " + json + "\n\n"; }

    void begin(JsonWriter &json, QByteArrayView object) const
    {
        json.beginObject().field("id", m_id).field("object", object).field("created", m_created);
        json.field("model", m_model);
        json.field("system_fingerprint", QByteArrayView(isOllama() ? "fp_ollama_simulated" : "b1-simulated"));
        json.key("choices").beginArray();
    }

    void writeUsage(JsonWriter &json, const Finish &finish) const
    {
        const qint64 completion = finish.completionTokens * m_head.choices;
        json.key("usage").beginObject().field("prompt_tokens", finish.promptTokens);
        json.field("completion_tokens", completion).field("total_tokens", finish.promptTokens + completion);
        json.endObject();
    }

    static void finishReason(JsonWriter &json, QByteArrayView reason)
    {
        json.key("finish_reason");
        reason.isEmpty() ? json.null() : json.value(reason);
    }

    [[nodiscard]] static QByteArray textOf(const Answer &answer)
    {
        QByteArray text;
        for (int round = 0; round < answer.repeat; ++round)
            text += answer.pieces.join();
        return text;
    }

    OpenAiAnswerHead m_head;
    QByteArray m_model;
    QByteArray m_id;
    qint64 m_created;
};

class ChatEncoder final : public OpenAiEncoder
{
public:
    explicit ChatEncoder(OpenAiAnswerHead head) : OpenAiEncoder(std::move(head), "chatcmpl-") { }

    QByteArray whole(const Answer &answer, const Finish &finish) override
    {
        JsonWriter json;
        begin(json, "chat.completion");
        for (int index = 0; index < m_head.choices; ++index) {
            json.beginObject().field("index", index).key("message").beginObject();
            json.field("role", QByteArrayView("assistant")).key("content");
            const QByteArray text = textOf(answer);
            text.isEmpty() && !isOllama() && !answer.toolCalls.isEmpty() ? json.null() : json.value(text);
            if (!answer.thinking.isEmpty())
                json.field(reasoningKey(), answer.thinking.join());
            if (!answer.toolCalls.isEmpty())
                writeCalls(json, answer.toolCalls);
            json.endObject();
            finishReason(json, finish.reason);
            json.endObject();
        }
        json.endArray();
        writeUsage(json, finish);
        return json.endObject().take();
    }

    QByteArray opening() override
    {
        // Ollama names the role in every chunk instead.
        return isOllama() ? QByteArray() : chunks(R"({"role":"assistant","content":null})", {});
    }

    QByteArray thinking(QByteArrayView piece) override
    {
        JsonWriter delta;
        delta.beginObject();
        if (isOllama())
            delta.field("role", QByteArrayView("assistant")).field("content", QByteArrayView(""));
        return chunks(delta.field(reasoningKey(), piece).endObject().take(), {});
    }

    QByteArray content(QByteArrayView piece) override
    {
        JsonWriter delta;
        delta.beginObject();
        if (isOllama())
            delta.field("role", QByteArrayView("assistant"));
        return chunks(delta.field("content", piece).endObject().take(), {});
    }

    QByteArray toolCall(const ToolCall &call, int index) override
    {
        if (isOllama())
            return chunks(R"({"role":"assistant","content":"","tool_calls":[)" + callJson(call, index) + "]}", {});
        // As OpenAI does: the name first, then the arguments piece by piece.
        QByteArray frames = chunks(R"({"tool_calls":[)" + callJson({call.name, {}}, index) + "]}", {});
        for (qsizetype at = 0; at < call.arguments.size();) {
            qsizetype length = std::min(argumentFragment, call.arguments.size() - at);
            while (at + length < call.arguments.size() && (call.arguments[at + length] & 0xC0) == 0x80)
                ++length; // whole characters only
            frames += argumentChunk(QByteArrayView(call.arguments).sliced(at, length), index);
            at += length;
        }
        return frames;
    }

    QByteArray closing(const Finish &finish) override
    {
        QByteArray frames
            = chunks(isOllama() ? R"({"role":"assistant","content":""})" : QByteArray("{}"), finish.reason);
        if (m_head.includesUsage) {
            JsonWriter json;
            begin(json, "chat.completion.chunk");
            json.endArray();
            writeUsage(json, finish);
            frames += event(json.endObject().take());
        }
        return frames + "data: [DONE]\n\n";
    }

private:
    [[nodiscard]] QByteArrayView reasoningKey() const { return isOllama() ? "reasoning" : "reasoning_content"; }

    [[nodiscard]] QByteArray chunks(const QByteArray &delta, QByteArrayView reason) const
    {
        QByteArray frames;
        for (int index = 0; index < m_head.choices; ++index) {
            JsonWriter json;
            begin(json, "chat.completion.chunk");
            json.beginObject().field("index", index).rawField("delta", delta);
            finishReason(json, reason);
            frames += event(json.endObject().endArray().endObject().take());
        }
        return frames;
    }

    [[nodiscard]] QByteArray argumentChunk(QByteArrayView fragment, int index) const
    {
        JsonWriter delta;
        delta.beginObject().key("tool_calls").beginArray().beginObject().field("index", index);
        delta.key("function").beginObject().field("arguments", fragment).endObject();
        return chunks(delta.endObject().endArray().endObject().take(), {});
    }

    [[nodiscard]] static QByteArray callJson(const ToolCall &call, int index)
    {
        JsonWriter json;
        json.beginObject().field("id", QByteArray("call_simulated" + QByteArray::number(index))).field("index", index);
        json.field("type", QByteArrayView("function")).key("function").beginObject();
        json.field("name", call.name).field("arguments", call.arguments);
        return json.endObject().endObject().take();
    }

    static void writeCalls(JsonWriter &json, const QList<ToolCall> &calls)
    {
        json.key("tool_calls").beginArray();
        for (int index = 0; const ToolCall &call : calls)
            json.raw(callJson(call, index++));
        json.endArray();
    }
};

class TextEncoder final : public OpenAiEncoder
{
public:
    explicit TextEncoder(OpenAiAnswerHead head) : OpenAiEncoder(std::move(head), "cmpl-") { }

    QByteArray whole(const Answer &answer, const Finish &finish) override
    {
        return object(textOf(answer), finish.reason, &finish);
    }

    QByteArray thinking(QByteArrayView) override { return {}; }
    QByteArray content(QByteArrayView piece) override { return event(object(piece, {}, nullptr)); }
    QByteArray toolCall(const ToolCall &, int) override { return {}; }

    QByteArray closing(const Finish &finish) override
    {
        QByteArray frames = event(object({}, finish.reason, nullptr));
        if (m_head.includesUsage) {
            JsonWriter json;
            begin(json, "text_completion");
            json.endArray();
            writeUsage(json, finish);
            frames += event(json.endObject().take());
        }
        return frames + "data: [DONE]\n\n";
    }

private:
    [[nodiscard]] QByteArray object(QByteArrayView text, QByteArrayView reason, const Finish *usage) const
    {
        JsonWriter json;
        begin(json, "text_completion");
        for (int index = 0; index < m_head.choices; ++index) {
            json.beginObject().field("text", text).field("index", index);
            finishReason(json, reason);
            json.endObject();
        }
        json.endArray();
        if (usage)
            writeUsage(json, *usage);
        return json.endObject().take();
    }
};

}

std::unique_ptr<AnswerEncoder> openAiChatEncoder(OpenAiAnswerHead head)
{
    return std::make_unique<ChatEncoder>(std::move(head));
}

std::unique_ptr<AnswerEncoder> openAiTextEncoder(OpenAiAnswerHead head)
{
    return std::make_unique<TextEncoder>(std::move(head));
}

}
