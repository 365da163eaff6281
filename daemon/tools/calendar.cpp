// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/calendar.h"

#include "daemon/tools/arguments.h"
#include "daemon/tools/calculation.h"
#include "daemon/tools/calendardate.h"

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

namespace chrono = std::chrono;
using wire::Field;
using wire::Presence;

constexpr int monthsOfYear = 12;
constexpr qint64 mostDays = 3'652'059; // from the first day to the last
constexpr qint64 mostYears = 9999;
constexpr auto dateForms = "A date as YYYY-MM-DD, or DD.MM.YYYY as in German; years 0001 to 9999."_L1;

struct DatePair {
    CalendarDate date1;
    CalendarDate date2;

    static constexpr auto fields()
    {
        return std::tuple{Field<&DatePair::date1>{"date1"_L1, Presence::Required, dateForms},
                          Field<&DatePair::date2>{"date2"_L1, Presence::Required, dateForms}};
    }
};

struct DateDifference {
    int totalDays = 0;
    int years = 0;
    int months = 0;
    int days = 0;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&DateDifference::totalDays>{"total_days"_L1, Presence::Required,
                                              "Days from date1 to date2; negative if date2 is earlier."_L1},
            Field<&DateDifference::years>{"years"_L1, Presence::Required,
                                          "Whole years of the same difference by the calendar."_L1},
            Field<&DateDifference::months>{"months"_L1, Presence::Required, "Whole months beyond the years."_L1},
            Field<&DateDifference::days>{"days"_L1, Presence::Required, "Days beyond the months."_L1}};
    }
};

/// Such that date_add() leads from date1 to date2 with it, also backwards and over the ends of months: from the 31st of
/// March to the 28th of February is a month, not a month and three days.
Result<DateDifference> dateDifference(const DatePair &pair)
{
    const auto &[from, to] = pair;
    const int direction = to.days() < from.days() ? -1 : 1;
    int months = (int(to.value.year()) - int(from.value.year())) * monthsOfYear + int(unsigned(to.value.month()))
        - int(unsigned(from.value.month()));
    auto start = from.plusMonths(months).value_or(from);
    if (direction * (to.days() - start.days()).count() < 0) {
        months -= direction;
        start = from.plusMonths(months).value_or(from);
    }
    return DateDifference{int((to.days() - from.days()).count()), months / monthsOfYear, months % monthsOfYear,
                          int((to.days() - start.days()).count())};
}

QString differenceText(const DatePair &pair, const DateDifference &difference)
{
    QStringList parts;
    for (const auto &[count, unit] : {std::pair{difference.years, "year"_L1}, std::pair{difference.months, "month"_L1},
                                      std::pair{difference.days, "day"_L1}}) {
        if (count != 0)
            parts.append(counted(count, unit));
    }
    const bool hasMonths = difference.years != 0 || difference.months != 0;
    return u"From %1 to %2: %3%4"_s.arg(pair.date1.text(), pair.date2.text(), counted(difference.totalDays, "day"_L1),
                                        hasMonths ? QString(u" ("_s + parts.join(u", "_s) + u')') : QString());
}

struct DateStep {
    CalendarDate baseDate;
    ExactInteger days;
    ExactInteger months;
    ExactInteger years;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&DateStep::baseDate>{"base_date"_L1, Presence::Required, dateForms},
            Field<&DateStep::days>{"days"_L1, Presence::Optional, "Days to add; negative to subtract. Default 0."_L1},
            Field<&DateStep::months>{"months"_L1, Presence::Optional,
                                     "Months to add; negative to subtract. Default 0."_L1},
            Field<&DateStep::years>{"years"_L1, Presence::Optional,
                                    "Years to add; negative to subtract. Default 0."_L1}};
    }
};

struct DateSum {
    CalendarDate date;
    QString weekday;
    bool isClamped = false;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&DateSum::date>{"date"_L1, Presence::Required, "The resulting date."_L1},
            Field<&DateSum::weekday>{"weekday"_L1, Presence::Required, "Its day of the week, in English."_L1},
            Field<&DateSum::isClamped>{"is_clamped"_L1, Presence::Required,
                                       "Whether the last day of the month was taken because it has no such day."_L1}};
    }
};

Error outsideCalendar() { return badCall(u"The result is outside the years 0001 to 9999."_s, {}, u"out_of_range"_s); }

