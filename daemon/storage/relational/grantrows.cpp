// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/relational/grantrows.h"

namespace moe::storage {

GranteeRow::GranteeRow(const accounts::Grantee &grantee)
{
    if (const auto *user = std::get_if<UserId>(&grantee)) {
        table = u"users";
        permissionTable = u"user_permissions";
        permissionOwner = u"user_id";
        id = user->value();
        isUser = true;
    } else {
        table = u"user_groups";
        permissionTable = u"group_permissions";
        permissionOwner = u"group_id";
        id = std::get<GroupId>(grantee).value();
    }
}

QString GranteeRow::missingMessage() const
{
    return isUser ? QStringLiteral("There is no such user.") : QStringLiteral("There is no such group.");
}

Result<void> requireGrantee(QSqlDatabase &db, const GranteeRow &grantee)
{
    TRY(const qint64 found,
        selectNumber(db, u"SELECT count(*) FROM " % grantee.table % u" WHERE id = ?", {grantee.id}));
    if (found == 0)
        return failure(Error::of(ErrorCode::NotFound, grantee.missingMessage()));
    return {};
}

Result<void> markUpdated(QSqlDatabase &db, const GranteeRow &grantee, Clock::System now)
{
    const QStringView condition
        = grantee.isUser ? u"id = ?" : u"id IN (SELECT user_id FROM group_members WHERE group_id = ?)";
    TRY_VOID(execute(db, u"UPDATE users SET updated_at = ? WHERE " % condition, {toSql(now), grantee.id}));
    return {};
}

accounts::Limits limitsOf(const QSqlQuery &row, int column)
{
    return {{optionalNumberOf(row.value(column)), optionalNumberOf(row.value(column + 1)),
             optionalNumberOf(row.value(column + 2))},
            {optionalIntOf(row.value(column + 3)), optionalIntOf(row.value(column + 4))}};
}

accounts::BudgetUse useOf(const QSqlQuery &row, int column)
{
    const std::chrono::sys_days day{std::chrono::days(row.value(column).toInt())};
    return {day, row.value(column + 1).toLongLong(), row.value(column + 2).toLongLong(),
            row.value(column + 3).toLongLong()};
}

}
