// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/arguments.h"

using namespace Qt::StringLiterals;

namespace moe::tools {

Result<qint64> boundedInteger(const ExactInteger &number, qint64 lowest, qint64 highest, const QString &argument)
{
    bool isSmall = false;
    const qint64 value = number.text.toLongLong(&isSmall);
    if (!isSmall || value < lowest || value > highest)
        return failure(
            badCall(u"%1: expected a whole number from %2 to %3."_s.arg(argument).arg(lowest).arg(highest), argument));
    return value;
}

QString counted(qint64 count, QLatin1StringView singular)
{
    return u"%1 %2%3"_s.arg(count).arg(singular, std::abs(count) == 1 ? ""_L1 : "s"_L1);
}

}
