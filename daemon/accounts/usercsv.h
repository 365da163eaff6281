// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QByteArray>
#include <QStringList>

#include <vector>

namespace moe::accounts {

inline constexpr qsizetype largestUserCsv = 5 * 1000 * 1000; // bytes
inline constexpr std::size_t mostCsvUsers = 10'000;

/// One user of an import file, checked as if added alone.
struct CsvUser {
    int line = 0; ///< where it begins, as people count
    QString name;
    QString displayName;
    QString email;
    QStringList groups; ///< by name, each once
    QByteArray password; ///< secret; empty: one is to be generated
    QString language;

    friend bool operator==(const CsvUser &, const CsvUser &) = default;
};

/// Reads a list of users: UTF-8 with or without byte order mark, a header line that names the columns `username`
/// (required), `display_name`, `email`, `groups` (separated by "|"), `password` and `language` in any order, then a
/// line for each user. Fields are separated by "," or ";", whichever the header uses first, and quoted as RFC 4180
/// says. Lines without any text are passed over. InvalidRequest "bad_csv" names all lines at fault (20, "and N more")
/// and never quotes their passwords; TooLarge beyond 5 MB or 10,000 users.
[[nodiscard]] Result<std::vector<CsvUser>> parseUserCsv(const QByteArray &csv);

}
