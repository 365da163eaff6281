// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/arguments.h"

#include <QDateTime>

namespace moe::ctl {

namespace {

constexpr double largestExactNumber = 9007199254740992.0;

std::unexpected<Error> wrong(const QString &name, const QString &what)
{
    return failure(Error::invalid(QStringLiteral("The argument \"%1\" must be %2.").arg(name, what), name));
}

}

QJsonValue Arguments::take(const QString &name)
{
    m_known.insert(name);
    return m_values.value(name);
}

Result<QString> Arguments::text(const QString &name)
{
    const QJsonValue value = take(name);
    if (!value.isString())
        return wrong(name, QStringLiteral("given as a string"));
    return value.toString();
}

Result<QString> Arguments::optionalText(const QString &name)
{
    const QJsonValue value = take(name);
    if (!value.isUndefined() && !value.isString())
        return wrong(name, QStringLiteral("a string"));
    return value.toString();
}

Result<qint64> Arguments::optionalNumber(const QString &name)
{
    const QJsonValue value = take(name);
    if (value.isUndefined())
        return 0;
    const double number = value.toDouble(-1);
    if (!(number >= 0 && number <= largestExactNumber) || number != std::floor(number))
        return wrong(name, QStringLiteral("a whole number that is not negative"));
    return qint64(number);
}

Result<std::optional<Clock::System>> Arguments::optionalTime(const QString &name)
{
    const QJsonValue value = take(name);
    if (value.isUndefined())
        return std::nullopt;
    const QDateTime time = QDateTime::fromString(value.toString(), Qt::ISODateWithMs);
    if (!time.isValid() || time.timeSpec() == Qt::LocalTime)
        return wrong(name, QStringLiteral("a time such as \"2030-12-31T23:59:59Z\""));
    return Clock::System(std::chrono::milliseconds(time.toMSecsSinceEpoch()));
}

Result<void> Arguments::finish() const
{
    for (auto it = m_values.begin(); it != m_values.end(); ++it) {
        if (!m_known.contains(it.key()))
            return failure(Error::invalid(QStringLiteral("There is no argument of this name."), it.key().left(64)));
    }
    return {};
}

}
