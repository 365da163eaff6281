// SPDX-License-Identifier: Apache-2.0
#include "daemon/pipeline/confidence.h"

#include "daemon/pipeline/textcut.h"
#include "shared/core/text.h"

#include <array>
#include <optional>

using namespace Qt::StringLiterals;

namespace moe::pipeline {

namespace {

constexpr qsizetype longestHead = 96; // of a confidence line with all its decoration
constexpr qsizetype shortAnswer = 40;

bool isDecoration(char c) { return c == '*' || c == '_' || c == '#' || c == '>' || c == '`' || c == '[' || c == ']'; }
bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

enum class Match { No, Incomplete, Yes };

struct HeadMatch {
    Match match = Match::No;
    Confidence level = Confidence::Medium;
    qsizetype length = 0; ///< up to and including the level
};

/// Compares `text` from `at` on with `word`; moves `at` behind it on success.
Match matchWord(QByteArrayView text, qsizetype &at, QByteArrayView word)
{
    const qsizetype length = std::min(word.size(), text.size() - at);
    if (!equalsIgnoringCase(text.sliced(at, length), word.first(length)))
        return Match::No;
    if (length < word.size())
        return Match::Incomplete;
    at += length;
    return Match::Yes;
}

template <typename Predicate>
void skip(QByteArrayView text, qsizetype &at, Predicate isSkipped)
{
    while (at < text.size() && isSkipped(text[at]))
        ++at;
}

HeadMatch matchLevel(QByteArrayView text, qsizetype at, bool isComplete)
{
    constexpr std::array levels{std::pair{"high", Confidence::High}, std::pair{"medium", Confidence::Medium},
                                std::pair{"low", Confidence::Low}};
    for (const auto &[name, level] : levels) {
        qsizetype end = at;
        const Match match = matchWord(text, end, name);
        if (match == Match::Incomplete)
            return {isComplete ? Match::No : Match::Incomplete};
        if (match == Match::No)
            continue;
        if (end == text.size())
            return {isComplete ? Match::Yes : Match::Incomplete, level, end};
        // "CONFIDENCE: lower" or "low-level" is a sentence, not a level.
        const bool isWholeWord = !isLetter(text[end]) && text[end] != '-';
        return {isWholeWord ? Match::Yes : Match::No, level, end};
    }
    return {};
}

HeadMatch matchHead(QByteArrayView text, bool isComplete)
{
    const auto undecided = HeadMatch{isComplete ? Match::No : Match::Incomplete};
    if (text.size() > longestHead)
        return {};
    qsizetype at = 0;
    skip(text, at, [](char c) { return isBlank(c) || isDecoration(c) || c == '\n'; });
    if (at == text.size())
        return undecided;
    if (const Match word = matchWord(text, at, "CONFIDENCE"); word != Match::Yes)
        return word == Match::No ? HeadMatch{} : undecided;
    skip(text, at, [](char c) { return isBlank(c) || isDecoration(c); });
    if (at == text.size())
        return undecided;
    if (text[at] != ':')
        return {};
    ++at;
    skip(text, at, [](char c) { return isBlank(c) || isDecoration(c); });
    return at == text.size() ? undecided : matchLevel(text, at, isComplete);
}

}

QLatin1StringView confidenceName(Confidence confidence)
{
    switch (confidence) {
    case Confidence::Low: return "low"_L1;
    case Confidence::Medium: return "medium"_L1;
    case Confidence::High: return "high"_L1;
    }
    return {};
}

double confidenceScore(Confidence confidence)
{
    switch (confidence) {
    case Confidence::Low: return 0.3;
    case Confidence::Medium: return 0.6;
    case Confidence::High: return 0.9;
    }
    return 0;
}

QByteArray ConfidenceReader::feed(QByteArrayView bytes)
{
    if (m_state == State::Text)
        return bytes.toByteArray();
    if (m_state == State::Gap)
        return afterGap(bytes);
    // Byte by byte, so that how the stream was cut cannot matter; it is a few dozen bytes.
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        m_head.append(bytes[i]);
        const HeadMatch head = matchHead(m_head, false);
        if (head.match == Match::Incomplete)
            continue;
        m_isStated = head.match == Match::Yes;
        m_confidence = m_isStated ? head.level : Confidence::Medium;
        m_state = m_isStated ? State::Gap : State::Text;
        const QByteArray line = std::exchange(m_head, {});
        QByteArray known = m_isStated ? afterGap(QByteArrayView(line).sliced(head.length)) : line;
        known += feed(bytes.sliced(i + 1));
        return known;
    }
    return {};
}

QByteArray ConfidenceReader::finish()
{
    if (m_state != State::Head)
        return {};
    const HeadMatch head = matchHead(m_head, true);
    m_state = State::Text;
    m_isStated = head.match == Match::Yes;
    if (!m_isStated)
        return std::exchange(m_head, {});
    m_confidence = head.level;
    return {};
}

QByteArray ConfidenceReader::afterGap(QByteArrayView bytes)
{
    // Marks and stops that close the line, then empty lines. Only the line's own marks go: "**Yes**" on the next line
    // keeps its asterisks.
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        const char c = bytes[i];
        if (c == '\n')
            m_isLineOver = true;
        else if (!isBlank(c) && (m_isLineOver || !(isDecoration(c) || c == '.' || c == ','))) {
            m_state = State::Text;
            return bytes.sliced(i).toByteArray();
        }
    }
    return {};
}

Confidence assessed(Confidence stated, QByteArrayView answer, QByteArrayView task)
{
    static constexpr std::array words{"explain", "describe",  "compare",   "summar", "why",   "write",   "list",
                                      "erklär",  "beschreib", "vergleich", "fasse",  "warum", "schreib", "erläuter"};
    if (characterCount(answer.trimmed()) >= shortAnswer)
        return stated;
    const QByteArray lower = task.toByteArray().toLower();
    const bool asksForMore = std::ranges::any_of(words, [&lower](const char *word) { return lower.contains(word); });
    return asksForMore ? Confidence::Low : stated;
}

}
