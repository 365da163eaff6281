// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/budgetaccount.h"
#include "daemon/accounts/ratelimiter.h"
#include "daemon/accounts/snapshotstore.h"
#include "daemon/accounts/userpolicy.h"

#include <atomic>
#include <map>
#include <memory>
#include <shared_mutex>
#include <unordered_map>

namespace moe::accounts {

/// One user as requests see him. Requests under way keep it alive, whatever becomes of the user. Thread-safe.
class UserAccount
{
public:
    UserAccount(UserId id, std::shared_ptr<BudgetAccount> budget) : m_id(id), m_budget(std::move(budget)) { }
    UserAccount(const UserAccount &) = delete;
    UserAccount &operator=(const UserAccount &) = delete;

    [[nodiscard]] UserId id() const { return m_id; }
    /// What he may use now; a request asks once and keeps the answer.
    [[nodiscard]] std::shared_ptr<const UserPolicy> policy() const;
    [[nodiscard]] BudgetAccount &budget() const { return *m_budget; }
    /// Whether any token limit is set: what is not limited need not be bounded in advance.
    [[nodiscard]] bool isLimited() const { return m_isLimited.load(std::memory_order_relaxed); }

private:
    friend class AccountDirectory;
    void set(std::shared_ptr<const UserPolicy> policy, const BudgetLimits &limits);

    const UserId m_id;
    const std::shared_ptr<BudgetAccount> m_budget;
    std::atomic<bool> m_isLimited = false;
    mutable std::mutex m_mutex;
    std::shared_ptr<const UserPolicy> m_policy = std::make_shared<const UserPolicy>(); // guarded by m_mutex
};

/// One key as requests see it; immutable but for what its members guard themselves.
struct KeyAccount {
    std::shared_ptr<UserAccount> user;
    std::shared_ptr<RateLimiter> limiter;
    QString profile; ///< a Claude Code profile that the key is bound to; empty: none
};

/// What is decided from memory about requests with a valid key: permissions, budgets, rates. Thread-safe: every I/O
/// thread looks up keys while the main thread changes users and groups. What groups give is worked out when something
/// changes, not when a request comes.
class AccountDirectory
{
public:
    AccountDirectory() = default;
    AccountDirectory(const AccountDirectory &) = delete;
    AccountDirectory &operator=(const AccountDirectory &) = delete;

    /// Replaces everything; before the first request.
    void load(const AccountSnapshot &snapshot);

    /// Null if there is no such key, or its user is gone.
    [[nodiscard]] std::shared_ptr<const KeyAccount> key(KeyId key) const;
    [[nodiscard]] std::shared_ptr<UserAccount> user(UserId user) const;
    /// Empty if there is no such user.
    [[nodiscard]] QString nameOf(UserId user) const;

    // Main thread: what has just been written to the store. Effective on the next request, on whatever thread.
    void putUser(const UserEntry &user);
    void removeUser(UserId user);
    void putGroup(const GroupEntry &group);
    void removeGroup(GroupId group);
    void putKey(const DirectoryKey &key);
    void removeKey(KeyId key);

private:
    struct KeyEntry {
        std::shared_ptr<const KeyAccount> account;
        UserId user;
        RateLimits rates; // the key's own
    };
    struct Entry {
        UserEntry stored;
        std::shared_ptr<UserAccount> account;
    };

    // All with m_mutex held for writing.
    void apply(const UserEntry &user);
    void refresh(Entry &entry);
    void refreshMembers(GroupId group);
    void addKey(const DirectoryKey &key);
    [[nodiscard]] std::vector<const GroupEntry *> groupsOf(const UserEntry &user) const;
    [[nodiscard]] RateLimits ratesOf(const KeyEntry &key, const UserEntry &user) const;

    mutable std::shared_mutex m_mutex; // of the maps; the accounts in them guard themselves
    std::map<GroupId, GroupEntry> m_groups;
    std::map<UserId, Entry> m_users;
    std::unordered_map<qint64, KeyEntry> m_keys;
};

}
