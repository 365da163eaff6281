// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/listquery.h"
#include "daemon/storage/relational/rows.h"

#include <QSqlRecord>

namespace moe::storage {

/// What rows must fulfil. The text comes from this program only; what clients say is always bound.
class Conditions
{
public:
    /// As many values as the condition has question marks.
    void add(QStringView condition, const QVariantList &values = {});
    /// Nothing, or " WHERE …".
    [[nodiscard]] QString where() const;
    [[nodiscard]] const QVariantList &values() const { return m_values; }

private:
    QString m_text;
    QVariantList m_values;
};

/// Where the rows of a list come from.
struct ListSource {
    QStringView columns;
    QStringView tables;
    QStringView id;
};

/// An expression that rows may be sorted by. Never null.
struct SortColumn {
    QStringView expression;
    bool isText = false;
};

/// How many rows there are, counted up to a limit, and estimated from how densely these lie beyond it.
[[nodiscard]] Result<qint64> totalOf(QSqlDatabase &db, const ListSource &source, const Conditions &conditions);
/// The cursor after which the row with this id is the next one. InvalidRequest if it is none of the list.
[[nodiscard]] Result<accounts::Cursor> cursorBefore(QSqlDatabase &db, const ListSource &source, Conditions conditions,
                                                    SortColumn column, qint64 id, accounts::SortDirection direction);

/// The statement for one page, and its values.
struct PageStatement {
    QString sql;
    QVariantList values;
    int limit = 0; ///< rows of the page; the statement delivers one more if there are any
};

/// After the columns of the source each row has its sort value and its id.
template <typename Sort>
[[nodiscard]] Result<PageStatement> pageStatement(const ListSource &source, Conditions conditions, SortColumn column,
                                                  const accounts::ListOrder<Sort> &order)
{
    const bool isAscending = order.direction == accounts::SortDirection::Ascending;
    if (order.after) {
        const auto *text = std::get_if<QString>(&order.after->value);
        if ((text != nullptr) != column.isText)
            return failure(
                Error::invalid(QStringLiteral("The cursor belongs to a list in another order. Begin the list anew."),
                               QStringLiteral("cursor")));
        const QVariant value = text ? QVariant(*text) : QVariant(std::get<qint64>(order.after->value));
        conditions.add(
            QString(u'(' % column.expression % u", " % source.id % (isAscending ? u") > (?, ?)" : u") < (?, ?)")),
            {value, order.after->id});
    }
    const int limit = std::clamp(order.limit, 1, accounts::largestPage);
    const QStringView direction = isAscending ? u"" : u" DESC";
    return PageStatement{u"SELECT " % source.columns % u", " % column.expression % u", " % source.id % u" FROM "
                             % source.tables % conditions.where() % u" ORDER BY " % column.expression % direction
                             % u", " % source.id % direction % u" LIMIT ?",
                         conditions.values() + QVariantList{limit + 1}, limit};
}

/// The rows of a page, each through `read`, and where the next one begins.
template <typename T, typename Sort, typename Read>
[[nodiscard]] Result<accounts::ListPage<T>> selectPage(QSqlDatabase &db, const ListSource &source,
                                                       Conditions conditions, SortColumn column,
                                                       accounts::ListOrder<Sort> order, Read read)
{
    accounts::ListPage<T> page;
    if (order.isTotalWanted) {
        TRY(page.total, totalOf(db, source, conditions));
    }
    if (order.beginAt) {
        TRY(order.after, cursorBefore(db, source, conditions, column, *order.beginAt, order.direction));
    }
    TRY(const PageStatement statement, pageStatement(source, std::move(conditions), column, order));
    accounts::Cursor last;
    TRY(QSqlQuery query, execute(db, statement.sql, statement.values));
    const int valueColumn = query.record().count() - 2;
    for (;;) {
        TRY(const bool hasRow, nextRow(query));
        if (!hasRow)
            return page;
        if (page.items.size() == statement.limit) {
            page.next = last;
            return page;
        }
        page.items.append(read(query));
        const QVariant value = query.value(valueColumn);
        last.value = column.isText ? decltype(last.value)(value.toString()) : value.toLongLong();
        last.id = query.value(valueColumn + 1).toLongLong();
    }
}

}
