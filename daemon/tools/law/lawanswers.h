// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/arguments.h"
#include "daemon/tools/law/lawindex.h"
#include "shared/wire/codec.h"
#include "shared/wire/schema.h"

#include <optional>

/// What the tools on German law take and give.
namespace moe::law {

using namespace Qt::StringLiterals;
using wire::Field;
using wire::Presence;

struct LawSearch {
    QString query;
    std::optional<tools::ExactInteger> limit;

    static constexpr auto fields()
    {
        return std::tuple{Field<&LawSearch::query>{"query"_L1, Presence::Required,
                                                   "Topic, name or abbreviation: \"Mietrecht\", \"BGB\"."_L1},
                          Field<&LawSearch::limit>{"limit"_L1, Presence::Optional,
                                                   "How many laws at most, 1 to 50; 10 if not said."_L1}};
    }
};

struct LawName {
    QString law;
    std::optional<tools::ExactInteger> part;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&LawName::law>{"law"_L1, Presence::Required,
                                 "Abbreviation or title: \"BGB\", \"Grundgesetz\", \"SGB V\"."_L1},
            Field<&LawName::part>{"part"_L1, Presence::Optional, "Which part of long contents; 1 if not said."_L1}};
    }
};

struct ParagraphName {
    QString law;
    tools::NumberText paragraph;
    std::optional<tools::ExactInteger> part;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&ParagraphName::law>{"law"_L1, Presence::Optional,
                                       "Abbreviation or title; may be left out if \"paragraph\" names it."_L1},
            Field<&ParagraphName::paragraph>{
                "paragraph"_L1, Presence::Required,
                "\"\xa7 433\", \"433\", \"\xa7 433 Abs. 1\", \"Art. 1\", \"Anlage 1\"; also with the law: \"\xa7 433 "
                "BGB\"."_L1},
            Field<&ParagraphName::part>{"part"_L1, Presence::Optional, "Which part of a long text; 1 if not said."_L1}};
    }
};

struct TextSearch {
    QString query;
    std::optional<QString> law;
    std::optional<tools::ExactInteger> limit;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&TextSearch::query>{"query"_L1, Presence::Required, "Words, in any inflection."_L1},
            Field<&TextSearch::law>{"law"_L1, Presence::Optional, "Only in this law: abbreviation or title."_L1},
            Field<&TextSearch::limit>{"limit"_L1, Presence::Optional,
                                      "How many paragraphs at most, 1 to 50; 10 if not said."_L1}};
    }
};

/// Why a law is among the results.
enum class FoundBy { Name, Topic, Title, Text };
constexpr auto enumNames(FoundBy)
{
    using wire::EnumName;
    return std::array{EnumName{FoundBy::Name, "name"_L1}, EnumName{FoundBy::Topic, "topic"_L1},
                      EnumName{FoundBy::Title, "title"_L1}, EnumName{FoundBy::Text, "text"_L1}};
}

struct FoundLaw {
    QString law;
    QString title;
    QString status;
    QString textDate;
    FoundBy foundBy = FoundBy::Name;
    QString topic;
    QString paragraphs; ///< "§§ 535–580a"; of a text: those with the words

    static constexpr auto fields()
    {
        return std::tuple{Field<&FoundLaw::law>{"law"_L1, Presence::Required},
                          Field<&FoundLaw::title>{"title"_L1, Presence::Required},
                          Field<&FoundLaw::status>{"status"_L1, Presence::Required, "What changed it last."_L1},
                          Field<&FoundLaw::textDate>{"text_date"_L1, Presence::Required, "When the text was made."_L1},
                          Field<&FoundLaw::foundBy>{"found_by"_L1, Presence::Required},
                          Field<&FoundLaw::topic>{"topic"_L1},
                          Field<&FoundLaw::paragraphs>{"paragraphs"_L1, Presence::Optional,
                                                       "Where in the law; empty: all of it."_L1}};
    }
};

struct FoundLaws {
    QString query;
    QList<FoundLaw> laws;

    static constexpr auto fields()
    {
        return std::tuple{Field<&FoundLaws::query>{"query"_L1, Presence::Required},
                          Field<&FoundLaws::laws>{"laws"_L1, Presence::Required}};
    }
};

struct ContentsLine {
    QString paragraph;
    QString title;

    static constexpr auto fields()
    {
        return std::tuple{Field<&ContentsLine::paragraph>{"paragraph"_L1, Presence::Required},
                          Field<&ContentsLine::title>{"title"_L1, Presence::Required}};
    }
};

