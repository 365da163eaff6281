// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/relational/sqlgroupstore.h"
#include "daemon/storage/relational/grantrows.h"
#include "daemon/storage/relational/groupimport.h"
#include "daemon/storage/relational/listpage.h"

namespace moe::storage {

using accounts::GroupQuery;
using accounts::GroupSort;
using accounts::ListPage;
using accounts::NewGroup;

// The functions in here run on the executor's thread; the members below only carry them there.
namespace {

constexpr QStringView groupColumns = u"id, name, description, budget_daily, budget_monthly, budget_total, "
                                     "requests_per_minute, parallel_requests";

Group groupOf(const QSqlQuery &row)
{
    const accounts::Limits limits = limitsOf(row, 3);
    return Group{GroupId(row.value(0).toLongLong()), row.value(1).toString(), row.value(2).toString(), limits.budget,
                 limits.rates};
}

QString noSuchGroup() { return QStringLiteral("There is no such group."); }
QString nameTaken() { return QStringLiteral("There is a group of this name already."); }

Result<Group> oneGroup(QSqlDatabase &db, QStringView condition, const QVariant &value)
{
    return selectOne<Group>(db, u"SELECT " % groupColumns % u" FROM user_groups WHERE " % condition, {value}, &groupOf,
                            noSuchGroup());
}

Result<Group> insertGroup(QSqlDatabase &db, const NewGroup &group)
{
    return explainConflict(
        selectOne<Group>(db, u"INSERT INTO user_groups (name, description) VALUES (?, ?) RETURNING " % groupColumns,
                         {group.name, group.description}, &groupOf, QString()),
        nameTaken());
}

Result<Group> changeGroup(QSqlDatabase &db, GroupId id, const NewGroup &group)
{
    return explainConflict(
        selectOne<Group>(db, u"UPDATE user_groups SET name = ?, description = ? WHERE id = ? RETURNING " % groupColumns,
                         {group.name, group.description, id.value()}, &groupOf, noSuchGroup()),
        nameTaken());
}

Result<ListPage<Group>> selectGroups(QSqlDatabase &db, const GroupQuery &query)
{
    Conditions conditions;
    if (query.member)
        conditions.add(u"id IN (SELECT group_id FROM group_members WHERE user_id = ?)", {query.member->value()});
    if (!query.text.isEmpty()) {
        const QString pattern = containsPattern(query.text);
        conditions.add(u"(lower(name) LIKE ? ESCAPE '\\' OR lower(description) LIKE ? ESCAPE '\\')",
                       {pattern, pattern});
    }
    const SortColumn column
        = query.order.by == GroupSort::Name ? SortColumn{u"lower(name)", true} : SortColumn{u"id", false};
    return selectPage<Group>(db, {groupColumns, u"user_groups", u"id"}, conditions, column, query.order, &groupOf);
}

Result<void> deleteGroup(QSqlDatabase &db, GroupId id, Clock::System now)
{
    const GranteeRow row{id};
    TRY(Transaction transaction, Transaction::begin(db));
    TRY_VOID(requireGrantee(db, row));
    TRY_VOID(markUpdated(db, row, now));
    TRY_VOID(execute(db, QStringLiteral("DELETE FROM user_groups WHERE id = ?"), {id.value()}));
    return transaction.commit();
}

Result<bool> changeMember(QSqlDatabase &db, GroupId id, UserId user, bool isMember, Clock::System now)
{
    TRY(Transaction transaction, Transaction::begin(db));
    TRY_VOID(requireGrantee(db, GranteeRow{id}));
    TRY_VOID(requireGrantee(db, GranteeRow{user}));
    const QString sql = isMember
        ? QStringLiteral("INSERT INTO group_members (group_id, user_id) VALUES (?, ?) ON CONFLICT DO NOTHING")
        : QStringLiteral("DELETE FROM group_members WHERE group_id = ? AND user_id = ?");
    TRY(const qint64 changes, change(db, sql, {id.value(), user.value()}));
    if (changes > 0)
        TRY_VOID(markUpdated(db, GranteeRow{user}, now));
    TRY_VOID(transaction.commit());
    return changes > 0;
}

}

Task<Group> SqlGroupStore::addGroup(NewGroup group, RequestContext context)
{
    return m_executor.run<Group>([group = std::move(group)](QSqlDatabase &db) { return insertGroup(db, group); },
                                 std::move(context));
}

Task<Group> SqlGroupStore::group(GroupId id, RequestContext context)
{
    return m_executor.run<Group>([id](QSqlDatabase &db) { return oneGroup(db, u"id = ?", id.value()); },
                                 std::move(context));
}

Task<Group> SqlGroupStore::findGroup(QString name, RequestContext context)
{
    return m_executor.run<Group>(
        [name = asciiLower(std::move(name))](QSqlDatabase &db) { return oneGroup(db, u"lower(name) = ?", name); },
        std::move(context));
}

Task<ListPage<Group>> SqlGroupStore::listGroups(GroupQuery query, RequestContext context)
{
    return m_executor.run<ListPage<Group>>(
        [query = std::move(query)](QSqlDatabase &db) { return selectGroups(db, query); }, std::move(context));
}

Task<Group> SqlGroupStore::updateGroup(GroupId id, NewGroup group, RequestContext context)
{
    return m_executor.run<Group>(
        [id, group = std::move(group)](QSqlDatabase &db) { return changeGroup(db, id, group); }, std::move(context));
}

Task<void> SqlGroupStore::removeGroup(GroupId id, Clock::System now, RequestContext context)
{
    return m_executor.run<void>([=](QSqlDatabase &db) { return deleteGroup(db, id, now); }, std::move(context));
}

Task<bool> SqlGroupStore::setMember(GroupId id, UserId user, bool isMember, Clock::System now, RequestContext context)
{
    return m_executor.run<bool>([=](QSqlDatabase &db) { return changeMember(db, id, user, isMember, now); },
                                std::move(context));
}

Task<QList<User>> SqlGroupStore::importUsers(std::vector<accounts::ImportedUser> users, RequestContext context)
{
    return m_executor.run<QList<User>>(
        [users = std::move(users)](QSqlDatabase &db) { return storage::importUsers(db, users); }, std::move(context));
}

}
