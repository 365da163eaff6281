// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/utcperiod.h"

using namespace Qt::StringLiterals;

namespace moe::accounts {

QString midnightText(std::chrono::sys_days day)
{
    const std::chrono::year_month_day date(day);
    return u"%1-%2-%3T00:00:00Z"_s.arg(int(date.year()), 4, 10, '0'_L1)
        .arg(unsigned(date.month()), 2, 10, '0'_L1)
        .arg(unsigned(date.day()), 2, 10, '0'_L1);
}

}
