// SPDX-License-Identifier: Apache-2.0
// GroupService: users by the hundred.
#include "daemon/accounts/groupservice.h"
#include "daemon/accounts/linefaults.h"
#include "shared/async/offload.h"
#include "shared/async/wait.h"

namespace moe::accounts {

namespace {

constexpr qsizetype mostShown = 64; // of what is wrong

void addToGroup(std::vector<CsvUser> &users, const QString &group)
{
    for (CsvUser &user : users) {
        if (!user.groups.contains(group, Qt::CaseInsensitive))
            user.groups.append(group);
    }
}

ImportedUser importedUser(const CsvUser &user, Clock::System now)
{
    NewUser fresh{user.name, now, user.displayName, user.email, Role::User, user.language};
    fresh.mustChangePassword = true;
    return {user.line, std::move(fresh), user.groups};
}

}

Task<QList<IssuedPassword>> GroupService::importUsers(QByteArray csv, std::optional<GroupId> group,
                                                      RequestContext context)
{
    CO_TRY(std::vector<CsvUser> listed, co_await offloadIfLarge(csv.size(), [&csv] { return parseUserCsv(csv); }));
    if (group) {
        CO_TRY(const Group common, co_await m_parts.groups.group(*group, context));
        addToGroup(listed, common.name);
    }
    std::vector<ImportedUser> users;
    QByteArrayList issued; // one for each user
    std::vector<QByteArray> passwords;
    for (CsvUser &user : listed) {
        users.push_back(importedUser(user, m_parts.clock.system()));
        issued.append(user.password.isEmpty() ? newStartPassword() : QByteArray());
        const QByteArray &start = issued.back();
        // With bytes of its own: what is hashed is wiped.
        passwords.push_back(start.isEmpty() ? std::move(user.password) : QByteArray(start.constData(), start.size()));
    }
    CO_TRY_VOID(co_await refuseTaken(users, context)); // before the long work; the store looks again
    CO_TRY(auto hashes, co_await hashed(std::move(passwords), context));
    for (std::size_t i = 0; i < users.size(); ++i)
        users[i].user.passwordHash = std::move(hashes[i]);
    CO_TRY(const QList<User> added, co_await store(std::move(users), std::move(context)));
    QList<IssuedPassword> result;
    for (qsizetype i = 0; i < added.size(); ++i)
        result.append(IssuedPassword{added[i], issued[i]});
    co_return result;
}

Task<void> GroupService::refuseTaken(std::vector<ImportedUser> users, RequestContext context)
{
    LineFaults faults;
    QSet<QString> knownGroups;
    for (const ImportedUser &user : users) {
        const Result<User> taken = co_await m_parts.users.findUser(user.user.name, context);
        if (taken)
            faults.add(user.line, QStringLiteral("the user name is taken"));
        else if (taken.error().code != ErrorCode::NotFound)
            co_return failure(taken.error());
        for (const QString &name : user.groups) {
            if (knownGroups.contains(name))
                continue;
            const Result<Group> group = co_await m_parts.groups.findGroup(name, context);
            if (group)
                knownGroups.insert(name);
            else if (group.error().code == ErrorCode::NotFound)
                faults.add(user.line, QStringLiteral("there is no group \"%1\"").arg(name.left(mostShown)));
            else
                co_return failure(group.error());
        }
    }
    if (faults.isEmpty())
        co_return {};
    co_return failure(Error::of(ErrorCode::Conflict, faults.message(), QStringLiteral("import_refused")));
}

/// As many at a time as the hasher has threads: more would fill its queue and keep people from signing in.
Task<std::vector<QByteArray>> GroupService::hashed(std::vector<QByteArray> passwords, RequestContext context)
{
    std::vector<QByteArray> hashes;
    hashes.reserve(passwords.size());
    for (std::size_t next = 0; next < passwords.size();) {
        std::vector<Task<QByteArray>> tasks;
        for (; next < passwords.size() && tasks.size() < PasswordHasher::threads; ++next)
            tasks.push_back(m_parts.hasher.hash(std::move(passwords[next]), context));
        auto results = co_await whenAll(std::move(tasks));
        for (Result<QByteArray> &result : results) {
            CO_TRY(QByteArray hash, std::move(result));
            hashes.push_back(std::move(hash));
        }
    }
    co_return hashes;
}

Task<QList<User>> GroupService::store(std::vector<ImportedUser> users, RequestContext context)
{
    QList<User> added;
    {
        CO_TRY(const AccountTurn turn, co_await m_parts.live.turn(context));
        CO_TRY(added, co_await m_parts.groups.importUsers(std::move(users), context));
    }
    std::vector<Grantee> ids;
    for (const User &user : added)
        ids.emplace_back(user.id);
    co_await m_parts.live.refreshAll(std::move(ids), std::move(context));
    co_return added;
}

}
