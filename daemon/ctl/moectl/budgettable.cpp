// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/budgettable.h"

#include "shared/wire/codec.h"

#include <QLocale>

using namespace Qt::StringLiterals;

namespace moe::moectl {

namespace {

constexpr int barWidth = 20;
constexpr double orangeFrom = 0.7;
constexpr double redAbove = 0.9;

QString grouped(qint64 number)
{
    QLocale locale = QLocale::c();
    locale.setNumberOptions(QLocale::DefaultNumberOptions);
    return locale.toString(number);
}

/// Of the limit that is gone; a limit of nothing is gone.
double shareOf(const BudgetLine &line)
{
    const double gone = double(line.used + line.reserved);
    return *line.limit > 0 ? std::min(gone / double(*line.limit), 1.0) : 1.0;
}

QString barOf(const BudgetLine &line, bool isColoured)
{
    if (!line.limit)
        return QString();
    const double share = shareOf(line);
    const int full = int(share * barWidth);
    const QString bar = u'[' + QString(full, u'#') + QString(barWidth - full, u'.') + u"] %1 %"_s.arg(int(share * 100));
    if (!isColoured)
        return bar;
    const char *const colour = share > redAbove ? "31" : share >= orangeFrom ? "38;5;208" : "32";
    return u"\x1b[%1m%2\x1b[0m"_s.arg(QLatin1StringView(colour), bar);
}

QString row(const QString &name, const QString &limit, const QString &used, const QString &reserved,
            const QString &resets, const QString &bar)
{
    const QString text = name.leftJustified(9) + limit.rightJustified(19) + used.rightJustified(19)
        + reserved.rightJustified(15) + "  "_L1 + resets.leftJustified(22) + bar;
    return text.trimmed() + u'\n';
}

QString row(const QString &name, const BudgetLine &line, bool isColoured)
{
    const QString resets = line.resetsAt ? wire::timeText(*line.resetsAt).replace(".000Z"_L1, "Z"_L1) : u"never"_s;
    return row(name, line.limit ? grouped(*line.limit) : u"none"_s, grouped(line.used), grouped(line.reserved), resets,
               barOf(line, isColoured));
}

}

QString budgetTable(const BudgetState &state, bool isColoured)
{
    return row(u"Tokens"_s, u"Limit"_s, u"Used"_s, u"Reserved"_s, u"Resets"_s, {})
        + row(u"daily"_s, state.daily, isColoured) + row(u"monthly"_s, state.monthly, isColoured)
        + row(u"total"_s, state.total, isColoured);
}

}
