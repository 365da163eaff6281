// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/sqlite/sqlitelawindex.h"

#include "daemon/storage/sql.h"
#include "daemon/storage/sqlite/lawrows.h"
#include "daemon/storage/sqlite/sqlitedatabase.h"
#include "daemon/storage/sqlite/sqlitelimit.h"
#include "daemon/tools/law/germanwords.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace moe::storage {

namespace {

const QString lawColumns = u"l.id, l.abbreviation, l.title, l.issued, l.status, l.text_date"_s;
constexpr int lawColumnCount = 6;

law::LawInfo lawOf(const QSqlQuery &row)
{
    return {row.value(0).toLongLong(), row.value(1).toString(), row.value(2).toString(),
            row.value(3).toString(),   row.value(4).toString(), row.value(5).toString()};
}

/// Reads all rows.
template <typename Row>
Result<QList<Row>> rowsOf(QSqlDatabase &db, const QString &sql, const QVariantList &values,
                          Row (*read)(const QSqlQuery &))
{
    TRY(QSqlQuery query, execute(db, sql, values));
    QList<Row> rows;
    for (;;) {
        TRY(const bool hasRow, nextRow(query));
        if (!hasRow)
            return rows;
        rows.append(read(query));
    }
}

/// A stem as an expression of FTS5: a quoted string, so nothing in it is taken for an operator.
QString termOf(QString stem, law::WordMatch match)
{
    // Half of all words begin with some few letters: looking for them takes long and finds nothing of use.
    constexpr qsizetype leastBeginning = 3;
    const bool isBeginning = match != law::WordMatch::All && stem.size() >= leastBeginning;
    stem.replace(u'"', u"\"\""_s);
    return u'"' + stem + (isBeginning ? u"\"*"_s : u"\""_s);
}

QString matchOf(const QStringList &stems, law::WordMatch match)
{
    QStringList terms;
    for (const QString &stem : stems)
        terms.append(termOf(stem, match));
    return terms.join(match == law::WordMatch::Any ? u" OR "_s : u" "_s);
}

QStringList beginningsOf(const QStringList &stems)
{
    QStringList beginnings;
    std::ranges::transform(stems, std::back_inserter(beginnings), &law::beginningOf);
    return beginnings;
}

/// Words are looked for until the context ends it.
template <typename Work>
std::invoke_result_t<Work, const SqliteLimit &> limited(QSqlDatabase &db, const RequestContext &context, Work work)
{
    const SqliteLimit limit(db, context);
    auto result = work(limit);
    if (!result)
        TRY_VOID(limit.check());
    return result;
}

Result<QList<law::LawInfo>> titledOf(QSqlDatabase &db, const QStringList &stems, int limit)
{
    if (stems.isEmpty())
        return QList<law::LawInfo>(); // FTS5 has no expression for nothing
    return rowsOf(db,
                  u"SELECT "_s + lawColumns
                      + u" FROM law_words JOIN laws l ON l.id = law_words.rowid WHERE law_words MATCH ? "
                        "ORDER BY bm25(law_words, 4.0, 1.0), l.id LIMIT ?"_s,
                  {matchOf(beginningsOf(stems), law::WordMatch::Beginnings), limit}, &lawOf);
}

Result<QList<law::NormHit>> hitsOf(QSqlDatabase &db, const law::WordQuery &query, const SqliteLimit &limit)
{
    if (query.stems.isEmpty())
        return QList<law::NormHit>();
    const QStringList telling = law::searchStems(query.stems);
    const QStringList stems = query.match == law::WordMatch::All ? telling : beginningsOf(telling);
    QVariantList values{matchOf(stems, query.match)};
    QString condition;
    if (query.law) {
        condition = u"AND n.law_id = ? "_s;
        values.append(*query.law);
    }
    values.append(query.limit);
    TRY(QSqlQuery rows,
        execute(db,
                u"SELECT "_s + lawColumns
                    + u", n.id, n.label, n.title, n.section, n.is_repealed, n.text FROM norm_words "
                      "JOIN norms n ON n.id = norm_words.rowid JOIN laws l ON l.id = n.law_id "
                      "WHERE norm_words MATCH ? "_s
                    + condition + u"ORDER BY bm25(norm_words, 8.0, 2.0, 1.0), n.id LIMIT ?"_s,
                values));
    QList<law::NormHit> hits;
    for (;;) {
        TRY(const bool hasRow, nextRow(rows));
        if (!hasRow)
            return hits;
        TRY_VOID(limit.check()); // looking through long texts takes its time too
        const auto text = [&rows](int column) { return rows.value(lawColumnCount + column).toString(); };
        hits.append({rows.value(lawColumnCount).toLongLong(),
                     lawOf(rows),
                     {text(1), text(2), text(3), rows.value(lawColumnCount + 4).toBool()},
                     law::excerptOf(text(5), stems)});
    }
}

Result<QHash<QString, law::SourceMark>> marksOf(QSqlDatabase &db)
{
    TRY(QSqlQuery rows, execute(db, u"SELECT source, tag, hash FROM laws"_s));
    QHash<QString, law::SourceMark> marks;
    for (;;) {
        TRY(const bool hasRow, nextRow(rows));
        if (!hasRow)
            return marks;
        marks.insert(rows.value(0).toString(), {rows.value(1).toString().toUtf8(), rows.value(2).toString().toUtf8()});
    }
}

Result<int> removeOthers(QSqlDatabase &db, const QSet<QString> &ids)
{
    TRY(Transaction transaction, Transaction::begin(db));
    TRY(const auto marks, marksOf(db));
    int removed = 0;
    for (auto it = marks.begin(); it != marks.end(); ++it) {
        if (ids.contains(it.key()))
            continue;
        TRY_VOID(removeLaw(db, it.key()));
        ++removed;
    }
    TRY_VOID(transaction.commit());
    return removed;
}

Result<QList<law::LawInfo>> lawsOfNames(QSqlDatabase &db, const QStringList &keys)
{
    QList<law::LawInfo> laws;
    for (const QString &key : keys) {
        TRY(const auto named,
            rowsOf(
                db,
                u"SELECT "_s + lawColumns
                    + u" FROM law_names JOIN laws l ON l.id = law_id WHERE name = ? ORDER BY rank, l.text_date DESC"_s,
                {key}, &lawOf));
        for (const law::LawInfo &law : named) {
            if (std::ranges::find(laws, law.id, &law::LawInfo::id) == laws.end())
                laws.append(law);
        }
    }
    return laws;
}

}

