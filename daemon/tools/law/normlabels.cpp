// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/law/citation.h"
#include "daemon/tools/law/citationtokens.h"

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace moe::law {

namespace {

constexpr int longestRange = 300; // norms of one "(weggefallen)" range

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
        else if (token != u"und" && token != u"u" && token != u",")
            break;
    }
    return numbers;
}

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
