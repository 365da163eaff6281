// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/relational/rows.h"

namespace moe::storage {

namespace {

QString escaped(QString text)
{
    for (const QChar special : {u'\\', u'%', u'_'})
        text.replace(special, QString(u'\\' % special));
    return text;
}

}

Result<qint64> selectNumber(QSqlDatabase &db, const QString &sql, const QVariantList &values)
{
    TRY(const auto rows,
        select<std::vector<qint64>>(db, sql, values, [](const QSqlQuery &row) { return row.value(0).toLongLong(); }));
    return rows.empty() ? 0 : rows.front();
}

Result<qint64> change(QSqlDatabase &db, const QString &sql, const QVariantList &values)
{
    TRY(const QSqlQuery query, execute(db, sql, values));
    return query.numRowsAffected();
}

QString containsPattern(const QString &text) { return u'%' % escaped(asciiLower(text)) % u'%'; }

QString startPattern(const QString &text) { return escaped(text) % u'%'; }

QString asciiLower(QString text)
{
    for (QChar &c : text) {
        if (c >= u'A' && c <= u'Z')
            c = QChar(c.unicode() + (u'a' - u'A'));
    }
    return text;
}

QVariant toSql(std::optional<qint64> number) { return number ? QVariant(*number) : QVariant(); }

QVariant toSql(std::optional<int> number) { return number ? QVariant(*number) : QVariant(); }

std::optional<qint64> optionalNumberOf(const QVariant &value)
{
    return value.isNull() ? std::nullopt : std::optional(value.toLongLong());
}

std::optional<int> optionalIntOf(const QVariant &value)
{
    return value.isNull() ? std::nullopt : std::optional(value.toInt());
}

QVariant toSql(const Hash &hash)
{
    return QByteArray(reinterpret_cast<const char *>(hash.data()), qsizetype(hash.size()));
}

Hash hashOf(const QVariant &value)
{
    Hash hash{};
    const QByteArray bytes = value.toByteArray();
    std::copy_n(bytes.begin(), std::min(std::size_t(bytes.size()), hash.size()), hash.begin());
    return hash;
}

}
