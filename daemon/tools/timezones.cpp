// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/timezones.h"

#include "daemon/tools/calculation.h"
#include "daemon/tools/calendardate.h"

#include <QDateTime>
#include <QRegularExpression>
#include <QSet>
#include <QTimeZone>

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

namespace chrono = std::chrono;
using wire::Field;
using wire::Presence;

constexpr qsizetype longestTime = 64;
constexpr qsizetype longestZone = 64;
constexpr int lastYear = 2200; // nobody knows the rules of later ones

struct ZoneQuestion {
    QString datetime;
    std::optional<QString> fromTimezone;
    QString toTimezone;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&ZoneQuestion::datetime>{"datetime"_L1, Presence::Required,
                                           "Date and time to the minute or closer, such as 2026-03-29T14:30 or "
                                           "2026-03-29 14:30:00+02:00. Dates may be DD.MM.YYYY."_L1},
            Field<&ZoneQuestion::fromTimezone>{"from_timezone"_L1, Presence::Optional,
                                               "IANA name of the time zone that datetime is in, such as "
                                               "Europe/Berlin. Left out if datetime ends with Z or an offset."_L1},
            Field<&ZoneQuestion::toTimezone>{"to_timezone"_L1, Presence::Required,
                                             "IANA name of the time zone wanted, such as America/New_York."_L1}};
    }
};

struct ZoneTime {
    QString datetime;
    QString timezone;
    QString abbreviation;
    bool isDaylightSaving = false;

    static constexpr auto fields()
    {
        return std::tuple{Field<&ZoneTime::datetime>{"datetime"_L1, Presence::Required,
                                                     "With the offset from UTC, 2026-03-29T14:30:00+02:00."_L1},
                          Field<&ZoneTime::timezone>{"timezone"_L1, Presence::Required},
                          Field<&ZoneTime::abbreviation>{"abbreviation"_L1, Presence::Required, "Such as CEST."_L1},
                          Field<&ZoneTime::isDaylightSaving>{"is_daylight_saving"_L1, Presence::Required}};
    }
};

enum class Clocks { Unique, Skipped, Repeated };
constexpr auto enumNames(Clocks)
{
    return std::array{wire::EnumName{Clocks::Unique, "unique"_L1}, wire::EnumName{Clocks::Skipped, "skipped"_L1},
                      wire::EnumName{Clocks::Repeated, "repeated"_L1}};
}

struct ZoneAnswer {
    ZoneTime from;
    ZoneTime to;
    Clocks clocks = Clocks::Unique;
    std::optional<ZoneTime> toIfLater;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&ZoneAnswer::from>{"from"_L1, Presence::Required, "The time asked about."_L1},
            Field<&ZoneAnswer::to>{"to"_L1, Presence::Required, "The same moment in the other zone."_L1},
            Field<&ZoneAnswer::clocks>{"clocks"_L1, Presence::Required,
                                       "skipped: clocks were put forward over that time, so it is moved on as far; "
                                       "repeated: clocks were put back and showed it twice, the first is taken."_L1},
            Field<&ZoneAnswer::toIfLater>{"to_if_later"_L1, Presence::Optional,
                                          "If repeated: what the second one is in the other zone."_L1}};
    }
};

/// What a clock on a wall shows, and the offset from UTC if it was given.
struct WallTime {
    chrono::local_seconds local;
    std::optional<chrono::seconds> offset;
    QString fraction; ///< of the second, ".500"; empty: none
};

std::optional<chrono::seconds> offsetOf(const QString &text)
{
    if (text.isEmpty())
        return {};
    if (text == u"Z")
        return chrono::seconds(0);
    const chrono::seconds size = chrono::hours(text.sliced(1, 2).toInt()) + chrono::minutes(text.last(2).toInt());
    return text.startsWith(u'-') ? -size : size;
}

Error badTime()
{
    return badCall(u"datetime: expected date and time such as 2026-03-29T14:30, up to the year %1."_s.arg(lastYear),
                   u"datetime"_s);
}

