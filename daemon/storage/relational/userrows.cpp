// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/relational/userrows.h"

namespace moe::storage {

User userOf(const QSqlQuery &row)
{
    User user;
    user.id = UserId(row.value(0).toLongLong());
    user.name = row.value(1).toString();
    user.isActive = row.value(2).toBool();
    user.created = timeOf(row.value(3));
    user.displayName = row.value(4).toString();
    user.email = row.value(5).toString();
    user.role = enumOf(roleNames, row.value(6).toString());
    user.mustChangePassword = row.value(7).toBool();
    user.language = row.value(8).toString();
    user.updated = timeOf(row.value(9));
    user.version = row.value(10).toLongLong();
    return user;
}

Result<User> oneUser(QSqlDatabase &db, QStringView condition, const QVariant &value)
{
    return selectOne<User>(db, u"SELECT " % userColumns % u" FROM users WHERE " % condition, {value}, &userOf,
                           QStringLiteral("There is no such user."));
}

Result<User> insertUser(QSqlDatabase &db, const accounts::NewUser &user)
{
    const QVariant passwordHash
        = user.passwordHash.isEmpty() ? QVariant() : QVariant(QString::fromLatin1(user.passwordHash));
    return explainConflict(
        selectOne<User>(db,
                        u"INSERT INTO users (name, created_at, updated_at, display_name, email, role, language, "
                        "password_hash, must_change_password) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING "
                            % userColumns,
                        {user.name, toSql(user.created), toSql(user.created), user.displayName, user.email,
                         nameOf(roleNames, user.role), user.language, passwordHash, user.mustChangePassword},
                        &userOf, QString()),
        QStringLiteral("There is a user of this name already."));
}

}
