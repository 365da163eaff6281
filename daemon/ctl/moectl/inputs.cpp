// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/inputs.h"

#include "shared/wire/codec.h"

#include <QDate>
#include <QTimeZone>

using namespace Qt::StringLiterals;

namespace moe::moectl {

namespace {

/// The begin of a day in UTC.
std::optional<Clock::System> dayOfText(const QString &text)
{
    const QDate date = QDate::fromString(text, Qt::ISODate);
    if (!date.isValid() || text.size() != 10)
        return {};
    return Clock::System(std::chrono::milliseconds(date.startOfDay(QTimeZone::UTC).toMSecsSinceEpoch()));
}

}

std::unexpected<Error> wrongUsage(const QString &message)
{
    return failure(Error::invalid(message % u" See moectl --help.", {}, u"usage"_s));
}

Result<std::optional<qint64>> Inputs::number(QLatin1StringView name, qint64 least, qint64 most) const
{
    if (!has(name))
        return std::nullopt;
    bool isNumber = false;
    const qint64 value = text(name).toLongLong(&isNumber);
    if (!isNumber || value < least || value > most)
        return wrongUsage(u"--%1 must be a whole number from %2 to %3."_s.arg(name).arg(least).arg(most));
    return std::optional(value);
}

Result<std::optional<bool>> Inputs::yesOrNo(QLatin1StringView name) const
{
    if (!has(name))
        return std::nullopt;
    const bool isYes = text(name) == "yes"_L1;
    if (!isYes && text(name) != "no"_L1)
        return wrongUsage(u"--%1 must be yes or no."_s.arg(name));
    return std::optional(isYes);
}

Result<std::optional<Clock::System>> Inputs::time(QLatin1StringView name) const
{
    if (!has(name))
        return std::nullopt;
    const QString said = text(name);
    const auto time = said.size() == 10 ? dayOfText(said) : wire::timeOfText(said);
    if (!time)
        return wrongUsage(
            u"--%1 must be a date of the form YYYY-MM-DD or a time such as 2026-11-21T13:00:00Z."_s.arg(name));
    return time;
}

Result<std::optional<Clock::System>> Inputs::endOfDay(QLatin1StringView name) const
{
    if (!has(name))
        return std::nullopt;
    const auto day = dayOfText(text(name));
    if (!day)
        return wrongUsage(u"\"%1\" is not a date of the form YYYY-MM-DD."_s.arg(text(name).left(32)));
    return std::optional<Clock::System>(*day + std::chrono::days(1));
}

}
