// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/relational/sqlkeystore.h"
#include "daemon/storage/relational/keyrows.h"
#include "daemon/storage/relational/listpage.h"
#include "daemon/storage/relational/userrows.h"

namespace moe::storage {

using accounts::DirectoryKey;
using accounts::KeyChange;
using accounts::KeyQuery;
using accounts::KeyReference;
using accounts::KeySort;
using accounts::KeyTouch;
using accounts::ListPage;
using accounts::NewKey;

// The functions in here run on the executor's thread; the members below only carry them there.
namespace {

constexpr QStringView keyColumns
    = u"k.id, k.user_id, u.name, k.prefix, k.label, k.is_active, k.expires_at, k.created_at, k.last_used_at, "
      "k.profile, k.requests_per_minute, k.parallel_requests";
constexpr QStringView keyTables = u"api_keys k JOIN users u ON u.id = k.user_id";

ApiKey keyOf(const QSqlQuery &row)
{
    ApiKey key;
    key.id = KeyId(row.value(0).toLongLong());
    key.user = UserId(row.value(1).toLongLong());
    key.userName = row.value(2).toString();
    key.prefix = row.value(3).toString().toLatin1();
    key.label = row.value(4).toString();
    key.isActive = row.value(5).toBool();
    key.expires = optionalTimeOf(row.value(6));
    key.created = timeOf(row.value(7));
    key.lastUsed = optionalTimeOf(row.value(8));
    key.profile = row.value(9).toString();
    key.rates = {optionalIntOf(row.value(10)), optionalIntOf(row.value(11))};
    return key;
}

SortColumn columnOf(KeySort sort)
{
    switch (sort) {
    case KeySort::Id: return {u"k.id"};
    case KeySort::Label: return {u"lower(k.label)", true};
    case KeySort::Owner: return {u"lower(u.name)", true};
    case KeySort::Created: return {u"k.created_at"};
    case KeySort::Expires: return {u"coalesce(k.expires_at, 0)"};
    case KeySort::LastUsed: return {u"coalesce(k.last_used_at, 0)"};
    }
    Q_UNREACHABLE();
}

Result<ApiKey> oneKey(QSqlDatabase &db, QStringView condition, const QVariantList &values)
{
    TRY(const auto keys,
        select<QList<ApiKey>>(db, u"SELECT " % keyColumns % u" FROM " % keyTables % u" WHERE " % condition, values,
                              &keyOf));
    if (keys.isEmpty())
        return failure(Error::of(ErrorCode::NotFound, QStringLiteral("There is no such key.")));
    if (keys.size() > 1)
        return failure(
            Error::of(ErrorCode::Conflict, QStringLiteral("Several keys begin like that: name it by its id.")));
    return keys.front();
}

Result<ApiKey> keyById(QSqlDatabase &db, KeyId id) { return oneKey(db, u"k.id = ?", {id.value()}); }

Result<ApiKey> referredKey(QSqlDatabase &db, const KeyReference &reference)
{
    if (const auto *id = std::get_if<KeyId>(&reference))
        return keyById(db, *id);
    const QString prefix = QString::fromLatin1(std::get<QByteArray>(reference));
    // As a range, which the index serves; "g" comes after all hex digits.
    return oneKey(db, u"k.prefix >= ? AND k.prefix < ? AND k.is_active LIMIT 2", {prefix, QString(prefix % u'g')});
}

Result<ApiKey> insertKey(QSqlDatabase &db, const NewKey &key)
{
    TRY(Transaction transaction, Transaction::begin(db));
    TRY_VOID(oneUser(db, u"id = ?", key.user.value()));
    TRY(const qint64 id,
        selectNumber(db,
                     QStringLiteral("INSERT INTO api_keys (user_id, hash, prefix, label, expires_at, created_at, "
                                    "profile, requests_per_minute, parallel_requests) "
                                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id"),
                     {key.user.value(), toSql(key.hash), QString::fromLatin1(key.prefix), key.label, toSql(key.expires),
                      toSql(key.created), key.profile, toSql(key.rates.requestsPerMinute),
                      toSql(key.rates.parallelRequests)}));
    TRY(const ApiKey stored, keyById(db, KeyId(id)));
    TRY_VOID(transaction.commit());
    return stored;
}

Result<ListPage<ApiKey>> selectKeys(QSqlDatabase &db, const KeyQuery &query)
{
    Conditions conditions;
    if (query.user)
        conditions.add(u"k.user_id = ?", {query.user->value()});
    if (query.isActive)
        conditions.add(u"k.is_active = ?", {*query.isActive});
    if (query.expiringBefore)
        conditions.add(u"k.expires_at < ?", {toSql(*query.expiringBefore)});
    if (!query.text.isEmpty()) {
        const QString pattern = containsPattern(query.text);
        conditions.add(u"(lower(k.label) LIKE ? ESCAPE '\\' OR k.prefix LIKE ? ESCAPE '\\' "
                       "OR lower(u.name) LIKE ? ESCAPE '\\')",
                       {pattern, pattern, pattern});
    }
    return selectPage<ApiKey>(db, {keyColumns, keyTables, u"k.id"}, conditions, columnOf(query.order.by), query.order,
                              &keyOf);
}

Result<ApiKey> changeKey(QSqlDatabase &db, KeyId id, const KeyChange &change)
{
    TRY(Transaction transaction, Transaction::begin(db));
    TRY(ApiKey key, keyById(db, id));
    if (!key.isActive)
        return failure(Error::of(ErrorCode::Conflict, QStringLiteral("The key is revoked; make a new one."),
                                 QStringLiteral("key_revoked")));
    key.label = change.label.value_or(key.label);
    key.expires = change.expires.value_or(key.expires);
    key.profile = change.profile.value_or(key.profile);
    key.rates = change.rates.value_or(key.rates);
    TRY_VOID(execute(db,
                     QStringLiteral("UPDATE api_keys SET label = ?, expires_at = ?, profile = ?, "
                                    "requests_per_minute = ?, parallel_requests = ? WHERE id = ?"),
                     {key.label, toSql(key.expires), key.profile, toSql(key.rates.requestsPerMinute),
                      toSql(key.rates.parallelRequests), id.value()}));
    TRY(const ApiKey stored, keyById(db, id));
    TRY_VOID(transaction.commit());
    return stored;
}

Result<ApiKey> deactivateKey(QSqlDatabase &db, const KeyReference &reference)
{
    TRY(Transaction transaction, Transaction::begin(db));
    TRY(ApiKey key, referredKey(db, reference));
    key.isActive = false;
    TRY_VOID(
        execute(db, QStringLiteral("UPDATE api_keys SET is_active = ? WHERE id = ?"), {key.isActive, key.id.value()}));
    TRY_VOID(transaction.commit());
    return key;
}

Result<void> updateTouches(QSqlDatabase &db, const std::vector<KeyTouch> &touches)
{
    QList<QVariantList> rows;
    for (const KeyTouch &touch : touches)
        rows.append({toSql(touch.at), touch.key.value(), toSql(touch.at)});
    TRY(Transaction transaction, Transaction::begin(db));
    TRY_VOID(executeMany(
        db, QStringLiteral("UPDATE api_keys SET last_used_at = ? WHERE id = ? AND coalesce(last_used_at, 0) < ?"),
        rows));
    return transaction.commit();
}

}

Task<ApiKey> SqlKeyStore::addKey(NewKey key, RequestContext context)
{
    return m_executor.run<ApiKey>([key = std::move(key)](QSqlDatabase &db) { return insertKey(db, key); },
                                  std::move(context));
}

Task<ApiKey> SqlKeyStore::key(KeyId id, RequestContext context)
{
    return m_executor.run<ApiKey>([id](QSqlDatabase &db) { return keyById(db, id); }, std::move(context));
}

Task<ListPage<ApiKey>> SqlKeyStore::listKeys(KeyQuery query, RequestContext context)
{
    return m_executor.run<ListPage<ApiKey>>(
        [query = std::move(query)](QSqlDatabase &db) { return selectKeys(db, query); }, std::move(context));
}

Task<ApiKey> SqlKeyStore::updateKey(KeyId id, KeyChange change, RequestContext context)
{
    return m_executor.run<ApiKey>(
        [id, change = std::move(change)](QSqlDatabase &db) { return changeKey(db, id, change); }, std::move(context));
}

Task<ApiKey> SqlKeyStore::revokeKey(KeyReference reference, RequestContext context)
{
    return m_executor.run<ApiKey>(
        [reference = std::move(reference)](QSqlDatabase &db) { return deactivateKey(db, reference); },
        std::move(context));
}

Task<std::vector<DirectoryKey>> SqlKeyStore::loadDirectory(RequestContext context)
{
    return m_executor.run<std::vector<DirectoryKey>>([](QSqlDatabase &db) { return selectDirectory(db); },
                                                     std::move(context));
}

Task<void> SqlKeyStore::touchKeys(std::vector<KeyTouch> touches, RequestContext context)
{
    return m_executor.run<void>([touches = std::move(touches)](QSqlDatabase &db) { return updateTouches(db, touches); },
                                std::move(context));
}

}
