// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/listquery.h"
#include "shared/core/clock.h"
#include "shared/core/result.h"
#include "shared/wire/control/endpoint.h"

#include <initializer_list>
#include <limits>
#include <utility>

namespace moe::api::control {

using moe::control::ListOf;
using moe::control::PageQuery;

/// A cursor as clients see it: opaque, safe in URLs.
[[nodiscard]] QString cursorText(const accounts::Cursor &cursor);
/// InvalidRequest if it is none of ours.
[[nodiscard]] Result<accounts::Cursor> cursorOfText(const QString &text);

/// The fields that a list may be sorted by.
template <typename Sort>
using SortNames = std::initializer_list<std::pair<QLatin1StringView, Sort>>;

inline constexpr int usualPage = 100;

/// A limit as it was asked for. InvalidRequest unless it is 1 to 500.
[[nodiscard]] Result<int> pageLimit(std::optional<int> limit);

[[nodiscard]] Error unknownSortField(const QStringList &known);

/// Which part of a list is asked for, and in which order. InvalidRequest, naming the parameter.
template <typename Sort>
Result<accounts::ListOrder<Sort>> listOrder(const PageQuery &query, SortNames<Sort> names,
                                            accounts::ListOrder<Sort> standard = {})
{
    accounts::ListOrder<Sort> order = standard;
    TRY(order.limit, pageLimit(query.limit));
    if (query.cursor) {
        TRY(order.after, cursorOfText(*query.cursor));
    }
    order.isTotalWanted = !query.cursor; // once for all parts
    if (!query.sort)
        return order;
    QStringView field = *query.sort;
    const bool isDescending = field.startsWith(u'-');
    if (isDescending)
        field = field.sliced(1);
    QStringList known;
    for (const auto &[name, sort] : names) {
        known.append(name);
        if (field == name) {
            order.by = sort;
            order.direction = isDescending ? accounts::SortDirection::Descending : accounts::SortDirection::Ascending;
            return order;
        }
    }
    return failure(unknownSortField(known));
}

/// Where a list of times shall begin instead of at a cursor: the id of a row, or milliseconds since 1970.
struct Beginning {
    std::optional<qint64> id = {};
    std::optional<qint64> milliseconds = {};
};

/// Of a time or an id. InvalidRequest.
[[nodiscard]] Result<Beginning> beginningOfText(const QString &text);

/// The same list of times, beginning at a row or a time ("around") instead of at a cursor.
template <typename Sort>
Result<accounts::ListOrder<Sort>> beginningAround(accounts::ListOrder<Sort> order, const std::optional<QString> &around)
{
    if (!around)
        return order;
    if (order.after)
        return failure(Error::invalid(QStringLiteral("Either a cursor, or an id or a time to begin at."),
                                      QStringLiteral("around"), QStringLiteral("invalid_value")));
    TRY(const Beginning beginning, beginningOfText(*around));
    order.beginAt = beginning.id;
    if (!beginning.milliseconds)
        return order;
    const qint64 milliseconds = *beginning.milliseconds;
    const bool isDescending = order.direction == accounts::SortDirection::Descending;
    order.after = accounts::Cursor{milliseconds, isDescending ? std::numeric_limits<qint64>::max() : 0};
    return order;
}

/// A part of a list as it is answered; `convert` makes a wire value of each item.
template <typename Wire, typename T, typename Convert>
ListOf<Wire> listOf(const accounts::ListPage<T> &page, Convert convert)
{
    ListOf<Wire> list;
    for (const T &item : page.items)
        list.items.append(convert(item));
    if (page.next)
        list.next = cursorText(*page.next);
    list.total = page.total;
    return list;
}

template <typename T>
ListOf<T> listOf(const accounts::ListPage<T> &page)
{
    return listOf<T>(page, [](const T &item) { return item; });
}

}
