// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/law/citation.h"

#include <algorithm>
#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace moe::law {

namespace {

Error notUnderstood(const QString &message) { return Error::invalid(message, u"paragraph"_s, u"invalid_arguments"_s); }

constexpr qsizetype longestCitation = 200;
constexpr int longestRange = 300; // norms of one "(weggefallen)" range

bool isSign(QChar c) { return c == u'§' || c == u'-' || c == u'–'; }

bool isNumber(QStringView token) { return !token.isEmpty() && token.front().isDigit(); }

/// "312g" is one token, "433BGB" is two.
void appendToken(QStringList &tokens, const QString &token)
{
    const auto isDigit = [](QChar c) { return c.isDigit(); };
    const qsizetype digits = std::ranges::find_if_not(token, isDigit) - token.begin();
    const bool isJoined = digits > 0 && token.size() - digits > 1;
    if (isJoined)
        tokens.append(token.first(digits));
    if (!token.isEmpty())
        tokens.append(isJoined ? token.sliced(digits) : token);
}

/// Words and numbers, "§" apart: "§433 Abs.1" → "§", "433", "Abs", "1".
QStringList tokensOf(QStringView text)
{
    QStringList tokens;
    QString token;
    for (const QChar c : text) {
        if (!c.isLetterOrNumber() || (c.isDigit() && !token.isEmpty() && !token.back().isDigit()))
            appendToken(tokens, std::exchange(token, {}));
        if (c.isLetterOrNumber())
            token += c;
        else if (isSign(c))
            tokens.append(QString(c == u'§' ? c : u'-'));
    }
    appendToken(tokens, token);
    return tokens;
}

bool is(QStringView token, std::initializer_list<QLatin1StringView> names)
{
    return std::ranges::any_of(
        names, [token](QLatin1StringView name) { return token.compare(name, Qt::CaseInsensitive) == 0; });
}

/// "§", "art", "anlage" …; empty: no word for a kind of norm.
QString kindOf(const QString &token)
{
    if (token == u"§" || is(token, {"paragraph"_L1, "par"_L1, "paragraf"_L1}))
        return u"§"_s;
    if (is(token, {"art"_L1, "artikel"_L1, "article"_L1}))
        return u"art"_s;
    if (is(token, {"anlage"_L1, "anl"_L1, "anhang"_L1}))
        return is(token, {"anhang"_L1}) ? u"anhang"_s : u"anlage"_s;
    return {};
}

/// 1 to 12, as paragraphs are often written behind a norm ("§ 433 I").
QString numberOfRoman(const QString &token)
{
    static constexpr std::array numerals{"I"_L1,   "II"_L1,   "III"_L1, "IV"_L1, "V"_L1,  "VI"_L1,
                                         "VII"_L1, "VIII"_L1, "IX"_L1,  "X"_L1,  "XI"_L1, "XII"_L1};
    const auto found = std::ranges::find(numerals, token);
    return found == numerals.end() ? QString() : QString::number(found - numerals.begin() + 1);
}

/// Reads tokens from the front.
class Parser
{
public:
    explicit Parser(QStringList tokens) : m_tokens(std::move(tokens)) { }

    Result<Citation> parse()
    {
        readLaw();
        if (!readNorm())
            return failure(notUnderstood(
                u"\"%1\" is no citation that is understood. Write \"§ 433 BGB\", \"Art. 1 GG\", \"433\" or "
                "\"§ 433 Abs. 1 Satz 2\"."_s.arg(m_tokens.join(u' ').left(60))));
        readParagraph();
        readDetails();
        readLaw();
        return std::move(m_citation);
    }

private:
    [[nodiscard]] QString peek(qsizetype ahead = 0) const { return m_tokens.value(m_at + ahead); }
    QString take() { return m_tokens.value(m_at++); }

    /// Everything up to a word that begins a norm.
    void readLaw()
    {
        QStringList words;
        if (!m_citation.norm.isEmpty() || !isNumber(peek())) {
            while (m_at < m_tokens.size() && (!m_citation.norm.isEmpty() || !beginsNorm()))
                words.append(take());
        }
        if (is(words.value(0), {"der"_L1, "des"_L1, "dem"_L1, "im"_L1, "in"_L1}))
            words.removeFirst();
        words.removeAll(u"-"_s);
        if (m_citation.law.isEmpty())
            m_citation.law = words.join(u' ');
    }

    [[nodiscard]] bool beginsNorm() const { return !kindOf(peek()).isEmpty() || isLastNumber(); }
    /// "BGB 433", but not "SGB 5 § 3": a number that nothing else follows as a norm.
    [[nodiscard]] bool isLastNumber() const
    {
        if (!isNumber(peek()))
            return false;
        for (qsizetype at = m_at + 1; at < m_tokens.size(); ++at) {
            if (isNumber(m_tokens[at]) || !kindOf(m_tokens[at]).isEmpty())
                return is(m_tokens[at - 1], {"abs"_L1, "absatz"_L1, "satz"_L1, "s"_L1, "nr"_L1});
        }
        return true;
    }

    bool readNorm()
    {
        const QString kind = kindOf(peek());
        if (!kind.isEmpty())
            take();
        while (peek() == u"§")
            take();
        if (!isNumber(peek()) && !(kind == "anlage"_L1 || kind == "anhang"_L1))
            return false;
        if (isNumber(peek()))
            m_citation.norm = kind + takeNumber();
        else // "Anlage", or "Anlage IV"
            m_citation.norm = kind + (numberOfRoman(peek()).isEmpty() ? QString() : numberOfRoman(take()));
        if (kind == "art"_L1 && peek() == u"§" && isNumber(peek(1))) {
            take();
            m_citation.norm += u'§' + takeNumber();
        }
        return true;
    }

