// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/law/textparts.h"

#include <functional>
#include <numeric>
#include <utility>

using namespace Qt::StringLiterals;

namespace moe::law {

namespace {

// Bytes in the result, where every character may have been escaped.
constexpr qsizetype largestPart = 20 * 1024;
constexpr qsizetype largestFootnotes = 4 * 1024;
constexpr qsizetype lineCost = 64; // of names and brackets around a norm in the contents

/// In JSON.
qsizetype costOf(QChar c)
{
    if (c < u' ')
        return 6;
    if (c == u'"' || c == u'\\')
        return 2;
    return c.unicode() < 0x80 ? 1 : c.unicode() < 0x800 ? 2 : 3;
}

qsizetype costOf(const QString &text)
{
    return std::transform_reduce(text.begin(), text.end(), qsizetype(0), std::plus(),
                                 [](QChar c) { return costOf(c); });
}

/// The longest beginning that costs at most so much.
qsizetype affordable(QStringView text, qsizetype most)
{
    qsizetype cost = 0;
    qsizetype size = 0;
    while (size < text.size()) {
        const qsizetype step = text[size].isHighSurrogate() && size + 1 < text.size() ? 2 : 1;
        cost += step * costOf(text[size]);
        if (cost > most)
            break;
        size += step;
    }
    return size;
}

/// A good place for a cut at or before `size`.
qsizetype cutAt(QStringView text, qsizetype size)
{
    if (size >= text.size())
        return text.size();
    for (const QChar separator : {u'\n', u' '}) {
        const qsizetype at = text.first(size).lastIndexOf(separator);
        if (at > size / 2)
            return at;
    }
    return size;
}

}

QList<Stretch> partsOfContents(const QList<NormInfo> &norms)
{
    QList<Stretch> parts{{}};
    qsizetype cost = 0;
    QString section;
    for (qsizetype i = 0; i < norms.size(); ++i) {
        qsizetype more = lineCost + costOf(norms[i].label) + costOf(norms[i].title);
        if (std::exchange(section, norms[i].section) != norms[i].section || parts.last().size == 0)
            more += costOf(norms[i].section);
        if (cost + more > largestPart && parts.last().size > 0) {
            parts.append({i, 0});
            cost = costOf(norms[i].section);
        }
        cost += more;
        ++parts.last().size;
    }
    return parts;
}

QStringList partsOfText(const QString &text)
{
    QStringList parts;
    QStringView rest = text;
    while (!rest.isEmpty()) {
        const qsizetype size = cutAt(rest, affordable(rest, largestPart));
        parts.append(rest.first(size).toString());
        rest = rest.sliced(size).trimmed();
    }
    return parts.isEmpty() ? QStringList{QString()} : parts;
}

QString shortened(const QString &footnotes)
{
    const qsizetype size = affordable(footnotes, largestFootnotes);
    return size == footnotes.size() ? footnotes : QString(footnotes.left(size) + u" […]"_s);
}

Result<int> checkedPart(const std::optional<tools::ExactInteger> &part, int parts)
{
    if (!part)
        return 1;
    TRY(const qint64 number, tools::boundedInteger(*part, 1, parts, u"part"_s));
    return int(number);
}

}
