// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/textstats.h"

#include "daemon/tools/arguments.h"
#include "daemon/tools/calculation.h"

#include <QSet>
#include <QTextBoundaryFinder>

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

using wire::Field;
using wire::Presence;

constexpr qint64 wordsPerMinute = 200;
constexpr qint64 secondsPerMinute = 60;

struct TextInput {
    QString text;

    static constexpr auto fields()
    {
        return std::tuple{Field<&TextInput::text>{"text"_L1, Presence::Required, "The text to look at."_L1}};
    }
};

struct TextFacts {
    qint64 words = 0;
    qint64 uniqueWords = 0;
    qint64 characters = 0;
    qint64 charactersWithoutSpaces = 0;
    qint64 codePoints = 0;
    qint64 sentences = 0;
    qint64 paragraphs = 0;
    qint64 readingTimeSeconds = 0;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&TextFacts::words>{"words"_L1, Presence::Required},
            Field<&TextFacts::uniqueWords>{"unique_words"_L1, Presence::Required,
                                           "Different words, without regard to case."_L1},
            Field<&TextFacts::characters>{"characters"_L1, Presence::Required,
                                          "As people count them: a letter with its accents, an emoji, a line end."_L1},
            Field<&TextFacts::charactersWithoutSpaces>{"characters_without_spaces"_L1, Presence::Required,
                                                       "The same without white space and line ends."_L1},
            Field<&TextFacts::codePoints>{"code_points"_L1, Presence::Required, "Characters as Unicode has them."_L1},
            Field<&TextFacts::sentences>{"sentences"_L1, Presence::Required},
            Field<&TextFacts::paragraphs>{"paragraphs"_L1, Presence::Required,
                                          "Parts with empty lines between them."_L1},
            Field<&TextFacts::readingTimeSeconds>{"reading_time_seconds"_L1, Presence::Required,
                                                  "At 200 words a minute, rounded up."_L1}};
    }
};

/// Calls `visit(part)` for every piece between two boundaries.
template <typename Visit>
void forEachPart(const QString &text, QTextBoundaryFinder::BoundaryType type, Visit visit)
{
    QTextBoundaryFinder finder(type, text);
    qsizetype begin = 0;
    for (qsizetype end = finder.toNextBoundary(); end > 0; end = finder.toNextBoundary()) {
        visit(QStringView(text).sliced(begin, end - begin));
        begin = end;
    }
}

bool isBlank(QStringView text)
{
    return std::ranges::all_of(text, [](QChar c) { return c.isSpace(); });
}

/// What has a letter or a digit, of any script.
bool isWord(QStringView part)
{
    for (qsizetype at = 0; at < part.size(); ++at) {
        const bool isPair = part[at].isHighSurrogate() && at + 1 < part.size();
        const char32_t c = isPair ? QChar::surrogateToUcs4(part[at], part[at + 1]) : part[at].unicode();
        if (QChar::isLetterOrNumber(c))
            return true;
    }
    return false;
}

void countWords(const QString &text, TextFacts &facts)
{
    QSet<QString> different;
    forEachPart(text, QTextBoundaryFinder::Word, [&](QStringView part) {
        if (!isWord(part))
            return;
        ++facts.words;
        different.insert(part.toString().toUpper()); // "ß" is "SS"
    });
    facts.uniqueWords = different.size();
    facts.readingTimeSeconds = (facts.words * secondsPerMinute + wordsPerMinute - 1) / wordsPerMinute;
}

void countCharacters(const QString &text, TextFacts &facts)
{
    forEachPart(text, QTextBoundaryFinder::Grapheme, [&](QStringView part) {
        ++facts.characters;
        facts.charactersWithoutSpaces += isBlank(part) ? 0 : 1;
    });
    facts.codePoints = std::ranges::count_if(text, [](QChar c) { return !c.isLowSurrogate(); });
}

qint64 paragraphsIn(const QString &text)
{
    qint64 paragraphs = 0;
    bool isInside = false;
    for (const QStringView line : QStringView(text).tokenize(u'\n')) {
        const bool hasText = !isBlank(line);
        paragraphs += hasText && !isInside ? 1 : 0;
        isInside = hasText;
    }
    return paragraphs;
}

Result<TextFacts> textFacts(const TextInput &input)
{
    TextFacts facts;
    countWords(input.text, facts);
    countCharacters(input.text, facts);
    forEachPart(input.text, QTextBoundaryFinder::Sentence,
                [&](QStringView part) { facts.sentences += isWord(part) ? 1 : 0; });
    facts.paragraphs = paragraphsIn(input.text);
    return facts;
}

QString factsText(const TextInput &, const TextFacts &facts)
{
    const QStringList parts{counted(facts.words, "word"_L1) + u" (%1 different)"_s.arg(facts.uniqueWords),
                            counted(facts.characters, "character"_L1)
                                + u" (%1 without spaces)"_s.arg(facts.charactersWithoutSpaces),
                            counted(facts.sentences, "sentence"_L1), counted(facts.paragraphs, "paragraph"_L1),
                            u"%1 min %2 s to read"_s.arg(facts.readingTimeSeconds / secondsPerMinute)
                                .arg(facts.readingTimeSeconds % secondsPerMinute)};
    return parts.join(u", "_s);
}

}

ToolList textStatsTools()
{
    return {calculation({"text_analyze"_L1, "Text statistics"_L1,
                         "Counts the words, different words, characters, sentences and paragraphs of a text in any "
                         "script, and says how long it takes to read."_L1},
                        &textFacts, &factsText)};
}

}
