// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QString>

#include <optional>
#include <variant>

namespace moe::accounts {

/// Where a list goes on: the sort value and the id of the last row that was delivered. It stays good when rows come and
/// go meanwhile.
struct Cursor {
    std::variant<qint64, QString> value; ///< times as milliseconds since 1970; an empty time as 0
    qint64 id = 0;

    friend bool operator==(const Cursor &, const Cursor &) = default;
};

enum class SortDirection { Ascending, Descending };

inline constexpr int largestPage = 500;

/// Order and part of a list. Rows of the same sort value are in order of id.
template <typename Sort>
struct ListOrder {
    Sort by{};
    SortDirection direction = SortDirection::Ascending;
    int limit = largestPage; ///< 1 to 500; other values are brought into that range
    std::optional<Cursor> after; ///< InvalidRequest if its value is of another kind than the sort field
    std::optional<qint64> beginAt = {}; ///< id of the first row, instead of `after`; InvalidRequest if there is none
    bool isTotalWanted = false;
};

/// A part of a list.
template <typename T>
struct ListPage {
    QList<T> items;
    std::optional<Cursor> next; ///< none at the end
    std::optional<qint64> total = {}; ///< if it was wanted: exact up to 100,000 rows, an estimate beyond

    friend bool operator==(const ListPage &, const ListPage &) = default;
};

}
