// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/wire/codec.h"
#include "shared/wire/fields.h"

#include <QLatin1StringView>
#include <QList>
#include <QString>

#include <optional>
#include <tuple>

/// The operations of the control API as values, which daemon and clients share: neither can speak of an operation that
/// the other does not know, or mean other types by it.
namespace moe::control {

/// Who may use an operation.
enum class Access {
    Open,     ///< anybody
    SignedIn, ///< whoever is signed in, about himself
    Operator, ///< operators and administrators
    Admin,    ///< administrators
};

/// A query or body that is empty.
struct Nothing {
    static constexpr auto fields() { return std::tuple{}; }
    friend bool operator==(const Nothing &, const Nothing &) = default;
};

/// A body that is not JSON.
struct RawBody {
    QByteArray bytes;
    friend bool operator==(const RawBody &, const RawBody &) = default;
};

/// One operation. `path` has parameters in braces: "/control/v1/users/{user}".
template <typename Query_, typename Body_, typename Answer_>
struct Endpoint {
    using Query = Query_;
    using Body = Body_;
    using Answer = Answer_; ///< Nothing: status 204

    QLatin1StringView id; ///< "listUsers"
    QLatin1StringView method;
    QLatin1StringView path;
    Access access = Access::Admin;
    QLatin1StringView summary;
    int status = 200;     ///< of a success; 204 where the answer is Nothing
    bool isVersioned = false; ///< the answer has an ETag; an edit takes If-Match
};

/// What lists have in common: which part is wanted, and in which order.
struct PageQuery {
    std::optional<int> limit;      ///< 1 to 500; 100 if it is not said
    std::optional<QString> cursor; ///< `next` of the part before
    std::optional<QString> sort;   ///< a field, with "-" before it from the last to the first
};

/// To be put together with the fields of the list's own query: std::tuple_cat(pageFields<UserQuery>(), …).
template <typename Query>
constexpr auto pageFields()
{
    using wire::Field;
    return std::tuple{Field<&Query::limit>{QLatin1StringView("limit")},
                      Field<&Query::cursor>{QLatin1StringView("cursor")},
                      Field<&Query::sort>{QLatin1StringView("sort")}};
}

/// A part of a list.
template <typename T>
struct ListOf {
    QList<T> items;
    std::optional<QString> next;  ///< cursor of the next part; none at the end
    std::optional<qint64> total;  ///< about how many there are in all, where that is known

    friend bool operator==(const ListOf &, const ListOf &) = default;
    static constexpr auto fields()
    {
        using wire::Field;
        return std::tuple{Field<&ListOf::items>{QLatin1StringView("items"), wire::Presence::Required},
                          Field<&ListOf::next>{QLatin1StringView("next")},
                          Field<&ListOf::total>{QLatin1StringView("total")}};
    }
};

}
