// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/clock.h"
#include "shared/core/result.h"

#include <QJsonObject>
#include <QSet>
#include <QString>

#include <optional>

namespace moe::ctl {

/// Reads the arguments of a local command; every error names the argument. What was not asked for is refused by
/// finish(), so that a misspelt argument is never ignored.
class Arguments
{
public:
    explicit Arguments(QJsonObject values) : m_values(std::move(values)) { }

    [[nodiscard]] Result<QString> text(const QString &name);
    /// Empty if it is missing.
    [[nodiscard]] Result<QString> optionalText(const QString &name);
    /// A whole number from 0 to 2^53, 0 if it is missing.
    [[nodiscard]] Result<qint64> optionalNumber(const QString &name);
    /// ISO 8601 with a time zone.
    [[nodiscard]] Result<std::optional<Clock::System>> optionalTime(const QString &name);

    [[nodiscard]] Result<void> finish() const;

private:
    [[nodiscard]] QJsonValue take(const QString &name);

    QJsonObject m_values;
    QSet<QString> m_known;
};

}
