// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/groupstore.h"
#include "daemon/accounts/liveaccounts.h"
#include "daemon/accounts/passwordhasher.h"
#include "daemon/accounts/precondition.h"
#include "daemon/accounts/startpassword.h"
#include "daemon/accounts/usercsv.h"

namespace moe::accounts {

/// The use cases of groups: checks the input, writes to the store, then makes it effective on the next request. What
/// groups grant and limit is PolicyService's; their members are listed by UserService with UserQuery::group. Main
/// thread. What it is made of outlives it; it outlives its tasks.
class GroupService
{
public:
    struct Parts {
        GroupStore &groups;
        UserStore &users;
        LiveAccounts &live;
        PasswordHasher &hasher;
        const Clock &clock;
    };
    explicit GroupService(Parts parts) : m_parts(parts) { }
    GroupService(const GroupService &) = delete;
    GroupService &operator=(const GroupService &) = delete;

    /// The name has 1 to 64 characters, no "|"; the description at most 200. Conflict if the name is taken, without
    /// regard to ASCII case.
    [[nodiscard]] Task<Group> add(NewGroup group, RequestContext context);
    [[nodiscard]] Task<Group> group(GroupId id, RequestContext context);
    [[nodiscard]] Task<Group> find(QString name, RequestContext context);
    [[nodiscard]] Task<ListPage<Group>> list(GroupQuery query, RequestContext context);
    /// New name and description.
    [[nodiscard]] Task<Group> change(GroupId id, NewGroup group, Precondition<Group> onlyIf, RequestContext context);
    /// Its members lose what it granted.
    [[nodiscard]] Task<void> remove(GroupId id, Precondition<Group> onlyIf, RequestContext context);
    /// False if it was so already.
    [[nodiscard]] Task<bool> setMember(GroupId id, UserId user, bool isMember, RequestContext context);

    /// Adds all users of a file (see parseUserCsv()) or none, in order of its lines, as members also of `group`. Who
    /// has no password there is given a start password; all must change theirs at the first sign-in. Hashing them takes
    /// some 50 ms a user: the caller sets the deadline. Conflict "import_refused" names the lines.
    [[nodiscard]] Task<QList<IssuedPassword>> importUsers(QByteArray csv, std::optional<GroupId> group,
                                                          RequestContext context);

private:
    [[nodiscard]] Task<void> refuseTaken(std::vector<ImportedUser> users, RequestContext context);
    [[nodiscard]] Task<std::vector<QByteArray>> hashed(std::vector<QByteArray> passwords, RequestContext context);
    [[nodiscard]] Task<QList<User>> store(std::vector<ImportedUser> users, RequestContext context);

    const Parts m_parts;
};

}
