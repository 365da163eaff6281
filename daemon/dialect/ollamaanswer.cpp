// SPDX-License-Identifier: Apache-2.0
#include "daemon/dialect/ollamaanswer.h"

#include <algorithm>

namespace moe::dialect {

namespace {

Usage usageOf(const OllamaFrame &frame, const Usage &counted)
{
    return {frame.promptTokens.value_or(counted.promptTokens),
        frame.completionTokens.value_or(counted.completionTokens),
        !frame.promptTokens || !frame.completionTokens};
}

Error unreadable(const char *what)
{
    return Error::of(ErrorCode::BadGateway, QStringLiteral("The model's server %1.").arg(QLatin1StringView(what)));
}

}

OllamaStream::OllamaStream(const AnswerHead &head, AnswerKind kind, qint64 promptTokensEstimate, int choice)
    : m_head(head), m_builder(head), m_kind(kind), m_choice(choice), m_usage{promptTokensEstimate, 0, true}
{
}

Result<QByteArrayList> OllamaStream::feedLine(QByteArrayView line)
{
    if (m_isFinished)
        return failure(unreadable("went on after the end of its answer"));
    TRY(const OllamaFrame frame, readOllamaFrame(line));
    QByteArrayList chunks;
    if (!m_hasBegun && m_kind == AnswerKind::Chat)
        chunks.append(m_builder.role(m_choice));
    m_hasBegun = true;
    if (frame.hasOutput())
        ++m_usage.completionTokens; // a frame is a token, near enough, should the node never tell
    if (!frame.thinking.isEmpty() && m_kind == AnswerKind::Chat)
        chunks.append(m_builder.reasoning(frame.thinking, m_choice));
    if (m_kind == AnswerKind::Text)
        appendContent(chunks, frame.content);
    else if (!frame.content.isEmpty())
        appendPieces(chunks, m_splitter.feed(frame.content));
    if (!frame.toolCalls.isEmpty())
        appendPieces(chunks, m_splitter.finish());
    for (const ToolCall &call : frame.toolCalls)
        chunks.append(m_builder.toolCall(call, m_toolCalls++, m_choice));
    if (frame.isDone)
        appendEnd(chunks, frame);
    return chunks;
}

void OllamaStream::appendPieces(QByteArrayList &chunks, const QList<ThinkSplitter::Piece> &pieces)
{
    for (const auto &[part, text] : pieces) {
        if (part == ThinkSplitter::Part::Reasoning)
            chunks.append(m_builder.reasoning(text, m_choice));
        else
            appendContent(chunks, text);
    }
}

void OllamaStream::appendContent(QByteArrayList &chunks, const QByteArray &text)
{
    if (text.isEmpty())
        return;
    chunks.append(m_kind == AnswerKind::Chat ? m_builder.content(text, m_choice)
                                             : textCompletion(m_head, {{text, {}, m_choice}}, {}));
}

void OllamaStream::appendEnd(QByteArrayList &chunks, const OllamaFrame &frame)
{
    m_isFinished = true;
    appendPieces(chunks, m_splitter.finish());
    m_usage = usageOf(frame, m_usage);
    const QByteArray reason = m_toolCalls > 0 ? QByteArray("tool_calls") : frame.finishReason;
    chunks.append(m_kind == AnswerKind::Chat ? m_builder.finish(reason, m_choice)
                                             : textCompletion(m_head, {{{}, reason, m_choice}}, {}));
}

QByteArray OllamaStream::usageChunk(const Usage &usage) const
{
    return m_kind == AnswerKind::Chat ? m_builder.usage(usage) : textCompletion(m_head, {}, usage);
}

Result<OllamaAnswer> readOllamaAnswer(QByteArrayView body, int status, qint64 promptTokensEstimate)
{
    TRY(const OllamaFrame frame, readOllamaFrame(body, status));
    if (!frame.isDone)
        return failure(unreadable("did not finish its answer"));
    OllamaAnswer answer;
    answer.choice.reasoning = frame.thinking;
    answer.choice.toolCalls = frame.toolCalls;
    answer.choice.finishReason = frame.finishReason;
    ThinkSplitter splitter;
    for (const auto &[part, text] : splitter.feed(frame.content) + splitter.finish())
        (part == ThinkSplitter::Part::Reasoning ? answer.choice.reasoning : answer.choice.content) += text;
    const qint64 counted = qint64(frame.content.size() + frame.thinking.size()) * 2 / 7; // 3.5 characters a token
    answer.usage = usageOf(frame, {promptTokensEstimate, counted, true});
    return answer;
}

QByteArray ollamaCompletion(const AnswerHead &head, AnswerKind kind, const QList<OllamaAnswer> &answers)
{
    QList<ChatChoice> chats;
    QList<TextChoice> texts;
    Usage usage;
    for (const OllamaAnswer &answer : answers) {
        usage.promptTokens = std::max(usage.promptTokens, answer.usage.promptTokens);
        usage.completionTokens += answer.usage.completionTokens;
        if (kind == AnswerKind::Chat)
            chats.append(answer.choice);
        else
            texts.append({answer.choice.content, answer.choice.finishReason, int(texts.size())});
    }
    return kind == AnswerKind::Chat ? chatCompletion(head, chats, usage) : textCompletion(head, texts, usage);
}

}
