// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/law/citation.h"

#include "daemon/tools/law/citationtokens.h"

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace moe::law {

namespace {

Error notUnderstood(const QString &message) { return Error::invalid(message, u"paragraph"_s, u"invalid_arguments"_s); }

constexpr qsizetype longestCitation = 200;

/// What stands between a norm and its law, or before both, and says nothing.
bool isFiller(QStringView token)
{
    return isOneOf(token,
                   {u"der",   u"des", u"dem",   u"die", u"das",  u"im",  u"in",  u"vom",    u"von", u"aus", u"nach",
                    u"gemäß", u"gem", u"siehe", u"vgl", u"laut", u"zum", u"zur", u"analog", u"-",   u","});
}

bool isParagraphWord(QStringView token) { return isOneOf(token, {u"abs", u"absatz", u"absätze", u"absatzes"}); }

bool isAbbreviatedDetail(QStringView token)
{
    return isOneOf(token,
                   {u"s", u"nr", u"nrn", u"lit", u"buchst", u"doppelbuchst", u"hs", u"halbs", u"alt", u"var", u"uabs",
                    u"unterabs"});
}

bool isDetailWord(QStringView token)
{
    return isAbbreviatedDetail(token)
        || isOneOf(token,
                   {u"satz", u"sätze", u"nummer", u"nummern", u"buchstabe", u"doppelbuchstabe", u"halbsatz",
                    u"alternative", u"variante", u"fall", u"unterabsatz"});
}

/// "1. Alt." as well as "Alt. 1".
bool isCountedDetail(QStringView token)
{
    return isOneOf(token, {u"hs", u"halbs", u"halbsatz", u"alt", u"alternative", u"var", u"variante", u"fall"});
}

/// "a", "aa": of what is told by letters.
bool isLetter(QStringView token)
{
    return !token.isEmpty() && token.size() <= 2
        && std::ranges::all_of(token, [](QChar c) { return c >= u'a' && c <= u'z'; });
}

/// Reads tokens from the front.
class Parser
{
public:
    explicit Parser(QStringList tokens) : m_tokens(std::move(tokens)) { }

    Result<Citation> parse()
    {
        readLawBefore();
        if (!readNorm())
            return failure(notUnderstood(
                u"\"%1\" is no citation that is understood. Write \"§ 433 BGB\", \"Art. 1 GG\", \"433\" or "
                "\"§ 433 Abs. 1 Satz 2\"."_s.arg(m_tokens.join(u' ').left(60))));
        readBelow();
        skipOthers();
        readLawBehind();
        if (m_citation.paragraph.isEmpty() && m_citation.details.isEmpty())
            readBelow();
        if (isOneOf(peek(), {u"§", u"ivm"}))
            m_citation.isFirstOfSeveral = true;
        return std::move(m_citation);
    }

private:
    [[nodiscard]] QString peek(qsizetype ahead = 0) const { return m_tokens.value(m_at + ahead); }
    QString take() { return m_tokens.value(m_at++); }

    void setLaw(QStringList words)
    {
        words.removeIf([](const QString &word) { return word == u"-" || word == u"," || word == u"("; });
        while (!words.isEmpty() && isFiller(words.first()))
            words.removeFirst();
        while (!words.isEmpty() && (isFiller(words.last()) || isConnector(words.last())))
            words.removeLast();
        if (m_citation.law.isEmpty())
            m_citation.law = words.join(u' ');
    }

    /// Everything up to a word that begins a norm.
    void readLawBefore()
    {
        QStringList words;
        while (!isNumber(m_tokens.value(0)) && m_at < m_tokens.size() && !beginsNorm())
            words.append(take());
        setLaw(words);
    }

    /// Everything up to what goes on with its paragraphs, or with another norm.
    void readLawBehind()
    {
        QStringList words;
        while (m_at < m_tokens.size() && peek() != u"(" && peek() != u"§" && peek() != u"ivm"
               && !(isParagraphWord(peek()) && isParagraphNumber(peek(1))))
            words.append(take());
        setLaw(words);
    }

    [[nodiscard]] bool beginsNorm() const { return !kindOf(peek()).isEmpty() || isLastNumber(); }
    /// "BGB 433", but not "SGB 5 § 3": a number that nothing else follows as a norm.
    [[nodiscard]] bool isLastNumber() const
    {
        if (!isNumber(peek()))
            return false;
        for (qsizetype at = m_at + 1; at < m_tokens.size(); ++at) {
            if (!isNumber(m_tokens[at]) && kindOf(m_tokens[at]).isEmpty())
                continue;
            const QString before = m_tokens[at - 1];
            return isParagraphWord(before) || isDetailWord(before) || isConnector(before) || before == u"("
                || !numberOfRoman(before).isEmpty();
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

    /// "312 g" is "312g"; "433 u. 434" and "3 s. 2" are not.
    QString takeNumber()
    {
        QString number = take().toLower();
        const QString letter = peek();
        const bool isSentence = letter == u"s" && isNumber(peek(1));
        if (number.back().isDigit() && letter.size() == 1 && isLetter(letter) && !isConnector(letter) && !isSentence)
            number += take();
        return number;
    }

    [[nodiscard]] static bool isParagraphNumber(const QString &token)
    {
        return isNumber(token) || !numberOfRoman(token).isEmpty();
    }
    [[nodiscard]] bool isDetail(qsizetype ahead = 0) const
    {
        return isDetailWord(peek(ahead)) && (isNumber(peek(ahead + 1)) || isLetter(peek(ahead + 1)));
    }

    [[nodiscard]] bool isCounted() const { return isNumber(peek()) && isCountedDetail(peek(1)) && !isNumber(peek(2)); }

    /// Of the norm: "Abs. 1 Satz 2", "(1) 2", "I 2".
    void readBelow()
    {
        if (peek() == u"," && (isParagraphWord(peek(1)) || isDetail(1)))
            take();
        const bool isNamed = isParagraphWord(peek()) && isParagraphNumber(peek(1));
        const bool isBracketed = peek() == u"(" && isNumber(peek(1));
        if (isNamed || isBracketed)
            take();
        if (isNamed || isBracketed || !numberOfRoman(peek()).isEmpty())
            m_citation.paragraph = isNumber(peek()) ? takeNumber() : numberOfRoman(take());
        QStringList details;
        if (!isNamed && !m_citation.paragraph.isEmpty() && isNumber(peek()) && !isCounted())
            details.append(u"Satz "_s + takeNumber());
        readDetails(details);
    }

    void readDetails(QStringList details)
    {
        for (;;) {
            if (isDetail()) {
                const QString word = take();
                details.append(word + (isAbbreviatedDetail(word) ? u". "_s : u" "_s)
                               + (isNumber(peek()) ? takeNumber() : take()));
            } else if (isCounted()) {
                const QString number = take() + u". "_s;
                details.append(number + take());
            } else {
                break;
            }
        }
        m_citation.details = details.join(u' ');
    }

    /// Only the first of several norms is read: "ff.", ", 434", "und 2", "i.V.m. § 434 Abs. 1".
    void skipOthers()
    {
        while (isConnector(peek())) {
            const QString connector = take();
            const qsizetype begin = m_at;
            while (!kindOf(peek()).isEmpty() || isParagraphNumber(peek()) || isLetter(peek()) || peek() == u"("
                   || isParagraphWord(peek()) || isDetail()) {
                if (isConnector(peek()))
                    break;
                take();
            }
            // "Anlage 2 zu § 2" is one norm.
            if (connector == u"ff" || (connector != u"zu" && m_at > begin))
                m_citation.isFirstOfSeveral = true;
        }
    }

    QStringList m_tokens;
    qsizetype m_at = 0;
    Citation m_citation;
};

}

Result<Citation> parseCitation(const QString &text)
{
    if (text.size() > longestCitation)
        return failure(notUnderstood(u"A citation has at most %1 characters."_s.arg(longestCitation)));
    return Parser(tokensOf(text)).parse();
}

}