Result<DateSum> dateSum(const DateStep &step)
{
    TRY(const qint64 days, boundedInteger(step.days, -mostDays, mostDays, u"days"_s));
    TRY(const qint64 months,
        boundedInteger(step.months, -mostYears * monthsOfYear, mostYears * monthsOfYear, u"months"_s));
    TRY(const qint64 years, boundedInteger(step.years, -mostYears, mostYears, u"years"_s));
    const auto inMonth = step.baseDate.plusMonths(years * monthsOfYear + months);
    if (!inMonth)
        return failure(outsideCalendar());
    const auto date = CalendarDate::of(inMonth->days() + chrono::days(days));
    if (!date)
        return failure(outsideCalendar());
    return DateSum{*date, weekdayName(chrono::weekday(date->days())),
                   inMonth->value.day() != step.baseDate.value.day()};
}

QString sumText(const DateStep &step, const DateSum &sum)
{
    QString text = step.baseDate.text();
    for (const auto &[count, unit] :
         {std::pair{step.years, "year"_L1}, std::pair{step.months, "month"_L1}, std::pair{step.days, "day"_L1}}) {
        const qint64 number = count.text.toLongLong();
        if (number != 0)
            text += (number < 0 ? u" - "_s : u" + "_s) + counted(std::abs(number), unit);
    }
    text += u" = %1 (%2)"_s.arg(sum.date.text(), sum.weekday);
    return sum.isClamped ? QString(text + u"; the month's last day was taken"_s) : text;
}

struct Day {
    CalendarDate dateStr;

    static constexpr auto fields()
    {
        return std::tuple{Field<&Day::dateStr>{"date_str"_L1, Presence::Required, dateForms}};
    }
};

struct DayFacts {
    QString weekday;
    int isoWeekday = 0;
    int isoWeek = 0;
    int isoWeekYear = 0;
    int dayOfYear = 0;
    int daysInYear = 0;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&DayFacts::weekday>{"weekday"_L1, Presence::Required, "In English, such as Saturday."_L1},
            Field<&DayFacts::isoWeekday>{"iso_weekday"_L1, Presence::Required, "1 is Monday, 7 is Sunday."_L1},
            Field<&DayFacts::isoWeek>{"iso_week"_L1, Presence::Required, "Calendar week of ISO 8601."_L1},
            Field<&DayFacts::isoWeekYear>{"iso_week_year"_L1, Presence::Required,
                                          "The year that the week belongs to: around New Year not the date's."_L1},
            Field<&DayFacts::dayOfYear>{"day_of_year"_L1, Presence::Required, "1 is the first of January."_L1},
            Field<&DayFacts::daysInYear>{"days_in_year"_L1, Presence::Required, "365, or 366 in a leap year."_L1}};
    }
};

int dayOfYear(chrono::sys_days day)
{
    const chrono::year_month_day date(day);
    return int((day - chrono::sys_days(date.year() / 1 / 1)).count()) + 1;
}

Result<DayFacts> dayFacts(const Day &day)
{
    const chrono::sys_days days = day.dateStr.days();
    const chrono::weekday weekday(days);
    // A week belongs to the year that its Thursday is in.
    const chrono::sys_days thursday
        = days + chrono::days(int(chrono::Thursday.iso_encoding()) - int(weekday.iso_encoding()));
    return DayFacts{weekdayName(weekday),
                    int(weekday.iso_encoding()),
                    (dayOfYear(thursday) - 1) / 7 + 1,
                    int(chrono::year_month_day(thursday).year()),
                    dayOfYear(days),
                    day.dateStr.value.year().is_leap() ? 366 : 365};
}

QString factsText(const Day &day, const DayFacts &facts)
{
    return u"%1 is a %2: ISO week %3-W%4, day %5 of %6"_s.arg(day.dateStr.text(), facts.weekday)
        .arg(facts.isoWeekYear, 4, 10, '0'_L1)
        .arg(facts.isoWeek, 2, 10, '0'_L1)
        .arg(facts.dayOfYear)
        .arg(facts.daysInYear);
}

}

ToolList calendarTools()
{
    return {calculation({"date_diff"_L1, "Difference of dates"_L1,
                         "The exact difference from date1 to date2: all days, and whole years, months and days by the "
                         "calendar, which lead from date1 to date2 with date_add. Negative if date2 is earlier."_L1},
                        &dateDifference, &differenceText),
            calculation({"date_add"_L1, "Date arithmetic"_L1,
                         "Adds years, months and days to a date, or subtracts them if they are negative. Years and "
                         "months come first; where the month has no such day its last one is taken."_L1},
                        &dateSum, &sumText),
            calculation({"day_of_week"_L1, "Day of the week"_L1,
                         "The day of the week of a date, its ISO 8601 calendar week with the year of that week, and "
                         "its day of the year."_L1},
                        &dayFacts, &factsText)};
}

}
