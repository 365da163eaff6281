// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/relational/sqlgrantstore.h"
#include "daemon/storage/relational/grantrows.h"

namespace moe::storage {

using accounts::Grantee;

// The functions in here run on the executor's thread; the members below only carry them there.
namespace {

/// Runs one statement for each permission, and marks the grantee if any of them changed something.
Result<bool> changeEach(QSqlDatabase &db, const Grantee &grantee, const QList<Permission> &permissions,
                        QStringView (*statement)(bool isUser), Clock::System now)
{
    const GranteeRow row(grantee);
    TRY(Transaction transaction, Transaction::begin(db));
    TRY_VOID(requireGrantee(db, row));
    qint64 changes = 0;
    for (const Permission &permission : permissions) {
        TRY(const qint64 affected,
            change(db, statement(row.isUser).toString(),
                   {row.id, QString(permissionTypeName(permission.type)), permission.resource}));
        changes += affected;
    }
    if (changes > 0)
        TRY_VOID(markUpdated(db, row, now));
    TRY_VOID(transaction.commit());
    return changes > 0;
}

QStringView insertStatement(bool isUser)
{
    return isUser ? u"INSERT INTO user_permissions (user_id, type, resource) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
                  : u"INSERT INTO group_permissions (group_id, type, resource) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
}

QStringView deleteStatement(bool isUser)
{
    return isUser ? u"DELETE FROM user_permissions WHERE user_id = ? AND type = ? AND resource = ?"
                  : u"DELETE FROM group_permissions WHERE group_id = ? AND type = ? AND resource = ?";
}

Result<QList<Permission>> selectPermissions(QSqlDatabase &db, const GranteeRow &grantee, const QString &sql,
                                            const QVariantList &values)
{
    TRY(const Transaction moment, Transaction::beginReading(db));
    TRY_VOID(requireGrantee(db, grantee));
    QList<Permission> permissions;
    TRY(QSqlQuery query, execute(db, sql, values));
    for (;;) {
        TRY(const bool hasRow, nextRow(query));
        if (!hasRow)
            return permissions;
        if (const auto type = permissionTypeNamed(query.value(0).toString()))
            permissions.append(Permission{*type, query.value(1).toString()});
    }
}

Result<QList<Permission>> ownPermissions(QSqlDatabase &db, const Grantee &grantee)
{
    const GranteeRow row(grantee);
    return selectPermissions(db, row,
                             u"SELECT type, resource FROM " % row.permissionTable % u" WHERE " % row.permissionOwner
                                 % u" = ? ORDER BY type, resource",
                             {row.id});
}

Result<QList<Permission>> allPermissions(QSqlDatabase &db, UserId user)
{
    return selectPermissions(
        db, GranteeRow(user),
        QStringLiteral("SELECT type, resource FROM user_permissions WHERE user_id = ? "
                       "UNION SELECT p.type, p.resource FROM group_permissions p "
                       "JOIN group_members m ON m.group_id = p.group_id WHERE m.user_id = ? ORDER BY type, resource"),
        {user.value(), user.value()});
}

}

Task<bool> SqlGrantStore::grant(Grantee grantee, QList<Permission> permissions, Clock::System now,
                                RequestContext context)
{
    return m_executor.run<bool>(
        [=](QSqlDatabase &db) { return changeEach(db, grantee, permissions, &insertStatement, now); },
        std::move(context));
}

Task<bool> SqlGrantStore::revoke(Grantee grantee, QList<Permission> permissions, Clock::System now,
                                 RequestContext context)
{
    return m_executor.run<bool>(
        [=](QSqlDatabase &db) { return changeEach(db, grantee, permissions, &deleteStatement, now); },
        std::move(context));
}

Task<QList<Permission>> SqlGrantStore::permissions(Grantee grantee, RequestContext context)
{
    return m_executor.run<QList<Permission>>([grantee](QSqlDatabase &db) { return ownPermissions(db, grantee); },
                                             std::move(context));
}

Task<QList<Permission>> SqlGrantStore::effectivePermissions(UserId user, RequestContext context)
{
    return m_executor.run<QList<Permission>>([user](QSqlDatabase &db) { return allPermissions(db, user); },
                                             std::move(context));
}

}
