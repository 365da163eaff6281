// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/calendardate.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

namespace chrono = std::chrono;

constexpr qsizetype longestDate = 64; // with white space around, as JSON
constexpr int monthsOfYear = 12;
constexpr qint64 firstYear = 1;
constexpr qint64 lastYear = 9999;

std::optional<CalendarDate> withinYears(const chrono::year_month_day &date)
{
    const int year = int(date.year());
    if (!date.ok() || year < firstYear || year > lastYear)
        return {};
    return CalendarDate{date};
}

QRegularExpressionMatch matchOf(const QString &text)
{
    static const QRegularExpression iso(u"^(?<year>\\d{4})-(?<month>\\d{2})-(?<day>\\d{2})$"_s);
    static const QRegularExpression german(u"^(?<day>\\d{1,2})\\. ?(?<month>\\d{1,2})\\. ?(?<year>\\d{4})$"_s);
    const auto match = iso.match(text);
    return match.hasMatch() ? match : german.match(text);
}

}

std::expected<CalendarDate, QString> CalendarDate::fromText(const QString &text)
{
    const auto match = matchOf(text.left(longestDate).trimmed());
    if (text.size() > longestDate || !match.hasMatch())
        return std::unexpected(u"expected a date such as 2026-11-21 or 21.11.2026"_s);
    const auto date = withinYears(chrono::year(match.captured(u"year").toInt()) / match.captured(u"month").toInt()
                                  / match.captured(u"day").toInt());
    return date ? std::expected<CalendarDate, QString>(*date)
                : std::unexpected(u"the calendar has no such day (years are 0001 to 9999)"_s);
}

std::optional<CalendarDate> CalendarDate::of(chrono::sys_days day)
{
    constexpr chrono::sys_days first(chrono::year(firstYear) / 1 / 1);
    constexpr chrono::sys_days last(chrono::year(lastYear) / 12 / 31);
    return day < first || day > last ? std::nullopt : withinYears(day);
}

QString CalendarDate::text() const
{
    return u"%1-%2-%3"_s.arg(int(value.year()), 4, 10, '0'_L1)
        .arg(unsigned(value.month()), 2, 10, '0'_L1)
        .arg(unsigned(value.day()), 2, 10, '0'_L1);
}

std::optional<CalendarDate> CalendarDate::plusMonths(qint64 months) const
{
    const qint64 sum = qint64(int(value.year())) * monthsOfYear + unsigned(value.month()) - 1 + months;
    if (sum < firstYear * monthsOfYear || sum >= (lastYear + 1) * monthsOfYear)
        return {};
    const auto month = chrono::year(int(sum / monthsOfYear)) / chrono::month(unsigned(sum % monthsOfYear) + 1);
    return withinYears(month / std::min(value.day(), (month / chrono::last).day()));
}

std::expected<CalendarDate, QString> CalendarDate::fromJson(QByteArrayView json)
{
    if (!json.startsWith('"') || json.size() > longestDate)
        return std::unexpected(u"expected a text with a date such as 2026-11-21"_s);
    return fromText(wire::read<QString>(json).value_or(QString()));
}

QByteArray CalendarDate::toJson() const { return wire::write(text()); }

QString weekdayName(chrono::weekday weekday)
{
    constexpr std::array names{"Sunday"_L1,   "Monday"_L1, "Tuesday"_L1, "Wednesday"_L1,
                               "Thursday"_L1, "Friday"_L1, "Saturday"_L1};
    return names[weekday.c_encoding()];
}

}
