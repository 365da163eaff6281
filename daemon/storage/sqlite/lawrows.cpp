// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/sqlite/lawrows.h"

#include "daemon/storage/sql.h"
#include "daemon/tools/law/citation.h"
#include "daemon/tools/law/germanwords.h"

using namespace Qt::StringLiterals;

namespace moe::storage {

namespace {

QString words(const QString &text) { return law::stemsOf(text).join(u' '); }

Result<qint64> insertLaw(QSqlDatabase &db, const QString &id, const law::SourceMark &mark, const law::Statute &statute)
{
    TRY(const QSqlQuery inserted,
        execute(db,
                u"INSERT INTO laws (source, tag, hash, abbreviation, title, issued, status, text_date) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"_s,
                {id, QString::fromUtf8(mark.tag), QString::fromUtf8(mark.hash), statute.abbreviation, statute.title,
                 statute.issued, statute.status, statute.textDate}));
    const qint64 law = inserted.lastInsertId().toLongLong();
    QList<QVariantList> names;
    for (const QString &name : law::namesOf(statute))
        names.append({name, names.size(), law});
    TRY_VOID(executeMany(db, u"INSERT INTO law_names (name, rank, law_id) VALUES (?, ?, ?)"_s, names));
    TRY_VOID(execute(db, u"INSERT INTO law_words (rowid, names, title) VALUES (?, ?, ?)"_s,
                     {law, words(statute.abbreviation + u' ' + statute.officialAbbreviation),
                      words(statute.shortTitle + u' ' + statute.title)}));
    return law;
}

/// Ids are given here, so that all rows of a table go in with one prepared statement.
Result<qint64> firstFreeNorm(QSqlDatabase &db)
{
    TRY(QSqlQuery query, execute(db, u"SELECT coalesce(max(id), 0) + 1 FROM norms"_s));
    TRY_VOID(nextRow(query));
    return query.value(0).toLongLong();
}

struct NormRows {
    QList<QVariantList> norms;
    QList<QVariantList> keys;
    QList<QVariantList> words;
};

NormRows rowsOf(const QList<law::Norm> &norms, qint64 law, qint64 id)
{
    NormRows rows;
    for (const law::Norm &norm : norms) {
        rows.norms.append(
            {id, law, norm.label, norm.title, norm.section, norm.text, norm.footnotes, norm.isRepealed ? 1 : 0});
        QStringList keys = law::normKeys(norm.label);
        keys.removeDuplicates();
        for (const QString &key : keys)
            rows.keys.append({law, key, id});
        rows.words.append({id, words(norm.title), words(norm.section), words(norm.text)});
        ++id;
    }
    return rows;
}

}

Result<void> putLaw(QSqlDatabase &db, const QString &id, const law::SourceMark &mark, const law::Statute &statute)
{
    TRY(Transaction transaction, Transaction::begin(db));
    TRY_VOID(removeLaw(db, id));
    TRY(const qint64 law, insertLaw(db, id, mark, statute));
    TRY(const qint64 firstNorm, firstFreeNorm(db));
    const NormRows rows = rowsOf(statute.norms, law, firstNorm);
    TRY_VOID(executeMany(db,
                         u"INSERT INTO norms (id, law_id, label, title, section, text, footnotes, is_repealed) "
                         "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"_s,
                         rows.norms));
    TRY_VOID(executeMany(db, u"INSERT INTO norm_keys (law_id, name, norm_id) VALUES (?, ?, ?)"_s, rows.keys));
    TRY_VOID(
        executeMany(db, u"INSERT INTO norm_words (rowid, title, section, text) VALUES (?, ?, ?, ?)"_s, rows.words));
    return transaction.commit();
}

Result<void> removeLaw(QSqlDatabase &db, const QString &id)
{
    for (const auto &statement :
         {u"DELETE FROM norm_words WHERE rowid IN (SELECT n.id FROM norms n JOIN laws l ON l.id = n.law_id "
          "WHERE l.source = ?)"_s,
          u"DELETE FROM law_words WHERE rowid IN (SELECT id FROM laws WHERE source = ?)"_s,
          u"DELETE FROM laws WHERE source = ?"_s})
        TRY_VOID(execute(db, statement, {id}));
    return {};
}

}
