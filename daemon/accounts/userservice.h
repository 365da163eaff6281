// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/auditstore.h"
#include "daemon/accounts/erasure.h"
#include "daemon/accounts/keystore.h"
#include "daemon/accounts/liveaccounts.h"
#include "daemon/accounts/passwordhasher.h"
#include "daemon/accounts/userstore.h"

#include <functional>

namespace moe::accounts {

/// A user to be added.
struct NewAccount {
    QString name;             ///< as checkUserName() says
    QString displayName = {}; ///< at most 200 characters
    QString email = {};       ///< at most 254 characters; may be empty
    Role role = Role::User;
    QString language = {};    ///< "", "de" or "en"
    std::optional<QByteArray> password = {}; ///< secret; must be changed at the first sign-in. Without: cannot sign in
};

/// The use cases of user administration: checks the input, writes to the store, then makes it effective. Main thread.
/// What it is made of outlives it; it outlives its tasks.
class UserService
{
public:
    struct Parts {
        UserStore &users;
        LiveAccounts &live;
        PasswordHasher &hasher;
        const Clock &clock;
        KeyStore &keys;
        Eraser *eraser = nullptr; ///< of what other stores hold; null: nothing
        AuditStore *audit = nullptr; ///< knows what users were called before; null: nobody was called otherwise
        std::function<void()> removed = {}; ///< called after each removal
    };
    explicit UserService(Parts parts) : m_parts(std::move(parts)) { }
    UserService(const UserService &) = delete;
    UserService &operator=(const UserService &) = delete;

    /// Conflict if the name is taken, without regard to ASCII case.
    [[nodiscard]] Task<User> add(NewAccount account, RequestContext context);
    [[nodiscard]] Task<User> user(UserId id, RequestContext context);
    [[nodiscard]] Task<User> find(QString name, RequestContext context);
    [[nodiscard]] Task<ListPage<User>> list(UserQuery query, RequestContext context);

    /// Blocking ends keys and sessions at once; unblocking lets the keys work again. Conflict "version_mismatch" unless
    /// the user has this version (without one: any); Conflict "last_admin"; Conflict if the name is taken. Keys and
    /// sessions of a renamed user go on working.
    [[nodiscard]] Task<User> change(UserId id, UserChange change, std::optional<qint64> version,
                                    RequestContext context);
    /// Blocks the user, erases what is theirs everywhere, then removes them. Conflict "last_admin". If something cannot
    /// be erased the user stays, blocked, and the removal is to be repeated.
    [[nodiscard]] Task<void> remove(UserId id, RequestContext context);

private:
    [[nodiscard]] Task<void> erase(User user, RequestContext context);
    [[nodiscard]] Task<User> store(UserId id, UserChange change, std::optional<qint64> version, RequestContext context);

    const Parts m_parts;
};

}
