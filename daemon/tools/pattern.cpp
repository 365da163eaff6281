// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/pattern.h"

#include "daemon/tools/arguments.h"
#include "daemon/tools/calculation.h"

#include <re2/re2.h>

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

using wire::Field;
using wire::Presence;

constexpr qsizetype longestPattern = 1000;
constexpr qsizetype largestText = 256 * 1024;
constexpr qint64 mostMemory = 1024 * 1024;
constexpr qint64 mostSteps = 50'000'000; // instructions of the pattern, times bytes of the text
constexpr int mostGroups = 32;
constexpr qsizetype mostMatches = 200;
constexpr qsizetype mostMatchedBytes = 24 * 1024; // of all matches and their groups
constexpr std::chrono::milliseconds longestSearch{500};

struct PatternInput {
    QByteArray pattern;
    QByteArray text;
    QString flags;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&PatternInput::pattern>{"pattern"_L1, Presence::Required,
                                          "A regular expression in RE2's syntax: as in Perl, without look-around and "
                                          "back references; (?P<name>...) or (?<name>...) names a group. \\w, \\d, \\s "
                                          "and \\b know ASCII only: \\p{L} is any letter, \\p{N} any number."_L1},
            Field<&PatternInput::text>{"text"_L1, Presence::Required, "The text to search."_L1},
            Field<&PatternInput::flags>{"flags"_L1, Presence::Optional,
                                        "Any of i (ignore case), m (^ and $ match at lines), s (. matches line "
                                        "ends)."_L1}};
    }
};

struct Group {
    int number = 0;
    std::optional<QString> name = {};
    std::optional<QString> text = {};
    std::optional<qint64> start = {};
    std::optional<qint64> end = {};

    static constexpr auto fields()
    {
        return std::tuple{Field<&Group::number>{"number"_L1, Presence::Required}, Field<&Group::name>{"name"_L1},
                          Field<&Group::text>{"text"_L1, Presence::Nullable, "null if the group took no part."_L1},
                          Field<&Group::start>{"start"_L1}, Field<&Group::end>{"end"_L1}};
    }
};

struct Match {
    QString text;
    qint64 start = 0;
    qint64 end = 0;
    QList<Group> groups;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&Match::text>{"text"_L1, Presence::Required},
            Field<&Match::start>{"start"_L1, Presence::Required,
                                 "Offset of its first character from the beginning of the text, in characters "
                                 "(Unicode code points), from 0."_L1},
            Field<&Match::end>{"end"_L1, Presence::Required, "Offset behind its last character."_L1},
            Field<&Match::groups>{"groups"_L1, Presence::Required}};
    }
};

struct PatternOutput {
    QList<Match> matches;
    bool isTruncated = false;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&PatternOutput::matches>{"matches"_L1, Presence::Required, "In order, not overlapping."_L1},
            Field<&PatternOutput::isTruncated>{"is_truncated"_L1, Presence::Required,
                                               "Whether there may be further matches that are left out."_L1}};
    }
};

/// Begins of characters in UTF-8.
qint64 charactersIn(const char *begin, const char *end)
{
    return std::count_if(begin, end, [](char c) { return (quint8(c) & 0xc0) != 0x80; });
}

/// Goes through a text from match to match.
class Search
{
public:
    /// Both outlive it.
    Search(const RE2 &pattern, const QByteArray &text)
        : m_pattern(pattern)
        , m_text(text.constData(), size_t(text.size())) // never null: that is a group without a part
        , m_parts(size_t(pattern.NumberOfCapturingGroups()) + 1)
    { }

    [[nodiscard]] Result<PatternOutput> all()
    {
        const auto end = std::chrono::steady_clock::now() + longestSearch;
        while (m_at <= m_text.size()
               && m_pattern.Match(m_text, m_at, m_text.size(), RE2::UNANCHORED, m_parts.data(), int(m_parts.size()))) {
            if (m_output.matches.size() == mostMatches || m_bytes > mostMatchedBytes) {
                m_output.isTruncated = true;
                break;
            }
            m_output.matches.append(match());
            advance();
            if (std::chrono::steady_clock::now() > end)
                return failure(Error::of(ErrorCode::Timeout, u"Searching the text takes too long."_s, u"too_slow"_s));
        }
        return std::move(m_output);
    }

private:
    [[nodiscard]] Match match()
    {
        const absl::string_view whole = m_parts.front();
        m_characters += charactersIn(m_counted, whole.data());
        m_counted = whole.data();
        Match match{
            textOf(whole), m_characters, m_characters + charactersIn(whole.data(), whole.data() + whole.size()), {}};
        for (size_t number = 1; number < m_parts.size(); ++number)
            match.groups.append(group(int(number), whole.data()));
        return match;
    }

