// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/storage/sql.h"
#include "shared/model/usagerecord.h"

#include <map>
#include <tuple>

namespace moe::storage {

/// What many records have in common (what was asked for, and who answered) is stored once, under a number that is made
/// of it: nothing has to be looked up to store a record. For the records of one batch, which outlive it.
class UsageKinds
{
public:
    /// The number of a record's kind.
    [[nodiscard]] qint64 idOf(const UsageRecord &record);
    /// Stores those that idOf() was asked for.
    [[nodiscard]] Result<void> write(QSqlDatabase &db) const;

private:
    using Key = std::tuple<const QString &, const QString &, const QString &, const QStringList &, const QStringList &>;
    struct Kind {
        qint64 id = 0;
        Clock::System last; // time of the latest record
    };

    std::map<Key, Kind> m_kinds;
};

/// Names as one text, and back.
[[nodiscard]] QString textOf(const QStringList &names);
[[nodiscard]] QStringList namesOf(const QString &text);

}
