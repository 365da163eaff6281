// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/relational/sqluserstore.h"
#include "daemon/storage/relational/listpage.h"
#include "daemon/storage/relational/userrows.h"

namespace moe::storage {

using accounts::ListPage;
using accounts::PasswordEntry;
using accounts::UserChange;
using accounts::UserQuery;
using accounts::UserSort;

// The functions in here run on the executor's thread; the members below only carry them there.
namespace {

SortColumn columnOf(UserSort sort)
{
    switch (sort) {
    case UserSort::Id: return {u"id"};
    case UserSort::Name: return {u"lower(name)", true};
    case UserSort::DisplayName: return {u"lower(display_name)", true};
    case UserSort::Email: return {u"lower(email)", true};
    case UserSort::Role: return {u"role", true};
    case UserSort::Created: return {u"created_at"};
    case UserSort::Updated: return {u"updated_at"};
    }
    Q_UNREACHABLE();
}

Result<ListPage<User>> selectUsers(QSqlDatabase &db, const UserQuery &query)
{
    Conditions conditions;
    if (query.role)
        conditions.add(u"role = ?", {nameOf(roleNames, *query.role)});
    if (query.isActive)
        conditions.add(u"is_active = ?", {*query.isActive});
    if (query.group)
        conditions.add(u"id IN (SELECT user_id FROM group_members WHERE group_id = ?)", {query.group->value()});
    if (!query.text.isEmpty()) {
        const QString pattern = containsPattern(query.text);
        conditions.add(u"(lower(name) LIKE ? ESCAPE '\\' OR lower(display_name) LIKE ? ESCAPE '\\' "
                       "OR lower(email) LIKE ? ESCAPE '\\')",
                       {pattern, pattern, pattern});
    }
    return selectPage<User>(db, {userColumns, u"users", u"id"}, conditions, columnOf(query.order.by), query.order,
                            &userOf);
}

/// So that two changes at once cannot each take the other's last administrator. SQLite has one writer at a time anyway.
Result<void> lockUsers(QSqlDatabase &db)
{
    if (dialectOf(db) == Dialect::Postgres)
        TRY_VOID(execute(db, QStringLiteral("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE")));
    return {};
}

bool isActiveAdmin(const User &user) { return user.isActive && user.role == Role::Admin; }

Result<void> requireAnotherAdmin(QSqlDatabase &db, UserId user)
{
    TRY(const qint64 others,
        selectNumber(db, QStringLiteral("SELECT count(*) FROM users WHERE role = 'admin' AND is_active AND id <> ?"),
                     {user.value()}));
    if (others == 0)
        return failure(Error::of(ErrorCode::Conflict,
                                 QStringLiteral("This is the last active administrator. Make another one first."),
                                 QStringLiteral("last_admin")));
    return {};
}

User changed(User user, const UserChange &change)
{
    user.name = change.name.value_or(user.name);
    user.displayName = change.displayName.value_or(user.displayName);
    user.email = change.email.value_or(user.email);
    user.role = change.role.value_or(user.role);
    user.isActive = change.isActive.value_or(user.isActive);
    user.mustChangePassword = change.mustChangePassword.value_or(user.mustChangePassword);
    user.language = change.language.value_or(user.language);
    return user;
}

Result<User> updateRow(QSqlDatabase &db, const User &wanted, Clock::System now)
{
    return explainConflict(
        selectOne<User>(db,
                        u"UPDATE users SET name = ?, display_name = ?, email = ?, role = ?, is_active = ?, "
                        "must_change_password = ?, language = ?, updated_at = ?, version = version + 1 "
                        "WHERE id = ? RETURNING "
                            % userColumns,
                        {wanted.name, wanted.displayName, wanted.email, nameOf(roleNames, wanted.role), wanted.isActive,
                         wanted.mustChangePassword, wanted.language, toSql(now), wanted.id.value()},
                        &userOf, QString()),
        QStringLiteral("There is a user of this name already."));
}

Result<User> changeUser(QSqlDatabase &db, UserId id, const UserChange &change, std::optional<qint64> version,
                        Clock::System now)
{
    TRY(Transaction transaction, Transaction::begin(db));
    TRY_VOID(lockUsers(db));
    TRY(const User before, oneUser(db, u"id = ?", id.value()));
    if (version && *version != before.version)
        return failure(Error::of(ErrorCode::Conflict,
                                 QStringLiteral("The user was changed meanwhile. Read it again and repeat the change."),
                                 QStringLiteral("version_mismatch")));
    const User wanted = changed(before, change);
    if (isActiveAdmin(before) && !isActiveAdmin(wanted))
        TRY_VOID(requireAnotherAdmin(db, id));
    TRY(const User after, updateRow(db, wanted, now));
    if (!after.isActive)
        TRY_VOID(execute(db, QStringLiteral("DELETE FROM sessions WHERE user_id = ?"), {id.value()}));
    TRY_VOID(transaction.commit());
    return after;
}

Result<void> deleteUser(QSqlDatabase &db, UserId id)
{
    TRY(Transaction transaction, Transaction::begin(db));
    TRY_VOID(lockUsers(db));
    TRY(const User user, oneUser(db, u"id = ?", id.value()));
    if (isActiveAdmin(user))
        TRY_VOID(requireAnotherAdmin(db, id));
    TRY_VOID(execute(db, QStringLiteral("DELETE FROM users WHERE id = ?"), {id.value()}));
    // Last: whoever was writing usage of the user has finished by now.
    TRY_VOID(execute(db, QStringLiteral("UPDATE usage_records SET user_id = 0, key_id = 0 WHERE user_id = ?"),
                     {id.value()}));
    return transaction.commit();
}

Result<PasswordEntry> selectPassword(QSqlDatabase &db, const QString &name)
{
    return selectOne<PasswordEntry>(
        db, u"SELECT " % userColumns % u", password_hash FROM users WHERE lower(name) = ?", {asciiLower(name)},
        [](const QSqlQuery &row) {
            return PasswordEntry{userOf(row), row.value(QStringLiteral("password_hash")).toString().toLatin1()};
        },
        QStringLiteral("There is no such user."));
}

Result<User> updatePassword(QSqlDatabase &db, UserId id, const QByteArray &hash, bool mustChange, Clock::System now)
{
    return selectOne<User>(
        db,
        u"UPDATE users SET password_hash = ?, must_change_password = ?, updated_at = ?, version = version + 1 "
        "WHERE id = ? RETURNING "
            % userColumns,
        {hash.isEmpty() ? QVariant() : QVariant(QString::fromLatin1(hash)), mustChange, toSql(now), id.value()},
        &userOf, QStringLiteral("There is no such user."));
}

}

Task<User> SqlUserStore::addUser(accounts::NewUser user, RequestContext context)
{
    return m_executor.run<User>([user = std::move(user)](QSqlDatabase &db) { return insertUser(db, user); },
                                std::move(context));
}

Task<User> SqlUserStore::findUser(QString name, RequestContext context)
{
    return m_executor.run<User>(
        [name = asciiLower(std::move(name))](QSqlDatabase &db) { return oneUser(db, u"lower(name) = ?", name); },
        std::move(context));
}

Task<User> SqlUserStore::user(UserId id, RequestContext context)
{
    return m_executor.run<User>([id](QSqlDatabase &db) { return oneUser(db, u"id = ?", id.value()); },
                                std::move(context));
}

Task<ListPage<User>> SqlUserStore::listUsers(UserQuery query, RequestContext context)
{
    return m_executor.run<ListPage<User>>(
        [query = std::move(query)](QSqlDatabase &db) { return selectUsers(db, query); }, std::move(context));
}

Task<User> SqlUserStore::updateUser(UserId id, UserChange change, std::optional<qint64> version, Clock::System now,
                                    RequestContext context)
{
    return m_executor.run<User>([=](QSqlDatabase &db) { return changeUser(db, id, change, version, now); },
                                std::move(context));
}

Task<void> SqlUserStore::removeUser(UserId id, RequestContext context)
{
    return m_executor.run<void>([id](QSqlDatabase &db) { return deleteUser(db, id); }, std::move(context));
}

Task<PasswordEntry> SqlUserStore::findPassword(QString name, RequestContext context)
{
    return m_executor.run<PasswordEntry>(
        [name = std::move(name)](QSqlDatabase &db) { return selectPassword(db, name); }, std::move(context));
}

Task<User> SqlUserStore::setPassword(UserId id, QByteArray hash, bool mustChange, Clock::System now,
                                     RequestContext context)
{
    return m_executor.run<User>([=](QSqlDatabase &db) { return updatePassword(db, id, hash, mustChange, now); },
                                std::move(context));
}

}
