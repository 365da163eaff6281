// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/relational/sqlauditstore.h"
#include "daemon/storage/relational/listpage.h"

namespace moe::storage {

using accounts::AuditFold;
using accounts::AuditQuery;
using accounts::AuditSubject;
using accounts::ListPage;

// The functions in here run on the executor's thread; the members below only carry them there.
namespace {

constexpr QStringView auditColumns
    = u"id, at, actor, address, action, object, before_json, after_json, is_success, folded";

AuditEntry entryOf(const QSqlQuery &row)
{
    AuditEntry entry;
    entry.id = row.value(0).toLongLong();
    entry.time = timeOf(row.value(1));
    entry.actor = row.value(2).toString();
    entry.address = row.value(3).toString();
    entry.action = row.value(4).toString();
    entry.object = row.value(5).toString();
    entry.before = row.value(6).toString().toUtf8();
    entry.after = row.value(7).toString().toUtf8();
    entry.isSuccess = row.value(8).toBool();
    entry.count = row.value(9).toLongLong();
    return entry;
}

Result<std::vector<qint64>> insertEntries(QSqlDatabase &db, const std::vector<AuditEntry> &entries)
{
    TRY(Transaction transaction, Transaction::begin(db));
    std::vector<qint64> ids;
    for (const AuditEntry &entry : entries) {
        TRY(const qint64 id,
            selectNumber(db,
                         QStringLiteral("INSERT INTO audit_entries (at, actor, address, action, object, before_json, "
                                        "after_json, is_success, folded) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
                                        "RETURNING id"),
                         {toSql(entry.time), entry.actor, entry.address, entry.action, entry.object,
                          QString::fromUtf8(entry.before), QString::fromUtf8(entry.after), entry.isSuccess,
                          entry.count}));
        ids.push_back(id);
    }
    TRY_VOID(transaction.commit());
    return ids;
}

Result<void> addFolds(QSqlDatabase &db, const std::vector<AuditFold> &folds)
{
    QList<QVariantList> rows;
    for (const AuditFold &fold : folds)
        rows.append({fold.more, fold.entry});
    TRY(Transaction transaction, Transaction::begin(db));
    TRY_VOID(executeMany(db, QStringLiteral("UPDATE audit_entries SET folded = folded + ? WHERE id = ?"), rows));
    return transaction.commit();
}

Result<ListPage<AuditEntry>> selectEntries(QSqlDatabase &db, const AuditQuery &query)
{
    Conditions conditions;
    if (!query.actor.isEmpty())
        conditions.add(u"actor = ?", {query.actor});
    if (query.action.endsWith(u'.'))
        conditions.add(u"action LIKE ? ESCAPE '\\'", {startPattern(query.action)});
    else if (!query.action.isEmpty())
        conditions.add(u"action = ?", {query.action});
    if (!query.object.isEmpty())
        conditions.add(u"object = ?", {query.object});
    if (query.isSuccess)
        conditions.add(u"is_success = ?", {*query.isSuccess});
    if (query.from)
        conditions.add(u"at >= ?", {toSql(*query.from)});
    if (query.to)
        conditions.add(u"at < ?", {toSql(*query.to)});
    return selectPage<AuditEntry>(db, {auditColumns, u"audit_entries", u"id"}, conditions, {u"at"}, query.order,
                                  &entryOf);
}

Result<qint64> deleteEntries(QSqlDatabase &db, Clock::System time, int limit)
{
    TRY(Transaction transaction, Transaction::begin(db));
    TRY_VOID(execute(db, QStringLiteral("UPDATE audit_retention SET deletable_before = ? WHERE deletable_before < ?"),
                     {toSql(time), toSql(time)}));
    TRY(const qint64 count,
        change(db,
               QStringLiteral("DELETE FROM audit_entries WHERE id IN "
                              "(SELECT id FROM audit_entries WHERE at < ? ORDER BY at, id LIMIT ?)"),
               {toSql(time), limit}));
    TRY_VOID(transaction.commit());
    return count;
}

/// The schema's trigger lets exactly this pass.
QString anonymiseEntries()
{
    return QStringLiteral(
        "UPDATE audit_entries SET "
        "actor = coalesce((SELECT pseudonym FROM audit_erasure WHERE name = actor), actor), "
        "object = coalesce((SELECT pseudonym FROM audit_erasure WHERE name = object), object), "
        "address = CASE WHEN actor IN (SELECT name FROM audit_erasure) "
        "OR (actor = '' AND object IN (SELECT name FROM audit_erasure)) THEN '' ELSE address END, "
        "before_json = CASE WHEN object IN (SELECT name FROM audit_erasure) THEN '' ELSE before_json END, "
        "after_json = CASE WHEN object IN (SELECT name FROM audit_erasure) THEN '' ELSE after_json END "
        "WHERE id IN (SELECT id FROM audit_entries WHERE actor IN (SELECT name FROM audit_erasure) "
        "UNION SELECT id FROM audit_entries WHERE object IN (SELECT name FROM audit_erasure) LIMIT ?)");
}

Result<qint64> anonymiseSome(QSqlDatabase &db, const AuditSubject &subject, int limit)
{
    QList<QVariantList> names;
    for (const QString &name : subject.names)
        names.append({name, subject.pseudonym});
    TRY(Transaction transaction, Transaction::begin(db));
    TRY_VOID(executeMany(db,
                         QStringLiteral("INSERT INTO audit_erasure (name, pseudonym) VALUES (?, ?) "
                                        "ON CONFLICT (name) DO NOTHING"),
                         names));
    TRY(const qint64 count, change(db, anonymiseEntries(), {limit}));
    TRY_VOID(execute(db, QStringLiteral("DELETE FROM audit_erasure")));
    TRY_VOID(transaction.commit());
    return count;
}

}

Task<std::vector<qint64>> SqlAuditStore::append(std::vector<AuditEntry> entries, RequestContext context)
{
    return m_executor.run<std::vector<qint64>>(
        [entries = std::move(entries)](QSqlDatabase &db) { return insertEntries(db, entries); }, std::move(context));
}

Task<void> SqlAuditStore::fold(std::vector<AuditFold> folds, RequestContext context)
{
    return m_executor.run<void>([folds = std::move(folds)](QSqlDatabase &db) { return addFolds(db, folds); },
                                std::move(context));
}

Task<ListPage<AuditEntry>> SqlAuditStore::list(AuditQuery query, RequestContext context)
{
    return m_executor.run<ListPage<AuditEntry>>(
        [query = std::move(query)](QSqlDatabase &db) { return selectEntries(db, query); }, std::move(context));
}

Task<qint64> SqlAuditStore::removeBefore(Clock::System time, int limit, RequestContext context)
{
    return m_executor.run<qint64>([time, limit](QSqlDatabase &db) { return deleteEntries(db, time, limit); },
                                  std::move(context));
}

Task<qint64> SqlAuditStore::anonymise(AuditSubject subject, int limit, RequestContext context)
{
    return m_executor.run<qint64>(
        [subject = std::move(subject), limit](QSqlDatabase &db) { return anonymiseSome(db, subject, limit); },
        std::move(context));
}

}