Result<WallTime> wallTimeOf(const QString &text)
{
    static const QRegularExpression form(u"^([\\d.-]+)[T ]([01]\\d|2[0-3]):([0-5]\\d)(?::([0-5]\\d)(\\.\\d{1,9})?)? ?"
                                         "(Z|[+-](?:0\\d|1[0-4]):?[0-5]\\d)?$"_s);
    if (text.size() > longestTime)
        return failure(badTime());
    const auto match = form.match(text.trimmed());
    const auto date = CalendarDate::fromText(match.captured(1));
    if (!match.hasMatch() || !date || int(date->value.year()) > lastYear)
        return failure(badTime());
    const auto time = chrono::hours(match.captured(2).toInt()) + chrono::minutes(match.captured(3).toInt())
        + chrono::seconds(match.captured(4).toInt());
    const QString fraction = match.captured(5);
    const bool isZero = fraction.count(u'0') + 1 >= fraction.size();
    return WallTime{chrono::local_days(date->value) + time, offsetOf(match.captured(6)), isZero ? QString() : fraction};
}

/// A time zone under the name that it was asked for.
struct Zone {
    QString name;
    QTimeZone zone;
};

/// QTimeZone would also take rules such as "FOO3", and the zone of this machine.
bool isZoneName(const QByteArray &name)
{
    static const QSet<QByteArray> names = [] {
        const QList<QByteArray> all = QTimeZone::availableTimeZoneIds();
        QSet<QByteArray> set(all.begin(), all.end());
        set.remove("localtime");
        set.remove("posixrules");
        return set;
    }();
    return names.contains(name);
}

Result<Zone> zoneOf(const QString &name, const QString &argument)
{
    const QByteArray id = name.left(longestZone + 1).toLatin1();
    const QTimeZone zone = isZoneName(id) ? QTimeZone(id) : QTimeZone();
    if (!zone.isValid())
        return failure(badCall(u"%1: there is no such time zone; expected an IANA name such as Europe/Berlin or "
                               "UTC."_s.arg(argument),
                               argument, u"unknown_timezone"_s));
    return Zone{name, zone};
}

QTimeZone::OffsetData offsetDataOf(const Zone &zone, chrono::sys_seconds moment)
{
    return zone.zone.offsetData(QDateTime::fromSecsSinceEpoch(moment.time_since_epoch().count(), QTimeZone::UTC));
}

chrono::seconds offsetAt(const Zone &zone, chrono::sys_seconds moment)
{
    return chrono::seconds(offsetDataOf(zone, moment).offsetFromUtc);
}

QString offsetText(chrono::seconds offset)
{
    const chrono::hh_mm_ss parts(chrono::abs(offset));
    QString text = u"%1%2:%3"_s.arg(offset.count() < 0 ? u"-"_s : u"+"_s)
                       .arg(parts.hours().count(), 2, 10, '0'_L1)
                       .arg(parts.minutes().count(), 2, 10, '0'_L1);
    if (parts.seconds().count() != 0) // mean solar time, before there were zones
        text += u":%1"_s.arg(parts.seconds().count(), 2, 10, '0'_L1);
    return text;
}

QString momentText(chrono::sys_seconds moment, chrono::seconds offset)
{
    const auto local = moment + offset;
    const auto day = chrono::floor<chrono::days>(local);
    const chrono::hh_mm_ss time(local - day);
    return u"%1T%2:%3:%4%5"_s.arg(CalendarDate{day}.text())
        .arg(time.hours().count(), 2, 10, '0'_L1)
        .arg(time.minutes().count(), 2, 10, '0'_L1)
        .arg(time.seconds().count(), 2, 10, '0'_L1)
        .arg(offsetText(offset));
}

ZoneTime timeIn(const Zone &zone, chrono::sys_seconds moment)
{
    const auto data = offsetDataOf(zone, moment);
    return {momentText(moment, chrono::seconds(data.offsetFromUtc)), zone.name, data.abbreviation,
            data.daylightTimeOffset != 0};
}

