// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QList>

namespace moe::dialect {

/// Takes the reasoning out of the text of models that write it in front of their answer as `<think>…</think>`,
/// however the text is cut into pieces. Only a tag that opens the text counts: one further on is text about tags.
/// White space around the reasoning belongs to neither part.
class ThinkSplitter
{
public:
    enum class Part { Reasoning, Content };
    struct Piece {
        Part part = Part::Content;
        QByteArray text;

        friend bool operator==(const Piece &, const Piece &) = default;
    };

    /// Where the text begins: some chat templates open the tag themselves, then only the closing one is seen.
    explicit ThinkSplitter(Part begin = Part::Content)
        : m_state(begin == Part::Content ? State::Begin : State::ReasoningBegin)
    { }

    /// What can be told by now; the beginning of a tag is held back until it is known to be one or not.
    [[nodiscard]] QList<Piece> feed(QByteArrayView text);

    /// What is held back still. To be called once, at the end of the text.
    [[nodiscard]] QList<Piece> finish();

private:
    enum class State { Begin, ReasoningBegin, Reasoning, ContentBegin, Content };
    bool takeBegin();
    bool takeReasoning(QList<Piece> &pieces);

    State m_state;
    QByteArray m_held;
};

}
