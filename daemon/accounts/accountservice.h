// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/accountdirectory.h"
#include "daemon/accounts/keydirectory.h"
#include "daemon/accounts/userstore.h"

namespace moe::accounts {

/// A part of a list in order of id: at most `limit` entries with ids above `after`.
struct Page {
    qint64 after = 0;
    int limit = largestPage;
};

/// The use cases of user and key administration: checks the input, writes to the stores, then to the directory.
/// Main thread only. Stores, directory and clock outlive it; it outlives its tasks.
class AccountService
{
public:
    /// What is asked for when a key is made.
    struct KeyRequest {
        QString userName;
        QString label;                        ///< at most 200 characters, no control characters
        std::optional<Clock::System> expires; ///< in the future
    };
    struct Parts {
        UserStore &users;
        KeyStore &keys;
        KeyDirectory &directory;
        AccountDirectory &accounts;
        const Clock &clock;
    };
    explicit AccountService(Parts parts);
    AccountService(const AccountService &) = delete;
    AccountService &operator=(const AccountService &) = delete;

    [[nodiscard]] Task<User> addUser(QString name, RequestContext context);
    [[nodiscard]] Task<QList<User>> listUsers(Page page, RequestContext context);

    /// The only place where the text of a key is ever known.
    [[nodiscard]] Task<IssuedKey> createKey(KeyRequest request, RequestContext context);
    /// Of one user, or of all if the name is empty.
    [[nodiscard]] Task<QList<ApiKey>> listKeys(QString userName, Page page, RequestContext context);
    /// By id (digits) or by the beginning of the key, which must fit one active key only.
    [[nodiscard]] Task<ApiKey> revokeKey(QString idOrPrefix, RequestContext context);

private:
    UserStore &m_users;
    KeyStore &m_keys;
    KeyDirectory &m_directory;
    AccountDirectory &m_accounts;
    const Clock &m_clock;
};

}
