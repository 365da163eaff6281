// SPDX-License-Identifier: Apache-2.0
#include "daemon/settings/retentiontimes.h"

namespace moe::settings {

accounts::RetentionTimes retentionTimes(const Settings &settings)
{
    accounts::RetentionTimes times;
    times.usage.reset();
    if (const qint64 days = settings.value(keys::retentionUsageDays); days > 0)
        times.usage = std::chrono::days(days);
    times.audit = std::chrono::days(settings.value(keys::retentionAuditDays));
    return times;
}

}
