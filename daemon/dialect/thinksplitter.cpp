// SPDX-License-Identifier: Apache-2.0
#include "daemon/dialect/thinksplitter.h"

#include <algorithm>

namespace moe::dialect {

namespace {

constexpr QByteArrayView Opening("<think>");
constexpr QByteArrayView Closing("</think>");

bool isBlank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

void dropLeadingBlanks(QByteArray &text) { text.remove(0, std::ranges::find_if_not(text, isBlank) - text.cbegin()); }

// How many bytes at the end of `text` could be blanks in front of the closing tag, or the begin of that tag.
qsizetype undecidedTail(QByteArrayView text)
{
    qsizetype tag = std::min(Closing.size() - 1, text.size());
    while (tag > 0 && !text.endsWith(Closing.first(tag)))
        --tag;
    qsizetype begin = text.size() - tag;
    while (begin > 0 && isBlank(text[begin - 1]))
        --begin;
    return text.size() - begin;
}

}

QList<ThinkSplitter::Piece> ThinkSplitter::feed(QByteArrayView text)
{
    QList<Piece> pieces;
    m_held += text;
    while (true) {
        if (m_state == State::Begin) {
            if (!takeBegin())
                break;
        } else if (m_state == State::ReasoningBegin || m_state == State::Reasoning) {
            if (!takeReasoning(pieces))
                break;
        } else {
            if (m_state == State::ContentBegin)
                dropLeadingBlanks(m_held);
            if (!m_held.isEmpty()) {
                m_state = State::Content;
                pieces.append({Part::Content, std::exchange(m_held, {})});
            }
            break;
        }
    }
    return pieces;
}

// False while it is open whether the text begins with the tag.
bool ThinkSplitter::takeBegin()
{
    const auto first = std::ranges::find_if_not(m_held, isBlank) - m_held.cbegin();
    const QByteArrayView seen = QByteArrayView(m_held).sliced(first);
    if (seen.startsWith(Opening)) {
        m_held.remove(0, first + Opening.size());
        m_state = State::ReasoningBegin;
        return true;
    }
    if (Opening.startsWith(seen))
        return false;
    m_state = State::Content;
    return true;
}

// False while the reasoning goes on.
bool ThinkSplitter::takeReasoning(QList<Piece> &pieces)
{
    if (m_state == State::ReasoningBegin)
        dropLeadingBlanks(m_held);
    if (m_held.isEmpty())
        return false;
    m_state = State::Reasoning;
    const qsizetype tag = m_held.indexOf(Closing);
    qsizetype size = tag >= 0 ? tag : m_held.size() - undecidedTail(m_held);
    while (tag >= 0 && size > 0 && isBlank(m_held[size - 1]))
        --size;
    if (size > 0)
        pieces.append({Part::Reasoning, m_held.first(size)});
    m_held.remove(0, tag >= 0 ? tag + Closing.size() : size);
    if (tag >= 0)
        m_state = State::ContentBegin;
    return tag >= 0;
}

QList<ThinkSplitter::Piece> ThinkSplitter::finish()
{
    const bool isReasoning = m_state == State::ReasoningBegin || m_state == State::Reasoning;
    if (m_held.isEmpty())
        return {};
    return {{isReasoning ? Part::Reasoning : Part::Content, std::exchange(m_held, {})}};
}

}
