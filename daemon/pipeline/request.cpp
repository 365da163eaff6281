// SPDX-License-Identifier: Apache-2.0
#include "daemon/pipeline/request.h"

#include "daemon/pipeline/textcut.h"
#include "shared/wire/jsoncursor.h"

#include <array>

using namespace Qt::StringLiterals;

namespace moe::pipeline {

namespace {

constexpr std::array answerParameterNames{"temperature",
                                          "top_p",
                                          "top_k",
                                          "seed",
                                          "stop",
                                          "max_tokens",
                                          "presence_penalty",
                                          "frequency_penalty",
                                          "response_format",
                                          "reasoning_effort",
                                          "max_completion_tokens"};
constexpr qint64 fewTokens = 64; // the first line takes about six

bool isPlainText(QByteArrayView body, json::Span format)
{
    const auto type = json::member(body, format, "type");
    return type && json::unescaped(body, *type) == "text";
}

/// Whether a stop string would end the answer within the line we ask for.
bool stopMeetsFirstLine(QByteArrayView body, json::Span stop)
{
    static constexpr QByteArrayView lines[]{"CONFIDENCE: high\n", "CONFIDENCE: medium\n", "CONFIDENCE: low\n"};
    bool isMet = false;
    const auto check = [&isMet, body](json::Span text) {
        const QByteArray word = json::unescaped(body, text);
        // A longer stop string such as "\n\n" may begin at the line's end.
        isMet = isMet || word.startsWith('\n')
            || (!word.isEmpty() && std::ranges::any_of(lines, [&word](auto line) { return line.contains(word); }));
        return !isMet;
    };
    if (stop.kind == json::Kind::Array)
        json::forEachElement(body, stop, check);
    else
        check(stop);
    return isMet;
}

bool hasImagePart(QByteArrayView body, json::Span content)
{
    bool isFound = false;
    if (content.kind != json::Kind::Array)
        return false;
    json::forEachElement(body, content, [&](json::Span part) {
        const auto type = json::member(body, part, "type");
        isFound = type && json::unescaped(body, *type) == "image_url";
        return !isFound;
    });
    return isFound;
}

bool isInstruction(const QByteArray &role) { return role == "system" || role == "developer"; }
bool isToolResult(const QByteArray &role) { return role == "tool" || role == "function"; }

void appendParagraph(QByteArray &text, const QByteArray &paragraph)
{
    if (paragraph.isEmpty())
        return;
    if (!text.isEmpty())
        text += "\n\n";
    text += paragraph;
}

}

Result<ChatRequest> ChatRequest::parse(QByteArray body)
{
    ChatRequest request;
    request.m_body = std::move(body);
    QList<Message> messages;
    json::Cursor cursor(request.m_body);
    cursor.object([&](QByteArrayView key) {
        if (key == "messages") {
            cursor.array([&] {
                Message message;
                cursor.object([&](QByteArrayView member) {
                    if (member == "role")
                        message.role = cursor.string();
                    else if (member == "content")
                        message.content = cursor.skip();
                });
                messages.append(message);
            });
        } else if (std::ranges::contains(answerParameterNames, key)) {
            const json::Span value = cursor.skip();
            if (!cursor.isFailed())
                request.readParameter(key, value);
        }
    });
    TRY_VOID(cursor.finish());
    TRY_VOID(request.readMessages(std::move(messages)));
    return request;
}

Result<void> ChatRequest::readMessages(QList<Message> messages)
{
    const auto isUser = [](const Message &message) { return message.role == "user"; };
    const auto last = std::ranges::find_last_if(messages, isUser);
    if (last.empty()) {
        return failure(Error::invalid(u"The request has no message of role \"user\" to answer."_s, u"messages"_s));
    }
    const qsizetype inputIndex = last.begin() - messages.begin();
    m_inputContent = last.begin()->content;
    m_input = textOf(m_inputContent);
    m_hasImages = hasImagePart(m_body, m_inputContent);
    for (qsizetype i = 0; i < messages.size(); ++i) {
        const Message &message = messages[i];
        if (isInstruction(message.role))
            appendParagraph(m_system, textOf(message.content));
        else if (i < inputIndex)
            m_earlier.append(message);
        else if (isToolResult(message.role))
            appendParagraph(m_input, "Result of a tool:\n" + textOf(message.content));
    }
    if (m_input.trimmed().isEmpty() && !m_hasImages) {
        return failure(Error::invalid(u"The last message of role \"user\" has no text."_s,
                                      u"messages[%1].content"_s.arg(inputIndex)));
    }
    return {};
}

void ChatRequest::readParameter(QByteArrayView key, json::Span value)
{
    if (value.kind == json::Kind::Null)
        return;
    m_answerParameters += '"' + key.toByteArray() + "\":" + value.in(m_body).toByteArray() + ',';
    if (key == "response_format")
        m_allowsFirstLine = m_allowsFirstLine && isPlainText(m_body, value);
    else if (key == "stop")
        m_allowsFirstLine = m_allowsFirstLine && !stopMeetsFirstLine(m_body, value);
    else if (key == "max_tokens" || key == "max_completion_tokens")
        m_allowsFirstLine = m_allowsFirstLine && json::integer(m_body, value).value_or(fewTokens) >= fewTokens;
}

QByteArray ChatRequest::textOf(json::Span content) const
{
    if (content.kind == json::Kind::String)
        return json::unescaped(m_body, content);
    QByteArray text;
    if (content.kind == json::Kind::Array) {
        json::forEachElement(m_body, content, [&](json::Span part) {
            if (const auto words = json::member(m_body, part, "text"))
                appendParagraph(text, json::unescaped(m_body, *words));
            return true;
        });
    }
    return text;
}

/// The turn that ends before `end`; moves `end` to its beginning.
QList<HistoryMessage> ChatRequest::turnBefore(qsizetype &end) const
{
    QList<HistoryMessage> turn;
    while (end > 0) {
        const Message &message = m_earlier[--end];
        const Speaker speaker = message.role == "assistant" ? Speaker::Assistant : Speaker::User;
        if (const QByteArray text = textOf(message.content); !text.isEmpty())
            turn.prepend({speaker, text});
        if (message.role == "user")
            break;
    }
    return turn;
}

QList<HistoryMessage> ChatRequest::history(HistoryLimit limit) const
{
    QList<HistoryMessage> kept;
    qsizetype room = limit.characters;
    qsizetype end = m_earlier.size();
    for (int turns = 0; turns < limit.turns && end > 0; ++turns) {
        QList<HistoryMessage> turn = turnBefore(end);
        qsizetype size = 0;
        for (const HistoryMessage &message : turn)
            size += characterCount(message.text);
        if (size > room && !kept.isEmpty())
            break;
        if (size > room) {
            for (HistoryMessage &message : turn)
                message.text = cutAtSentence(message.text, room / turn.size()).toByteArray();
        }
        kept = turn + kept;
        room -= size;
    }
    return kept;
}

}
