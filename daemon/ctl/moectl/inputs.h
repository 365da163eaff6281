// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/clock.h"
#include "shared/core/result.h"
#include "shared/wire/fields.h"

#include <QHash>
#include <QString>

#include <algorithm>
#include <initializer_list>
#include <optional>

namespace moe::moectl {

/// InvalidRequest with the reason "usage": the command line is wrong, which ends with status 2.
[[nodiscard]] std::unexpected<Error> wrongUsage(const QString &message);

/// What was said to a command, by the names of its parameters. What must be there is there.
class Inputs
{
public:
    Inputs() = default;
    explicit Inputs(QHash<QString, QString> values) : m_values(std::move(values)) { }

    [[nodiscard]] bool has(QLatin1StringView name) const { return m_values.contains(name); }
    [[nodiscard]] bool hasAny(std::initializer_list<QLatin1StringView> names) const
    {
        return std::ranges::any_of(names, [this](QLatin1StringView name) { return has(name); });
    }
    /// Empty if it was not said.
    [[nodiscard]] QString text(QLatin1StringView name) const { return m_values.value(name); }
    [[nodiscard]] std::optional<QString> optional(QLatin1StringView name) const
    {
        return has(name) ? std::optional(text(name)) : std::nullopt;
    }

    /// A whole number in the range; wrong usage.
    [[nodiscard]] Result<std::optional<qint64>> number(QLatin1StringView name, qint64 least, qint64 most) const;
    /// "yes" or "no".
    [[nodiscard]] Result<std::optional<bool>> yesOrNo(QLatin1StringView name) const;
    /// A date (its begin in UTC) or a time such as 2026-11-21T13:00:00Z.
    [[nodiscard]] Result<std::optional<Clock::System>> time(QLatin1StringView name) const;
    /// The end of a day: a key given a last day is good until that day is over (UTC).
    [[nodiscard]] Result<std::optional<Clock::System>> endOfDay(QLatin1StringView name) const;
    /// "none" takes it away.
    [[nodiscard]] bool isNone(QLatin1StringView name) const { return text(name) == u"none"; }

    /// One of the values that the enumeration has names for.
    template <wire::NamedEnum T>
    [[nodiscard]] Result<std::optional<T>> choice(QLatin1StringView name) const
    {
        if (!has(name))
            return std::nullopt;
        QStringList known;
        for (const wire::EnumName<T> &entry : enumNames(T())) {
            if (text(name) == entry.name)
                return std::optional(entry.value);
            known.append(entry.name);
        }
        return wrongUsage(
            QStringLiteral("--%1 must be one of %2.").arg(QString(name), known.join(QLatin1StringView(", "))));
    }

private:
    QHash<QString, QString> m_values;
};

}
