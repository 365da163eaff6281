// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/law/lawindex.h"

#include "daemon/tools/law/germanwords.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace moe::law {

namespace {

constexpr qsizetype lookedThrough = 200'000; // characters
constexpr qsizetype excerptBefore = 80;
constexpr qsizetype excerptLength = 320;

bool beginsWithOne(const QString &word, const QStringList &stems)
{
    return std::ranges::any_of(stems, [&word](const QString &stem) { return word.startsWith(stem); });
}

qsizetype firstMatch(const QString &text, const QStringList &stems)
{
    qsizetype begin = 0;
    for (qsizetype at = 0; at <= std::min(text.size(), lookedThrough); ++at) {
        if (at < text.size() && text[at].isLetterOrNumber())
            continue;
        if (at > begin && beginsWithOne(stemOf(QStringView(text).sliced(begin, at - begin)), stems))
            return begin;
        begin = at + 1;
    }
    return 0;
}

}

QStringList namesOf(const Statute &statute)
{
    static const QRegularExpression year(u"\\s+(?:18|19|20)\\d\\d$"_s);
    QStringList names;
    const auto addKey = [&names](const QString &key) {
        if (!key.isEmpty() && !names.contains(key))
            names.append(key);
    };
    const auto add = [&addKey](const QString &name) { addKey(nameKey(name)); };
    add(statute.abbreviation);
    add(statute.officialAbbreviation);
    add(QString(statute.abbreviation).remove(year));
    add(statute.shortTitle);
    add(statute.title);
    addKey(inflectedNameKey(statute.shortTitle));
    addKey(inflectedNameKey(statute.title));
    return names;
}

QString excerptOf(const QString &text, const QStringList &stems)
{
    const qsizetype match = firstMatch(text, stems);
    qsizetype begin = std::max<qsizetype>(match - excerptBefore, 0);
    while (begin > 0 && begin < match && !text[begin - 1].isSpace())
        ++begin;
    const QString part = text.sliced(begin, std::min(excerptLength, text.size() - begin));
    const bool isCut = begin + part.size() < text.size();
    const QString whole = isCut ? part.left(std::max<qsizetype>(part.lastIndexOf(u' '), excerptLength / 2)) : part;
    return (begin > 0 ? u"… "_s : QString()) + whole.simplified() + (isCut ? u" …"_s : QString());
}

}
