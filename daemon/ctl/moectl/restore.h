// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"
#include "shared/wire/fields.h"

#include <QString>

namespace moe::moectl {

/// What was put back, and where that is which was there before.
struct Restored {
    QString file;
    std::optional<QString> kept;

    static constexpr auto fields()
    {
        return std::tuple{wire::Field<&Restored::file>{QLatin1StringView("restored")},
                          wire::Field<&Restored::kept>{QLatin1StringView("kept")}};
    }
};

/// Puts a backup in the place of the data directory's database. The old one and its usage journal are kept beside it.
/// Conflict if a daemon runs there or the file is no database that this version knows; nothing is changed then.
[[nodiscard]] Result<Restored> restoreDatabase(const QString &backup, const QString &dataDirectory);

}
