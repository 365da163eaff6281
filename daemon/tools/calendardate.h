// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/wire/schema.h"

#include <chrono>

namespace moe::tools {

/// A day of the Gregorian calendar, reckoned back before its introduction too; years 1 to 9999. Written "2026-11-21",
/// read also from "21.11.2026" (day first, as in German).
struct CalendarDate {
    std::chrono::year_month_day value{std::chrono::year(1), std::chrono::January, std::chrono::day(1)};

    [[nodiscard]] static std::expected<CalendarDate, QString> fromText(const QString &text);
    /// Nothing outside the years.
    [[nodiscard]] static std::optional<CalendarDate> of(std::chrono::sys_days day);

    [[nodiscard]] std::chrono::sys_days days() const { return value; }
    [[nodiscard]] QString text() const;
    /// So many months later or earlier; where the month has no such day its last one. Nothing outside the years.
    [[nodiscard]] std::optional<CalendarDate> plusMonths(qint64 months) const;

    [[nodiscard]] static std::expected<CalendarDate, QString> fromJson(QByteArrayView json);
    [[nodiscard]] QByteArray toJson() const;
    static constexpr wire::Schema schema{.type = wire::Schema::Type::Text};

    friend bool operator==(const CalendarDate &, const CalendarDate &) = default;
};

/// "Monday" …
[[nodiscard]] QString weekdayName(std::chrono::weekday weekday);

}