    /// "312 g" is "312g".
    QString takeNumber()
    {
        QString number = take().toLower();
        const QString letter = peek();
        if (number.back().isDigit() && letter.size() == 1 && letter.front().isLower())
            number += take();
        return number;
    }

    void readParagraph()
    {
        if (is(peek(), {"abs"_L1, "absatz"_L1}) && isNumber(peek(1))) {
            take();
            m_citation.paragraph = takeNumber();
        } else if (const QString number = numberOfRoman(peek()); !number.isEmpty()) {
            take();
            m_citation.paragraph = number;
        }
    }

    void readDetails()
    {
        QStringList details;
        while (is(peek(),
                  {"satz"_L1, "s"_L1, "nr"_L1, "nummer"_L1, "lit"_L1, "buchst"_L1, "buchstabe"_L1, "halbsatz"_L1,
                   "hs"_L1, "alt"_L1, "alternative"_L1, "var"_L1})
               && m_at + 1 < m_tokens.size()) {
            const QString word = take();
            const bool isShort = is(word, {"nr"_L1, "lit"_L1, "buchst"_L1, "hs"_L1, "alt"_L1, "s"_L1, "var"_L1});
            details.append(word + (isShort ? u". "_s : u" "_s) + take());
        }
        m_citation.details = details.join(u' ');
    }

    QStringList m_tokens;
    qsizetype m_at = 0;
    Citation m_citation;
};

/// "7a" → 7 and "a".
struct Numbered {
    int number = 0;
    QString letters;
};

Numbered split(const QString &text)
{
    const auto end = std::ranges::find_if_not(text, [](QChar c) { return c.isDigit(); });
    const auto digits = QStringView(text).first(end - text.begin());
    return {digits.toInt(), text.sliced(digits.size())};
}

/// What lies between two numbers, with both: 7 … 9, or 12a … 12d.
QStringList range(const QString &first, const QString &last)
{
    const Numbered from = split(first);
    const Numbered to = split(last);
    QStringList all{first};
    if (from.number == to.number && from.letters.size() <= 1 && to.letters.size() == 1) {
        for (char16_t letter = from.letters.isEmpty() ? u'a' : from.letters.front().unicode() + 1;
             letter < to.letters.front().unicode(); ++letter)
            all.append(QString::number(from.number) + QChar(letter));
    }
    for (int number = from.number + 1; number <= to.number && number - from.number < longestRange; ++number)
        all.append(QString::number(number));
    if (!all.contains(last))
        all.append(last);
    return all;
}

QStringList numbersOf(const QStringList &tokens, qsizetype at)
{
    QStringList numbers;
    for (; at < tokens.size(); ++at) {
        const QString token = tokens[at].toLower();
        if ((token == u"bis" || token == u"-") && isNumber(tokens.value(at + 1)) && !numbers.isEmpty())
            numbers += range(numbers.last(), tokens[++at].toLower()).sliced(1);
        else if (isNumber(token))
            numbers.append(token);
        else if (token != u"und" && token != u"u")
            break;
    }
    return numbers;
}

}

Result<Citation> parseCitation(const QString &text)
{
    if (text.size() > longestCitation)
        return failure(notUnderstood(u"A citation has at most %1 characters."_s.arg(longestCitation)));
    return Parser(tokensOf(text)).parse();
}

QStringList normKeys(const QString &label)
{
    const QString plain = label.section(u'(', 0, 0).trimmed();
    QStringList tokens = tokensOf(plain);
    const QString kind = kindOf(tokens.value(0));
    if (kind.isEmpty())
        return {plain.toLower().remove(u' ')};
    qsizetype at = 1;
    while (tokens.value(at) == u"§")
        ++at;
    const QStringList numbers = numbersOf(tokens, at);
    if (numbers.isEmpty())
        return {kind + numberOfRoman(tokens.value(at))};
    if (kind == "art"_L1 && numbers.size() == 1 && tokens.value(at + 1) == u"§" && isNumber(tokens.value(at + 2)))
        return {kind + numbers.first() + u'§' + tokens[at + 2].toLower()};
    QStringList keys;
    for (const QString &number : numbers)
        keys.append(kind + number);
    return keys;
}

QString labelOfKey(const QString &key)
{
    for (const auto &[prefix, label] :
         {std::pair(u"§"_s, u"§ "_s), {u"art"_s, u"Art "_s}, {u"anlage"_s, u"Anlage "_s}}) {
        if (key.startsWith(prefix)) {
            QString rest = key.sliced(prefix.size());
            rest.replace(u"§"_s, u" § "_s);
            return QString(label + rest).trimmed();
        }
    }
    return key;
}

QString paragraphOf(const QString &text, const QString &paragraph)
{
    const QString begin = u'(' + paragraph + u')';
    QStringList lines;
    for (const QString &line : text.split(u'\n')) {
        const bool isFirst = line.startsWith(begin, Qt::CaseInsensitive);
        const bool isOther = !isFirst && line.startsWith(u'(') && line.size() > 1 && line[1].isDigit();
        if (isOther && !lines.isEmpty())
            break;
        if (isFirst || !lines.isEmpty())
            lines.append(line);
    }
    return lines.join(u'\n').trimmed();
}

}
