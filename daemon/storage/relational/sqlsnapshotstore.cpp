// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/relational/sqlsnapshotstore.h"
#include "daemon/storage/relational/grantrows.h"
#include "daemon/storage/relational/keyrows.h"

namespace moe::storage {

using accounts::AccountSnapshot;
using accounts::GroupEntry;
using accounts::UserEntry;

// The functions in here run on the executor's thread; the members below only carry them there. An id narrows them to
// one user or group; without one they read everything.
namespace {

QString narrowed(QStringView condition, std::optional<qint64> id) { return id ? condition.toString() : QString(); }

QVariantList valuesOf(std::optional<qint64> id) { return id ? QVariantList{*id} : QVariantList(); }

UserEntry userEntryOf(const QSqlQuery &row)
{
    UserEntry entry;
    entry.id = UserId(row.value(0).toLongLong());
    entry.name = row.value(1).toString();
    entry.isActive = row.value(2).toBool();
    entry.role = enumOf(roleNames, row.value(3).toString());
    entry.mustChangePassword = row.value(4).toBool();
    entry.limits = limitsOf(row, 5);
    entry.use = useOf(row, 10);
    return entry;
}

GroupEntry groupEntryOf(const QSqlQuery &row)
{
    return GroupEntry{GroupId(row.value(0).toLongLong()), limitsOf(row, 1), {}};
}

/// Hands each row to the entry whose id is in its first column. Entries and rows are in order of id.
template <typename Entry, typename Read>
Result<void> distribute(QSqlDatabase &db, std::vector<Entry> &entries, const QString &sql, const QVariantList &values,
                        Read read)
{
    TRY(QSqlQuery query, execute(db, sql, values));
    auto entry = entries.begin();
    for (;;) {
        TRY(const bool hasRow, nextRow(query));
        if (!hasRow)
            return {};
        const qint64 id = query.value(0).toLongLong();
        while (entry != entries.end() && entry->id.value() < id)
            ++entry;
        if (entry == entries.end())
            return {};
        if (entry->id.value() == id)
            read(*entry, query);
    }
}

template <typename Entry>
void readPermission(Entry &entry, const QSqlQuery &row)
{
    if (const auto type = permissionTypeNamed(row.value(1).toString()))
        entry.permissions.push_back(Permission{*type, row.value(2).toString()});
}

Result<std::vector<GroupEntry>> readGroups(QSqlDatabase &db, std::optional<qint64> id)
{
    TRY(auto groups,
        select<std::vector<GroupEntry>>(
            db, u"SELECT id, " % limitColumns % u" FROM user_groups" % narrowed(u" WHERE id = ?", id) % u" ORDER BY id",
            valuesOf(id), &groupEntryOf));
    TRY_VOID(distribute(db, groups,
                        u"SELECT group_id, type, resource FROM group_permissions" % narrowed(u" WHERE group_id = ?", id)
                            % u" ORDER BY group_id, type, resource",
                        valuesOf(id), &readPermission<GroupEntry>));
    return groups;
}

Result<std::vector<UserEntry>> readUsers(QSqlDatabase &db, std::optional<qint64> id)
{
    TRY(auto users,
        select<std::vector<UserEntry>>(db,
                                       u"SELECT id, name, is_active, role, must_change_password, " % limitColumns
                                           % u", " % useColumns % u" FROM users LEFT JOIN budget_use ON user_id = id"
                                           % narrowed(u" WHERE id = ?", id) % u" ORDER BY id",
                                       valuesOf(id), &userEntryOf));
    TRY_VOID(distribute(db, users,
                        u"SELECT user_id, type, resource FROM user_permissions" % narrowed(u" WHERE user_id = ?", id)
                            % u" ORDER BY user_id, type, resource",
                        valuesOf(id), &readPermission<UserEntry>));
    TRY_VOID(distribute(db, users,
                        u"SELECT user_id, group_id FROM group_members" % narrowed(u" WHERE user_id = ?", id)
                            % u" ORDER BY user_id, group_id",
                        valuesOf(id), [](UserEntry &user, const QSqlQuery &row) {
                            user.groups.emplace_back(row.value(1).toLongLong());
                        }));
    return users;
}

Result<AccountSnapshot> readAll(QSqlDatabase &db)
{
    TRY(const Transaction moment, Transaction::beginReading(db));
    AccountSnapshot snapshot;
    TRY(snapshot.groups, readGroups(db, {}));
    TRY(snapshot.users, readUsers(db, {}));
    TRY(snapshot.keys, selectDirectory(db));
    return snapshot;
}

template <typename Entry>
Result<Entry> onlyOne(std::vector<Entry> entries, const accounts::Grantee &grantee)
{
    if (entries.empty())
        return failure(Error::of(ErrorCode::NotFound, GranteeRow(grantee).missingMessage()));
    return std::move(entries.front());
}

Result<UserEntry> readUser(QSqlDatabase &db, UserId id)
{
    TRY(const Transaction moment, Transaction::beginReading(db));
    TRY(auto users, readUsers(db, id.value()));
    return onlyOne(std::move(users), id);
}

Result<GroupEntry> readGroup(QSqlDatabase &db, GroupId id)
{
    TRY(const Transaction moment, Transaction::beginReading(db));
    TRY(auto groups, readGroups(db, id.value()));
    return onlyOne(std::move(groups), id);
}

}

Task<AccountSnapshot> SqlSnapshotStore::loadAll(RequestContext context)
{
    return m_executor.run<AccountSnapshot>([](QSqlDatabase &db) { return readAll(db); }, std::move(context));
}

Task<UserEntry> SqlSnapshotStore::loadUser(UserId id, RequestContext context)
{
    return m_executor.run<UserEntry>([id](QSqlDatabase &db) { return readUser(db, id); }, std::move(context));
}

Task<GroupEntry> SqlSnapshotStore::loadGroup(GroupId id, RequestContext context)
{
    return m_executor.run<GroupEntry>([id](QSqlDatabase &db) { return readGroup(db, id); }, std::move(context));
}

}
