// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/wire/codec.h"

#include <QString>

#include <vector>

namespace moe::moectl {

/// One column of a table, or one line about a single thing.
struct Column {
    QLatin1StringView field; ///< in the JSON; "rates.parallel_requests" is a member of a member
    QLatin1StringView title;
};

/// What a command has to say, in both forms.
struct Output {
    QByteArray json;  ///< one document
    QString text;     ///< for people; whole lines
    int exitCode = 0; ///< 1: said, but not well (doctor)
};

/// A list as a document, without a cursor: it is whole.
template <typename T>
struct WholeList {
    QList<T> items;

    static constexpr auto fields()
    {
        return std::tuple{wire::Field<&WholeList::items>{QLatin1StringView("items"), wire::Presence::Required}};
    }
};

/// For people: a table of JSON's "items", or a line for each column.
[[nodiscard]] QString tableOf(const QByteArray &json, const std::vector<Column> &columns);
[[nodiscard]] QString linesOf(const QByteArray &json, const std::vector<Column> &columns);

template <typename T>
[[nodiscard]] Output listed(const QList<T> &items, const std::vector<Column> &columns)
{
    Output output{wire::write(WholeList<T>{items}), {}};
    output.text = tableOf(output.json, columns);
    return output;
}

template <typename T>
[[nodiscard]] Output shown(const T &value, const std::vector<Column> &columns)
{
    Output output{wire::write(value), {}};
    output.text = linesOf(output.json, columns);
    return output;
}

/// That something was done which has no answer of its own: {"removed": "anna"}.
[[nodiscard]] Output done(QLatin1StringView what, const QString &object);

}
