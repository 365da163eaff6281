// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/userstore.h"
#include "shared/model/group.h"

#include <vector>

namespace moe::accounts {

struct NewGroup {
    QString name;
    QString description;
};

enum class GroupSort { Id, Name };

struct GroupQuery {
    std::optional<UserId> member = {};
    QString text = {};                 ///< part of name or description, without regard to ASCII case
    ListOrder<GroupSort> order = {};
};

/// One line of a list of users to be added together.
struct ImportedUser {
    int line = 0;      ///< of the file, as people count; named in errors
    NewUser user;
    QStringList groups; ///< by name; they exist
};

/// Where groups and their members are kept. Every back end passes tests/contract. NotFound for unknown groups and
/// users; Unavailable while the back end cannot be used; what failed has changed nothing.
class GroupStore
{
public:
    GroupStore() = default;
    GroupStore(const GroupStore &) = delete;
    GroupStore &operator=(const GroupStore &) = delete;
    virtual ~GroupStore() = default;

    /// Conflict if the name is taken, without regard to ASCII case.
    [[nodiscard]] virtual Task<Group> addGroup(NewGroup group, RequestContext context) = 0;
    [[nodiscard]] virtual Task<Group> group(GroupId id, RequestContext context) = 0;
    /// By name, without regard to ASCII case.
    [[nodiscard]] virtual Task<Group> findGroup(QString name, RequestContext context) = 0;
    [[nodiscard]] virtual Task<ListPage<Group>> listGroups(GroupQuery query, RequestContext context) = 0;
    /// New name and description. Conflict if the name is taken.
    [[nodiscard]] virtual Task<Group> updateGroup(GroupId id, NewGroup group, RequestContext context) = 0;
    /// Its members lose what it granted.
    [[nodiscard]] virtual Task<void> removeGroup(GroupId id, Clock::System now, RequestContext context) = 0;
    /// False if it was so already.
    [[nodiscard]] virtual Task<bool> setMember(GroupId id, UserId user, bool isMember, Clock::System now,
                                               RequestContext context)
        = 0;
    /// All or none: Conflict "import_refused" naming the lines whose user name is taken (also by another line) or whose
    /// group is unknown.
    [[nodiscard]] virtual Task<QList<User>> importUsers(std::vector<ImportedUser> users, RequestContext context) = 0;
};

}