struct ContentsSection {
    QString section;
    QList<ContentsLine> paragraphs;

    static constexpr auto fields()
    {
        return std::tuple{Field<&ContentsSection::section>{"section"_L1, Presence::Required},
                          Field<&ContentsSection::paragraphs>{"paragraphs"_L1, Presence::Required}};
    }
};

struct Overview {
    QString law;
    QString title;
    QString issued;
    QString status;
    QString textDate;
    qint64 count = 0;
    int part = 1;
    int parts = 1;
    QList<ContentsSection> sections;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&Overview::law>{"law"_L1, Presence::Required},
            Field<&Overview::title>{"title"_L1, Presence::Required},
            Field<&Overview::issued>{"issued"_L1, Presence::Required, "Date of the law itself."_L1},
            Field<&Overview::status>{"status"_L1, Presence::Required, "What changed it last."_L1},
            Field<&Overview::textDate>{"text_date"_L1, Presence::Required, "When the text was made."_L1},
            Field<&Overview::count>{"paragraph_count"_L1, Presence::Required},
            Field<&Overview::part>{"part"_L1, Presence::Required},
            Field<&Overview::parts>{"parts"_L1, Presence::Required, "Ask again with the next part for the rest."_L1},
            Field<&Overview::sections>{"sections"_L1, Presence::Required}};
    }
};

struct Paragraph {
    QString law;
    QString lawTitle;
    QString paragraph;
    QString title;
    QString section;
    QString status;
    QString textDate;
    bool isRepealed = false;
    QString selection; ///< "Abs. 1 Satz 2"; empty: the whole norm
    QString text;
    QString footnotes;
    int part = 1;
    int parts = 1;
    std::optional<QString> note;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&Paragraph::law>{"law"_L1, Presence::Required},
            Field<&Paragraph::lawTitle>{"law_title"_L1, Presence::Required},
            Field<&Paragraph::paragraph>{"paragraph"_L1, Presence::Required},
            Field<&Paragraph::title>{"title"_L1, Presence::Required},
            Field<&Paragraph::section>{"section"_L1, Presence::Required},
            Field<&Paragraph::status>{"status"_L1, Presence::Required, "What changed the law last."_L1},
            Field<&Paragraph::textDate>{"text_date"_L1, Presence::Required, "When the text was made."_L1},
            Field<&Paragraph::isRepealed>{"repealed"_L1, Presence::Required},
            Field<&Paragraph::selection>{"selection"_L1, Presence::Required,
                                         "What was asked for within the paragraph. The text is of its \"Abs.\"."_L1},
            Field<&Paragraph::text>{"text"_L1, Presence::Required},
            Field<&Paragraph::footnotes>{"footnotes"_L1, Presence::Required, "Remarks of the publisher."_L1},
            Field<&Paragraph::part>{"part"_L1, Presence::Required},
            Field<&Paragraph::parts>{"parts"_L1, Presence::Required, "Ask again with the next part for the rest."_L1},
            Field<&Paragraph::note>{"note"_L1, Presence::Optional, "What of the citation was left out."_L1}};
    }
};

struct FoundText {
    QString law;
    QString paragraph;
    QString title;
    QString section;
    QString textDate;
    QString excerpt;

    static constexpr auto fields()
    {
        return std::tuple{Field<&FoundText::law>{"law"_L1, Presence::Required},
                          Field<&FoundText::paragraph>{"paragraph"_L1, Presence::Required},
                          Field<&FoundText::title>{"title"_L1, Presence::Required},
                          Field<&FoundText::section>{"section"_L1, Presence::Required},
                          Field<&FoundText::textDate>{"text_date"_L1, Presence::Required, "When the text was made."_L1},
                          Field<&FoundText::excerpt>{"excerpt"_L1, Presence::Required}};
    }
};

struct FoundTexts {
    QString query;
    QList<FoundText> hits;

    static constexpr auto fields()
    {
        return std::tuple{Field<&FoundTexts::query>{"query"_L1, Presence::Required},
                          Field<&FoundTexts::hits>{"hits"_L1, Presence::Required}};
    }
};

/// In one line each.
[[nodiscard]] QString textOf(const FoundLaws &answer);
[[nodiscard]] QString textOf(const Overview &answer);
[[nodiscard]] QString textOf(const Paragraph &answer);
[[nodiscard]] QString textOf(const FoundTexts &answer);

}
