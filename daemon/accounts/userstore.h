// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/listquery.h"
#include "shared/async/context.h"
#include "shared/async/task.h"
#include "shared/model/user.h"

#include <QByteArray>

namespace moe::accounts {

/// A user to be stored.
struct NewUser {
    QString name;
    Clock::System created;
    QString displayName = {};
    QString email = {};
    Role role = Role::User;
    QString language = {};
    QByteArray passwordHash = {};    ///< empty: cannot sign in
    bool mustChangePassword = false;
};

/// What is to be changed of a user; what has no value stays.
struct UserChange {
    std::optional<QString> name = {};
    std::optional<QString> displayName = {};
    std::optional<QString> email = {};
    std::optional<Role> role = {};
    std::optional<bool> isActive = {};
    std::optional<bool> mustChangePassword = {};
    std::optional<QString> language = {};
};

/// A user with what the password is checked against.
struct PasswordEntry {
    User user;
    QByteArray hash; ///< secret; empty: there is no password
};

enum class UserSort { Id, Name, DisplayName, Email, Role, Created, Updated };

struct UserQuery {
    std::optional<Role> role = {};
    std::optional<bool> isActive = {};
    std::optional<GroupId> group = {};
    QString text = {};                 ///< part of name, display name or e-mail, without regard to ASCII case
    ListOrder<UserSort> order = {};
};

/// Where users are kept. Every back end passes tests/contract. All calls end with Unavailable while the back end cannot
/// be used; what failed has changed nothing.
class UserStore
{
public:
    UserStore() = default;
    UserStore(const UserStore &) = delete;
    UserStore &operator=(const UserStore &) = delete;
    virtual ~UserStore() = default;

    /// Conflict if the name is taken, without regard to ASCII case.
    [[nodiscard]] virtual Task<User> addUser(NewUser user, RequestContext context) = 0;
    /// By name, without regard to ASCII case; NotFound.
    [[nodiscard]] virtual Task<User> findUser(QString name, RequestContext context) = 0;
    [[nodiscard]] virtual Task<User> user(UserId id, RequestContext context) = 0;
    [[nodiscard]] virtual Task<ListPage<User>> listUsers(UserQuery query, RequestContext context) = 0;

    /// Conflict "version_mismatch" unless the user has this version (without one: any); Conflict "last_admin" if no
    /// active administrator would be left; Conflict if another user has the name. The sessions of a blocked user are
    /// removed. Returns the user as changed.
    [[nodiscard]] virtual Task<User> updateUser(UserId id, UserChange change, std::optional<qint64> version,
                                                Clock::System now, RequestContext context)
        = 0;
    /// With keys, sessions, permissions and memberships; usage records stay without their owner. Conflict "last_admin".
    [[nodiscard]] virtual Task<void> removeUser(UserId id, RequestContext context) = 0;

    /// By name as findUser().
    [[nodiscard]] virtual Task<PasswordEntry> findPassword(QString name, RequestContext context) = 0;
    /// An empty hash takes the password away.
    [[nodiscard]] virtual Task<User> setPassword(UserId id, QByteArray hash, bool mustChange, Clock::System now,
                                                 RequestContext context)
        = 0;
};

}