Result<ZoneAnswer> ofOffset(const ZoneQuestion &question, const WallTime &time, const Zone &target)
{
    if (question.fromTimezone)
        return failure(
            badCall(u"from_timezone: leave it out, datetime says its offset from UTC."_s, u"from_timezone"_s));
    const chrono::sys_seconds moment(time.local.time_since_epoch() - *time.offset);
    const QString zone = *time.offset == chrono::seconds(0) ? u"UTC"_s : QString(u"UTC"_s + offsetText(*time.offset));
    return ZoneAnswer{
        {momentText(moment, *time.offset), zone, zone, false}, timeIn(target, moment), Clocks::Unique, {}};
}

ZoneAnswer ofZone(const WallTime &time, const Zone &source, const Zone &target)
{
    const chrono::sys_seconds asUtc(time.local.time_since_epoch());
    const chrono::seconds before = offsetAt(source, asUtc - chrono::days(1));
    const chrono::seconds after = offsetAt(source, asUtc + chrono::days(1));
    const bool isBefore = offsetAt(source, asUtc - before) == before;
    const bool isAfter = offsetAt(source, asUtc - after) == after;
    const chrono::sys_seconds moment = asUtc - (isAfter && !isBefore ? after : before);
    ZoneAnswer answer{timeIn(source, moment), timeIn(target, moment), Clocks::Unique, {}};
    if (!isBefore && !isAfter)
        answer.clocks = Clocks::Skipped;
    if (isBefore && isAfter && before != after) {
        answer.clocks = Clocks::Repeated;
        answer.toIfLater = timeIn(target, asUtc - after);
    }
    return answer;
}

/// No zone changes on the way: parts of a second are the same everywhere.
ZoneAnswer withFraction(ZoneAnswer answer, const QString &fraction)
{
    constexpr qsizetype place = 19; // 2026-03-29T14:30:00
    answer.from.datetime.insert(place, fraction);
    answer.to.datetime.insert(place, fraction);
    if (answer.toIfLater)
        answer.toIfLater->datetime.insert(place, fraction);
    return answer;
}

Result<ZoneAnswer> converted(const ZoneQuestion &question, const WallTime &time)
{
    TRY(const Zone target, zoneOf(question.toTimezone, u"to_timezone"_s));
    if (time.offset)
        return ofOffset(question, time, target);
    if (!question.fromTimezone)
        return failure(
            badCall(u"from_timezone: is missing, and datetime has no offset from UTC."_s, u"from_timezone"_s));
    TRY(const Zone source, zoneOf(*question.fromTimezone, u"from_timezone"_s));
    return ofZone(time, source, target);
}

Result<ZoneAnswer> convertedExactly(const ZoneQuestion &question)
{
    TRY(const WallTime time, wallTimeOf(question.datetime));
    TRY(ZoneAnswer answer, converted(question, time));
    return withFraction(std::move(answer), time.fraction);
}

QString conversionText(const ZoneQuestion &question, const ZoneAnswer &answer)
{
    const QString text = u"%1 (%2) is %3 (%4)"_s.arg(answer.from.datetime, answer.from.timezone, answer.to.datetime,
                                                     answer.to.timezone);
    switch (answer.clocks) {
    case Clocks::Unique: return text;
    case Clocks::Skipped:
        return u"%1; clocks skipped %2 there, it was moved on"_s.arg(text, question.datetime.trimmed());
    case Clocks::Repeated:
        return u"%1; clocks showed %2 twice there, the second time is %3"_s.arg(text, question.datetime.trimmed(),
                                                                                answer.toIfLater->datetime);
    }
    Q_UNREACHABLE_RETURN(text);
}

}

ToolList timezoneTools()
{
    // Heavy: the first call for a zone reads its file.
    return {calculation({.name = "timezone_convert"_L1,
                         .title = "Time zones"_L1,
                         .description = "Converts a date and time from one IANA time zone to another, with daylight "
                                        "saving time; times that clocks skip or show twice are said to be so."_L1,
                         .isHeavy = true},
                        &convertedExactly, &conversionText)};
}

}
