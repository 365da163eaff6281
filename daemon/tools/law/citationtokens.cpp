// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/law/citationtokens.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace moe::law {

namespace {

bool isSign(QChar c) { return c == u'§' || c == u'-' || c == u'–' || c == u',' || c == u'('; }

qsizetype leadingDigits(const QString &token)
{
    return std::ranges::find_if_not(token, [](QChar c) { return c.isDigit(); }) - token.begin();
}

/// "312g" is one token, "433BGB" is two.
void appendToken(QStringList &tokens, const QString &token)
{
    const qsizetype digits = leadingDigits(token);
    const bool isJoined = digits > 0 && token.size() - digits > 1;
    if (isJoined)
        tokens.append(token.first(digits));
    if (!token.isEmpty())
        tokens.append(isJoined ? token.sliced(digits) : token);
}

/// What several words and dots say, in one word; old and new versions are not told apart.
QString inOneWord(QString text)
{
    static const QRegularExpression together(
        u"\\bi\\.\\s*[Vv]\\.\\s*m\\b\\.?|\\bi ?V ?m\\b|\\b[Ii]n [Vv]erbindung mit\\b"_s);
    static const QRegularExpression following(u"(\\d|\\b)f\\."_s);
    static const QRegularExpression version(u"\\b[an]\\.\\s*F\\b\\.?"_s);
    return text.replace(together, u" ivm "_s).replace(following, u"\\1 ff "_s).remove(version);
}

}

QStringList tokensOf(const QString &text)
{
    QStringList tokens;
    QString token;
    for (const QChar c : inOneWord(text)) {
        if (!c.isLetterOrNumber() || (c.isDigit() && !token.isEmpty() && !token.back().isDigit()))
            appendToken(tokens, std::exchange(token, {}));
        if (c.isLetterOrNumber())
            token += c;
        else if (isSign(c))
            tokens.append(QString(c == u'–' ? u'-' : c));
    }
    appendToken(tokens, token);
    return tokens;
}

bool isOneOf(QStringView token, std::initializer_list<QStringView> words)
{
    return std::ranges::any_of(words,
                               [token](QStringView word) { return token.compare(word, Qt::CaseInsensitive) == 0; });
}

bool isNumber(QStringView token) { return !token.isEmpty() && token.front().isDigit(); }

QString kindOf(const QString &token)
{
    if (isOneOf(token, {u"§", u"paragraph", u"paragraphen", u"paragraf", u"par", u"section", u"sections", u"sec"}))
        return u"§"_s;
    if (isOneOf(token, {u"art", u"artikel", u"artikels", u"article"}))
        return u"art"_s;
    if (isOneOf(token, {u"anlage", u"anl"}))
        return u"anlage"_s;
    return isOneOf(token, {u"anhang"}) ? u"anhang"_s : QString();
}

QString numberOfRoman(const QString &token)
{
    static constexpr std::array numerals{"I"_L1,   "II"_L1,   "III"_L1, "IV"_L1, "V"_L1,  "VI"_L1,
                                         "VII"_L1, "VIII"_L1, "IX"_L1,  "X"_L1,  "XI"_L1, "XII"_L1};
    const auto found = std::ranges::find(numerals, token);
    return found == numerals.end() ? QString() : QString::number(found - numerals.begin() + 1);
}

bool isConnector(const QString &token)
{
    return isOneOf(token, {u",", u"-", u"ff", u"und", u"u", u"bis", u"oder", u"sowie", u"zu", u"ivm"});
}

}
