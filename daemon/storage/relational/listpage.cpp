// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/relational/listpage.h"

namespace moe::storage {

void Conditions::add(QStringView condition, const QVariantList &values)
{
    m_text += (m_text.isEmpty() ? u" WHERE " : u" AND ") % condition;
    m_values += values;
}

QString Conditions::where() const { return m_text; }

namespace {

constexpr qint64 mostCounted = 100'000; // some milliseconds

struct Sample {
    qint64 rows = 0;
    qint64 span = 0; // of ids
};

Sample sampleOf(const QSqlQuery &row)
{
    return {row.value(0).toLongLong(), row.value(2).toLongLong() - row.value(1).toLongLong() + 1};
}

}

Result<qint64> totalOf(QSqlDatabase &db, const ListSource &source, const Conditions &conditions)
{
    TRY(const Sample sample,
        selectOne<Sample>(db,
                          u"SELECT count(*), coalesce(min(id), 0), coalesce(max(id), 0) FROM (SELECT " % source.id
                              % u" AS id FROM " % source.tables % conditions.where() % u" LIMIT ?) AS sample",
                          conditions.values() + QVariantList{mostCounted}, &sampleOf, QString()));
    if (sample.rows < mostCounted)
        return sample.rows;
    TRY(const Sample all,
        selectOne<Sample>(db,
                          u"SELECT 0, (SELECT min(" % source.id % u") FROM " % source.tables % u"), (SELECT max("
                              % source.id % u") FROM " % source.tables % u")",
                          {}, &sampleOf, QString()));
    return std::max(sample.rows, qint64(double(sample.rows) * double(all.span) / double(sample.span)));
}

Result<accounts::Cursor> cursorBefore(QSqlDatabase &db, const ListSource &source, Conditions conditions,
                                      SortColumn column, qint64 id, accounts::SortDirection direction)
{
    conditions.add(QString(source.id % u" = ?"), {id});
    auto value = selectOne<QVariant>(
        db, u"SELECT " % column.expression % u" FROM " % source.tables % conditions.where(), conditions.values(),
        [](const QSqlQuery &row) { return row.value(0); }, QString());
    if (!value && value.error().code == ErrorCode::NotFound)
        return failure(Error::invalid(QStringLiteral("This list has nothing with this id to begin at."),
                                      QStringLiteral("around"), QStringLiteral("invalid_value")));
    TRY(const QVariant found, std::move(value));
    const qint64 before = direction == accounts::SortDirection::Ascending ? id - 1 : id + 1;
    return column.isText ? accounts::Cursor{found.toString(), before} : accounts::Cursor{found.toLongLong(), before};
}

}
