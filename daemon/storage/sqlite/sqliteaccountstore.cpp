// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/sqlite/sqliteaccountstore.h"
#include "daemon/storage/sql.h"

namespace moe::storage {

using accounts::DirectoryKey;
using accounts::KeyHash;
using accounts::KeyReference;
using accounts::KeyTouch;
using accounts::NewKey;
using accounts::NewUser;
using accounts::Page;

// The functions in here run on the executor's thread; the coroutines below only carry them there.
namespace {

constexpr QStringView selectUser = u"SELECT id, name, is_active, created_at FROM users ";
constexpr QStringView selectKey
    = u"SELECT k.id, k.user_id, u.name, k.prefix, k.label, k.is_active, k.expires_at, k.created_at, k.last_used_at "
      "FROM api_keys k JOIN users u ON u.id = k.user_id ";

User userOf(const QSqlQuery &row)
{
    return User{UserId(row.value(0).toLongLong()), row.value(1).toString(), row.value(2).toBool(),
                timeOf(row.value(3))};
}

ApiKey keyOf(const QSqlQuery &row)
{
    return ApiKey{KeyId(row.value(0).toLongLong()), UserId(row.value(1).toLongLong()),
                  row.value(2).toString(),          row.value(3).toString().toLatin1(),
                  row.value(4).toString(),          row.value(5).toBool(),
                  optionalTimeOf(row.value(6)),     timeOf(row.value(7)),
                  optionalTimeOf(row.value(8))};
}

DirectoryKey directoryKeyOf(const QSqlQuery &row)
{
    DirectoryKey key;
    const QByteArray hash = row.value(0).toByteArray();
    std::copy_n(hash.begin(), std::min(std::size_t(hash.size()), key.hash.size()), key.hash.begin());
    key.key = KeyId(row.value(1).toLongLong());
    key.user = UserId(row.value(2).toLongLong());
    key.prefix = row.value(3).toString().toLatin1();
    key.expires = optionalTimeOf(row.value(4));
    key.isUserActive = row.value(5).toBool();
    return key;
}

QByteArray bytesOf(const KeyHash &hash)
{
    return QByteArray(reinterpret_cast<const char *>(hash.data()), qsizetype(hash.size()));
}

/// All rows of a query, each through `read`.
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

Result<User> oneUser(QSqlDatabase &db, QStringView condition, const QVariant &value)
{
    TRY(const auto users, select<QList<User>>(db, selectUser % condition, {value}, &userOf));
    if (users.isEmpty())
        return failure(Error::of(ErrorCode::NotFound, QStringLiteral("There is no such user.")));
    return users.front();
}

Result<ApiKey> oneKey(QSqlDatabase &db, QStringView condition, const QVariantList &values)
{
    TRY(const auto keys, select<QList<ApiKey>>(db, selectKey % condition, values, &keyOf));
    if (keys.isEmpty())
        return failure(Error::of(ErrorCode::NotFound, QStringLiteral("There is no such key.")));
    if (keys.size() > 1)
        return failure(
            Error::of(ErrorCode::Conflict, QStringLiteral("Several keys begin like that: name it by its id.")));
    return keys.front();
}

Result<ApiKey> referredKey(QSqlDatabase &db, const KeyReference &reference)
{
    if (const auto *id = std::get_if<KeyId>(&reference))
        return oneKey(db, u"WHERE k.id = ?", {id->value()});
    const QString prefix = QString::fromLatin1(std::get<QByteArray>(reference));
    // As a range, which the index serves; "g" comes after all hex digits.
    return oneKey(db, u"WHERE k.prefix >= ? AND k.prefix < ? AND k.is_active = 1 LIMIT 2",
                  {prefix, QString(prefix % u'g')});
}

Result<User> insertUser(QSqlDatabase &db, const NewUser &user)
{
    const auto inserted = execute(db, QStringLiteral("INSERT INTO users (name, created_at) VALUES (?, ?)"),
                                  {user.name, toSql(user.created)});
    if (!inserted && inserted.error().code == ErrorCode::Conflict)
        return failure(inserted.error().wrapped(QStringLiteral("There is a user of this name already.")));
    if (!inserted)
        return failure(inserted.error());
    return User{UserId(inserted->lastInsertId().toLongLong()), user.name, true, timeOf(toSql(user.created))};
}

Result<ApiKey> insertKey(QSqlDatabase &db, const NewKey &key)
{
    TRY(Transaction transaction, Transaction::begin(db));
    TRY_VOID(oneUser(db, u"WHERE id = ?", key.user.value()));
    TRY(const QSqlQuery inserted,
        execute(db,
                QStringLiteral("INSERT INTO api_keys (user_id, hash, prefix, label, expires_at, created_at) "
                               "VALUES (?, ?, ?, ?, ?, ?)"),
                {key.user.value(), bytesOf(key.hash), QString::fromLatin1(key.prefix), key.label, toSql(key.expires),
                 toSql(key.created)}));
    TRY(const ApiKey stored, oneKey(db, u"WHERE k.id = ?", {inserted.lastInsertId()}));
    TRY_VOID(transaction.commit());
    return stored;
}

Result<QList<ApiKey>> selectKeys(QSqlDatabase &db, std::optional<UserId> user, const Page &page)
{
    if (user)
        return select<QList<ApiKey>>(db, selectKey % u"WHERE k.user_id = ? AND k.id > ? ORDER BY k.id LIMIT ?",
                                     {user->value(), page.after, page.limit}, &keyOf);
    return select<QList<ApiKey>>(db, selectKey % u"WHERE k.id > ? ORDER BY k.id LIMIT ?", {page.after, page.limit},
                                 &keyOf);
}

Result<ApiKey> deactivateKey(QSqlDatabase &db, const KeyReference &reference)
{
    TRY(Transaction transaction, Transaction::begin(db));
    TRY(ApiKey key, referredKey(db, reference));
    TRY_VOID(execute(db, QStringLiteral("UPDATE api_keys SET is_active = 0 WHERE id = ?"), {key.id.value()}));
    TRY_VOID(transaction.commit());
    key.isActive = false;
    return key;
}

Result<void> updateTouches(QSqlDatabase &db, const std::vector<KeyTouch> &touches)
{
    TRY(Transaction transaction, Transaction::begin(db));
    for (const KeyTouch &touch : touches)
        TRY_VOID(execute(
            db, QStringLiteral("UPDATE api_keys SET last_used_at = max(coalesce(last_used_at, 0), ?) WHERE id = ?"),
            {toSql(touch.at), touch.key.value()}));
    return transaction.commit();
}

}

Task<User> SqliteAccountStore::addUser(NewUser user, RequestContext context)
{
    co_return co_await m_executor.run<User>([user](QSqlDatabase &db) { return insertUser(db, user); }, context);
}

Task<User> SqliteAccountStore::findUser(QString name, RequestContext context)
{
    co_return co_await m_executor.run<User>([name](QSqlDatabase &db) { return oneUser(db, u"WHERE name = ?", name); },
                                            context);
}

Task<QList<User>> SqliteAccountStore::listUsers(Page page, RequestContext context)
{
    co_return co_await m_executor.run<QList<User>>(
        [page](QSqlDatabase &db) {
            return select<QList<User>>(db, selectUser % u"WHERE id > ? ORDER BY id LIMIT ?", {page.after, page.limit},
                                       &userOf);
        },
        context);
}

Task<ApiKey> SqliteAccountStore::addKey(NewKey key, RequestContext context)
{
    co_return co_await m_executor.run<ApiKey>([key](QSqlDatabase &db) { return insertKey(db, key); }, context);
}

Task<QList<ApiKey>> SqliteAccountStore::listKeys(std::optional<UserId> user, Page page, RequestContext context)
{
    co_return co_await m_executor.run<QList<ApiKey>>(
        [user, page](QSqlDatabase &db) { return selectKeys(db, user, page); }, context);
}

Task<ApiKey> SqliteAccountStore::revokeKey(KeyReference reference, RequestContext context)
{
    co_return co_await m_executor.run<ApiKey>([reference](QSqlDatabase &db) { return deactivateKey(db, reference); },
                                              context);
}

Task<std::vector<DirectoryKey>> SqliteAccountStore::loadDirectory(RequestContext context)
{
    co_return co_await m_executor.run<std::vector<DirectoryKey>>(
        [](QSqlDatabase &db) {
            return select<std::vector<DirectoryKey>>(
                db,
                QStringLiteral("SELECT k.hash, k.id, k.user_id, k.prefix, k.expires_at, u.is_active FROM api_keys k "
                               "JOIN users u ON u.id = k.user_id WHERE k.is_active = 1"),
                {}, &directoryKeyOf);
        },
        context);
}

Task<void> SqliteAccountStore::touchKeys(std::vector<KeyTouch> touches, RequestContext context)
{
    co_return co_await m_executor.run<void>([touches](QSqlDatabase &db) { return updateTouches(db, touches); },
                                            context);
}

}
