// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/storage/sql.h"

#include <algorithm>
#include <array>

// Reading and writing of rows, for jobs of a DbExecutor.
namespace moe::storage {

/// All rows of a query, each through `read`. A statement with RETURNING has to be read to its end, too: some of its
/// errors come only then.
template <typename List, typename Read>
Result<List> select(QSqlDatabase &db, const QString &sql, const QVariantList &values, Read read)
{
    TRY(QSqlQuery query, execute(db, sql, values));
    List list;
    for (;;) {
        TRY(const bool hasRow, nextRow(query));
        if (!hasRow)
            return list;
        list.push_back(read(query));
    }
}

/// The first row, or NotFound with this message.
template <typename T, typename Read>
Result<T> selectOne(QSqlDatabase &db, const QString &sql, const QVariantList &values, Read read,
                    const QString &missingMessage)
{
    TRY(auto rows, select<std::vector<T>>(db, sql, values, read));
    if (rows.empty())
        return failure(Error::of(ErrorCode::NotFound, missingMessage));
    return std::move(rows.front());
}

/// The number in the only row of a query without groups.
[[nodiscard]] Result<qint64> selectNumber(QSqlDatabase &db, const QString &sql, const QVariantList &values = {});

/// Runs a statement and says how many rows it changed.
[[nodiscard]] Result<qint64> change(QSqlDatabase &db, const QString &sql, const QVariantList &values);

/// With another message if it is a Conflict.
template <typename T>
Result<T> explainConflict(Result<T> result, const QString &message)
{
    if (!result && result.error().code == ErrorCode::Conflict)
        return failure(result.error().wrapped(message));
    return result;
}

/// A pattern for LIKE … ESCAPE '\' that finds `text` anywhere in what lower() makes of a column.
[[nodiscard]] QString containsPattern(const QString &text);
/// The same at the beginning only, without change of case.
[[nodiscard]] QString startPattern(const QString &text);

/// A name cannot hold other letters, and lower() changes no others on either back end.
[[nodiscard]] QString asciiLower(QString text);

[[nodiscard]] QVariant toSql(std::optional<qint64> number);
[[nodiscard]] QVariant toSql(std::optional<int> number);
[[nodiscard]] std::optional<qint64> optionalNumberOf(const QVariant &value);
[[nodiscard]] std::optional<int> optionalIntOf(const QVariant &value);

using Hash = std::array<unsigned char, 32>;
[[nodiscard]] QVariant toSql(const Hash &hash);
[[nodiscard]] Hash hashOf(const QVariant &value);

/// The text of an enumerator, from the table beside its type.
template <typename Enum, std::size_t Size>
QString nameOf(const std::array<std::pair<Enum, QLatin1StringView>, Size> &names, Enum value)
{
    return std::ranges::find(names, value, &std::pair<Enum, QLatin1StringView>::first)->second;
}

/// The enumerator of a text, which the schema or nobody else but us has written.
template <typename Enum, std::size_t Size>
Enum enumOf(const std::array<std::pair<Enum, QLatin1StringView>, Size> &names, const QString &text)
{
    const auto found = std::ranges::find_if(names, [&text](const auto &entry) { return entry.second == text; });
    return found == names.end() ? names.front().first : found->first;
}

}
