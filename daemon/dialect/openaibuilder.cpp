// SPDX-License-Identifier: Apache-2.0
#include "daemon/dialect/openaibuilder.h"

#include "shared/core/ids.h"
#include "shared/wire/jsonscan.h"

namespace moe::dialect {

namespace {

QByteArray answerBegin(const AnswerHead &head, QByteArrayView object)
{
    QByteArray out = "{\"id\":";
    json::appendQuoted(out, head.id);
    out += ",\"object\":\"";
    out += object;
    out += "\",\"created\":";
    out += QByteArray::number(head.created);
    out += ",\"model\":";
    json::appendQuoted(out, head.model);
    out += ",\"choices\":[";
    return out;
}

// Opens `{"index":n,`
void appendChoiceBegin(QByteArray &out, qsizetype index)
{
    out += "{\"index\":";
    out += QByteArray::number(index);
    out += ',';
}

void appendFinishReason(QByteArray &out, QByteArrayView reason)
{
    out += ",\"finish_reason\":";
    if (reason.isEmpty())
        out += "null";
    else
        json::appendQuoted(out, reason);
    out += '}';
}

// The members of a call that do not depend on where it stands.
void appendToolCall(QByteArray &out, const ToolCall &call)
{
    out += "\"id\":";
    json::appendQuoted(out, call.id);
    out += ",\"type\":\"function\",\"function\":{\"name\":";
    json::appendQuoted(out, call.name);
    out += ",\"arguments\":";
    json::appendQuoted(out, call.arguments);
    out += "}}";
}

void appendMessage(QByteArray &out, const ChatChoice &choice)
{
    out += "\"message\":{\"role\":\"assistant\",\"content\":";
    if (choice.content.isEmpty() && !choice.toolCalls.isEmpty())
        out += "null";
    else
        json::appendQuoted(out, choice.content);
    if (!choice.reasoning.isEmpty()) {
        out += ",\"reasoning_content\":";
        json::appendQuoted(out, choice.reasoning);
    }
    if (!choice.toolCalls.isEmpty()) {
        out += ",\"tool_calls\":";
        char separator = '[';
        for (const ToolCall &call : choice.toolCalls) {
            out += separator;
            out += '{';
            appendToolCall(out, call);
            separator = ',';
        }
        out += ']';
    }
    out += "},\"logprobs\":null";
}

QByteArray textDelta(QByteArrayView member, QByteArrayView text)
{
    QByteArray delta = "{\"";
    delta += member;
    delta += "\":";
    json::appendQuoted(delta, text);
    delta += '}';
    return delta;
}

}

ChunkBuilder::ChunkBuilder(const AnswerHead &head, StreamUsage usage)
    : m_begin(answerBegin(head, "chat.completion.chunk"))
    , m_end(usage == StreamUsage::Shown ? "],\"usage\":null}" : "]}")
{ }

QByteArray ChunkBuilder::chunk(QByteArrayView delta, int choice, QByteArrayView finishReason) const
{
    QByteArray out;
    out.reserve(m_begin.size() + delta.size() + m_end.size() + 80);
    out += m_begin;
    appendChoiceBegin(out, choice);
    out += "\"delta\":";
    out += delta;
    out += ",\"logprobs\":null";
    appendFinishReason(out, finishReason);
    out += m_end;
    return out;
}

QByteArray ChunkBuilder::role(int choice) const { return chunk("{\"role\":\"assistant\",\"content\":\"\"}", choice); }

QByteArray ChunkBuilder::content(QByteArrayView text, int choice) const
{
    return chunk(textDelta("content", text), choice);
}

QByteArray ChunkBuilder::reasoning(QByteArrayView text, int choice) const
{
    return chunk(textDelta("reasoning_content", text), choice);
}

QByteArray ChunkBuilder::toolCall(const ToolCall &call, int index, int choice) const
{
    QByteArray delta = "{\"tool_calls\":[";
    appendChoiceBegin(delta, index);
    appendToolCall(delta, call);
    delta += "]}";
    return chunk(delta, choice);
}

QByteArray ChunkBuilder::finish(QByteArrayView reason, int choice) const { return chunk("{}", choice, reason); }

QByteArray ChunkBuilder::usage(const Usage &usage) const { return m_begin + "],\"usage\":" + usageObject(usage) + '}'; }

QByteArray chatCompletion(const AnswerHead &head, const QList<ChatChoice> &choices, const Usage &usage)
{
    QByteArray out = answerBegin(head, "chat.completion");
    for (qsizetype index = 0; index < choices.size(); ++index) {
        const ChatChoice &choice = choices[index];
        if (index > 0)
            out += ',';
        appendChoiceBegin(out, index);
        appendMessage(out, choice);
        appendFinishReason(out, choice.toolCalls.isEmpty() ? QByteArrayView(choice.finishReason) : "tool_calls");
    }
    out += "],\"usage\":";
    out += usageObject(usage);
    out += '}';
    return out;
}

QByteArray textCompletion(const AnswerHead &head, const QList<TextChoice> &choices, const std::optional<Usage> &usage)
{
    QByteArray out = answerBegin(head, "text_completion");
    for (const TextChoice &choice : choices) {
        if (!out.endsWith('['))
            out += ',';
        appendChoiceBegin(out, choice.index);
        out += "\"text\":";
        json::appendQuoted(out, choice.text);
        out += ",\"logprobs\":null";
        appendFinishReason(out, choice.finishReason);
    }
    out += ']';
    if (usage) {
        out += ",\"usage\":";
        out += usageObject(*usage);
    }
    out += '}';
    return out;
}

QByteArray usageObject(const Usage &usage)
{
    QByteArray out = "{\"prompt_tokens\":";
    out += QByteArray::number(usage.promptTokens);
    out += ",\"completion_tokens\":";
    out += QByteArray::number(usage.completionTokens);
    out += ",\"total_tokens\":";
    out += QByteArray::number(usage.totalTokens());
    out += '}';
    return out;
}

QByteArray newCompletionId() { return "chatcmpl-" + newRequestId().sliced(4); }

QByteArray newToolCallId() { return "call_" + newRequestId().sliced(4); }

}