Result<std::unique_ptr<SqliteLawIndex>> SqliteLawIndex::open(QString path, const Clock &clock)
{
    SqliteOptions options;
    options.path = std::move(path);
    options.schema = u"law"_s;
    options.executor.threads = 2; // whoever looks something up does not wait for a law that is written
    options.executor.queueLimit = 200;
    TRY(auto database, openSqlite(options, clock));
    TRY(auto searches, openSqlite(std::move(options), clock));
    return std::unique_ptr<SqliteLawIndex>(new SqliteLawIndex(std::move(database), std::move(searches)));
}

Task<qint64> SqliteLawIndex::lawCount(RequestContext context)
{
    return m_database->run<qint64>(
        [](QSqlDatabase &db) -> Result<qint64> {
            TRY(QSqlQuery query, execute(db, u"SELECT count(*) FROM laws"_s));
            TRY_VOID(nextRow(query));
            return query.value(0).toLongLong();
        },
        std::move(context));
}

Task<QList<law::LawInfo>> SqliteLawIndex::lawsNamed(QStringList keys, RequestContext context)
{
    return m_database->run<QList<law::LawInfo>>(
        [keys = std::move(keys)](QSqlDatabase &db) { return lawsOfNames(db, keys); }, std::move(context));
}

Task<QList<law::LawInfo>> SqliteLawIndex::lawsTitled(QStringList stems, int limit, RequestContext context)
{
    return m_searches->run<QList<law::LawInfo>>(
        [stems = law::searchStems(stems), limit, context](QSqlDatabase &db) {
            return limited(db, context, [&](const SqliteLimit &) { return titledOf(db, stems, limit); });
        },
        context);
}

Task<QList<law::NormInfo>> SqliteLawIndex::contents(qint64 law, RequestContext context)
{
    return m_database->run<QList<law::NormInfo>>(
        [law](QSqlDatabase &db) {
            return rowsOf<law::NormInfo>(
                db, u"SELECT label, title, section, is_repealed FROM norms WHERE law_id = ? ORDER BY id"_s, {law},
                [](const QSqlQuery &row) {
                    return law::NormInfo{row.value(0).toString(), row.value(1).toString(), row.value(2).toString(),
                                         row.value(3).toBool()};
                });
        },
        std::move(context));
}

Task<QList<law::Norm>> SqliteLawIndex::norms(qint64 law, QString key, RequestContext context)
{
    return m_database->run<QList<law::Norm>>(
        [law, key = std::move(key)](QSqlDatabase &db) {
            return rowsOf<law::Norm>(
                db,
                u"SELECT label, title, section, text, footnotes, is_repealed FROM norm_keys k "
                "JOIN norms n ON n.id = k.norm_id WHERE k.law_id = ? AND k.name = ? ORDER BY is_repealed, n.id LIMIT 5"_s,
                {law, key}, [](const QSqlQuery &row) {
                    return law::Norm{row.value(0).toString(), row.value(1).toString(), row.value(2).toString(),
                                     row.value(3).toString(), row.value(4).toString(), row.value(5).toBool()};
                });
        },
        std::move(context));
}

Task<QList<law::NormHit>> SqliteLawIndex::search(law::WordQuery query, RequestContext context)
{
    return m_searches->run<QList<law::NormHit>>(
        [query = std::move(query), context](QSqlDatabase &db) {
            return limited(db, context, [&](const SqliteLimit &limit) { return hitsOf(db, query, limit); });
        },
        context);
}

Task<QHash<QString, law::SourceMark>> SqliteLawIndex::marks(RequestContext context)
{
    return m_database->run<QHash<QString, law::SourceMark>>(&marksOf, std::move(context));
}

Task<void> SqliteLawIndex::put(QString id, law::SourceMark mark, law::Statute statute, RequestContext context)
{
    return m_database->run<void>([id = std::move(id), mark = std::move(mark), statute = std::move(statute)](
                                     QSqlDatabase &db) { return putLaw(db, id, mark, statute); },
                                 std::move(context));
}

Task<void> SqliteLawIndex::setMark(QString id, law::SourceMark mark, RequestContext context)
{
    return m_database->run<void>(
        [id = std::move(id), mark = std::move(mark)](QSqlDatabase &db) -> Result<void> {
            TRY_VOID(execute(db, u"UPDATE laws SET tag = ?, hash = ? WHERE source = ?"_s,
                             {QString::fromUtf8(mark.tag), QString::fromUtf8(mark.hash), id}));
            return {};
        },
        std::move(context));
}

Task<int> SqliteLawIndex::keepOnly(QSet<QString> ids, RequestContext context)
{
    return m_database->run<int>([ids = std::move(ids)](QSqlDatabase &db) { return removeOthers(db, ids); },
                                std::move(context));
}

}