    [[nodiscard]] Group group(int number, const char *matchBegin)
    {
        Group group{.number = number};
        const auto name = m_pattern.CapturingGroupNames().find(number);
        if (name != m_pattern.CapturingGroupNames().end())
            group.name = QString::fromStdString(name->second);
        const absl::string_view part = m_parts[size_t(number)];
        if (part.data() == nullptr)
            return group;
        group.text = textOf(part);
        group.start = m_characters + charactersIn(matchBegin, part.data());
        group.end = *group.start + charactersIn(part.data(), part.data() + part.size());
        return group;
    }

    /// Behind the match; behind the next character if it is empty.
    void advance()
    {
        const absl::string_view whole = m_parts.front();
        m_at = size_t(whole.data() - m_text.data()) + whole.size();
        if (!whole.empty())
            return;
        do
            ++m_at;
        while (m_at < m_text.size() && (quint8(m_text[m_at]) & 0xc0) == 0x80);
    }

    /// What is no UTF-8, as \C may cut it, becomes U+FFFD.
    [[nodiscard]] QString textOf(absl::string_view part)
    {
        m_bytes += qsizetype(part.size());
        return QString::fromUtf8(part.data(), qsizetype(part.size()));
    }

    const RE2 &m_pattern;
    const absl::string_view m_text;
    std::vector<absl::string_view> m_parts;
    PatternOutput m_output;
    size_t m_at = 0;
    const char *m_counted = m_text.data(); // as far as characters are counted
    qint64 m_characters = 0;
    qsizetype m_bytes = 0;
};

Result<std::string> flagged(const PatternInput &input)
{
    const auto isKnown = [](QChar flag) { return u"ims"_s.contains(flag); };
    if (input.flags.size() > 3 || !std::ranges::all_of(input.flags, isKnown))
        return failure(badCall(u"flags: expected any of the letters i, m and s."_s, u"flags"_s));
    if (input.pattern.size() > longestPattern)
        return failure(badCall(u"pattern: it may have %1 bytes."_s.arg(longestPattern), u"pattern"_s, u"too_large"_s));
    const std::string flags = input.flags.isEmpty() ? "" : "(?" + input.flags.toStdString() + ")";
    return flags + input.pattern.toStdString();
}

Result<void> checkCost(const RE2 &pattern, const QByteArray &text)
{
    if (!pattern.ok())
        return failure(
            badCall(u"pattern: %1."_s.arg(QString::fromStdString(pattern.error())), u"pattern"_s,
                    pattern.error_code() == RE2::ErrorPatternTooLarge ? u"too_large"_s : u"invalid_pattern"_s));
    if (pattern.NumberOfCapturingGroups() > mostGroups)
        return failure(badCall(u"pattern: it may have %1 groups."_s.arg(mostGroups), u"pattern"_s, u"too_large"_s));
    if (text.size() > largestText)
        return failure(badCall(u"text: it may have %1 KiB."_s.arg(largestText / 1024), u"text"_s, u"too_large"_s));
    if (qint64(pattern.ProgramSize()) * text.size() > mostSteps)
        return failure(badCall(u"pattern: it is too large for so long a text."_s, u"pattern"_s, u"too_hard"_s));
    return {};
}

Result<PatternOutput> extracted(const PatternInput &input)
{
    TRY(const std::string text, flagged(input));
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(mostMemory);
    const RE2 pattern(text, options);
    TRY_VOID(checkCost(pattern, input.text));
    return Search(pattern, input.text).all();
}

QString extractedText(const PatternInput &, const PatternOutput &output)
{
    if (output.matches.isEmpty())
        return u"No match"_s;
    QStringList parts;
    for (const Match &match : output.matches)
        parts.append(u"%1 at %2"_s.arg(QString::fromUtf8(wire::write(match.text))).arg(match.start));
    const qsizetype count = output.matches.size();
    return u"%1%2 %3: %4"_s.arg(output.isTruncated ? u"The first "_s : QString(), QString::number(count),
                                count == 1 ? u"match"_s : u"matches"_s, parts.join(u", "_s));
}

}

ToolList patternTools()
{
    return {calculation({.name = "regex_extract"_L1,
                         .title = "Regular expression"_L1,
                         .description = "All matches of a regular expression in a text, with their groups and offsets "
                                        "in characters. At most 200 matches, and the first few of long ones; "
                                        "is_truncated says when some are left out."_L1,
                         .isHeavy = true},
                        &extracted, &extractedText)};
}

}
