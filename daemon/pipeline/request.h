// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"
#include "shared/wire/jsonscan.h"

#include <QByteArray>
#include <QList>

#include <optional>

namespace moe::pipeline {

/// Who said something earlier in the conversation.
enum class Speaker { User, Assistant };

/// A text of the conversation before the present input, UTF-8.
struct HistoryMessage {
    Speaker speaker = Speaker::User;
    QByteArray text;

    friend bool operator==(const HistoryMessage &, const HistoryMessage &) = default;
};

/// How much of the conversation a model is shown.
struct HistoryLimit {
    int turns = 4;                ///< a turn begins with a message of the user's
    qsizetype characters = 3'000; ///< of all turns together
};

/// What the pipeline reads from an OpenAI chat completion request. Texts are resolved when they are asked for; the
/// request's bytes are shared.
class ChatRequest
{
public:
    /// Errors name the field, such as "messages[2].content".
    [[nodiscard]] static Result<ChatRequest> parse(QByteArray body);

    /// System and developer messages, joined by blank lines.
    [[nodiscard]] const QByteArray &system() const { return m_system; }
    /// The last message of the user, its text parts joined; what tools said after it is appended.
    [[nodiscard]] const QByteArray &input() const { return m_input; }
    [[nodiscard]] bool hasImages() const { return m_hasImages; }
    /// That message's content as the client wrote it: a JSON string or an array of parts.
    [[nodiscard]] QByteArrayView inputContent() const { return m_inputContent.in(m_body); }

    /// Turns before the input, oldest first. Whole turns are left out, oldest first; the newest is shortened if it
    /// alone is too long.
    [[nodiscard]] QList<HistoryMessage> history(HistoryLimit limit) const;

    /// The members that shape the final answer (temperature, stop, response_format …) as the client wrote them, each
    /// followed by a comma.
    [[nodiscard]] const QByteArray &answerParameters() const { return m_answerParameters; }

    /// Whether an answer may begin with a line of ours: not if the client wants a format, stops at strings that the
    /// line would meet, or allows so few tokens that the line would be felt.
    [[nodiscard]] bool allowsFirstLine() const { return m_allowsFirstLine; }

private:
    struct Message {
        QByteArray role;
        json::Span content;
    };
    [[nodiscard]] Result<void> readMessages(QList<Message> messages);
    void readParameter(QByteArrayView key, json::Span value);
    [[nodiscard]] QByteArray textOf(json::Span content) const;
    [[nodiscard]] QList<HistoryMessage> turnBefore(qsizetype &end) const;

    QByteArray m_body;
    QList<Message> m_earlier; // without system messages, before the input
    QByteArray m_system;
    QByteArray m_input;
    json::Span m_inputContent;
    QByteArray m_answerParameters;
    bool m_hasImages = false;
    bool m_allowsFirstLine = true;
};

}
