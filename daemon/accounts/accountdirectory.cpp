// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/accountdirectory.h"

#include <algorithm>

namespace moe::accounts {

namespace {

/// No limit is the mildest one.
template <typename T>
std::optional<T> stricter(const std::optional<T> &one, const std::optional<T> &other)
{
    if (!one || !other)
        return one ? one : other;
    return std::min(*one, *other);
}

/// The strictest of what the groups say, unless there is one of his own.
template <typename T>
std::optional<T> effective(const std::optional<T> &own, const std::vector<std::optional<T>> &fromGroups)
{
    if (own)
        return own;
    std::optional<T> strictest;
    for (const std::optional<T> &limit : fromGroups)
        strictest = stricter(strictest, limit);
    return strictest;
}

/// One of the limits as each of the groups has it.
template <typename Read>
auto ofEach(const std::vector<const GroupEntry *> &groups, Read read)
{
    std::vector<decltype(read(*groups.front()))> limits;
    for (const GroupEntry *group : groups)
        limits.push_back(read(*group));
    return limits;
}

BudgetLimits budgetOf(const BudgetLimits &own, const std::vector<const GroupEntry *> &groups)
{
    const auto limit = [&](std::optional<qint64> BudgetLimits::*which) {
        return effective(own.*which,
                         ofEach(groups, [which](const GroupEntry &group) { return group.limits.budget.*which; }));
    };
    return {limit(&BudgetLimits::daily), limit(&BudgetLimits::monthly), limit(&BudgetLimits::total)};
}

RateLimits combined(const RateLimits &own, const std::vector<const GroupEntry *> &groups)
{
    const auto limit = [&](std::optional<int> RateLimits::*which) {
        return effective(own.*which,
                         ofEach(groups, [which](const GroupEntry &group) { return group.limits.rates.*which; }));
    };
    return {limit(&RateLimits::requestsPerMinute), limit(&RateLimits::parallelRequests)};
}

}

std::shared_ptr<const UserPolicy> UserAccount::policy() const
{
    const std::lock_guard lock(m_mutex);
    return m_policy;
}

void UserAccount::set(std::shared_ptr<const UserPolicy> policy, const BudgetLimits &limits)
{
    m_isLimited.store(limits.hasAny(), std::memory_order_relaxed);
    m_budget->setLimits(limits);
    const std::lock_guard lock(m_mutex);
    m_policy = std::move(policy);
}

void AccountDirectory::load(const AccountSnapshot &snapshot)
{
    const std::unique_lock lock(m_mutex);
    m_groups.clear();
    m_users.clear();
    m_keys.clear();
    m_keys.reserve(snapshot.keys.size());
    for (const GroupEntry &group : snapshot.groups)
        m_groups.insert_or_assign(group.id, group);
    for (const UserEntry &user : snapshot.users)
        apply(user);
    for (const DirectoryKey &key : snapshot.keys)
        addKey(key);
}

std::shared_ptr<const KeyAccount> AccountDirectory::key(KeyId key) const
{
    const std::shared_lock lock(m_mutex);
    const auto found = m_keys.find(key.value());
    return found == m_keys.end() ? nullptr : found->second.account;
}

std::shared_ptr<UserAccount> AccountDirectory::user(UserId user) const
{
    const std::shared_lock lock(m_mutex);
    const auto found = m_users.find(user);
    return found == m_users.end() ? nullptr : found->second.account;
}

QString AccountDirectory::nameOf(UserId user) const
{
    const std::shared_lock lock(m_mutex);
    const auto found = m_users.find(user);
    return found == m_users.end() ? QString() : found->second.stored.name;
}

void AccountDirectory::putUser(const UserEntry &user)
{
    const std::unique_lock lock(m_mutex);
    apply(user);
    for (auto &[id, key] : m_keys) {
        if (key.user == user.id)
            key.account->limiter->setLimits(ratesOf(key, user));
    }
}

void AccountDirectory::removeUser(UserId user)
{
    const std::unique_lock lock(m_mutex);
    m_users.erase(user);
    std::erase_if(m_keys, [user](const auto &item) { return item.second.user == user; });
}

void AccountDirectory::putGroup(const GroupEntry &group)
{
    const std::unique_lock lock(m_mutex);
    m_groups.insert_or_assign(group.id, group);
    refreshMembers(group.id);
}

void AccountDirectory::removeGroup(GroupId group)
{
    const std::unique_lock lock(m_mutex);
    m_groups.erase(group);
    refreshMembers(group);
}

void AccountDirectory::putKey(const DirectoryKey &key)
{
    const std::unique_lock lock(m_mutex);
    addKey(key);
}

void AccountDirectory::removeKey(KeyId key)
{
    const std::unique_lock lock(m_mutex);
    m_keys.erase(key.value());
}

void AccountDirectory::apply(const UserEntry &user)
{
    Entry &entry = m_users[user.id];
    entry.stored = user;
    if (!entry.account)
        entry.account = std::make_shared<UserAccount>(user.id, BudgetAccount::create(user.limits.budget, user.use));
    refresh(entry);
}

void AccountDirectory::refresh(Entry &entry)
{
    const auto groups = groupsOf(entry.stored);
    QList<Permission> grants(entry.stored.permissions.begin(), entry.stored.permissions.end());
    for (const GroupEntry *group : groups)
        grants.append(QList<Permission>(group->permissions.begin(), group->permissions.end()));
    entry.account->set(std::make_shared<const UserPolicy>(grants), budgetOf(entry.stored.limits.budget, groups));
}

void AccountDirectory::refreshMembers(GroupId group)
{
    const auto isMember = [group](const UserEntry &user) { return std::ranges::contains(user.groups, group); };
    for (auto &[id, entry] : m_users) {
        if (isMember(entry.stored))
            refresh(entry);
    }
    for (auto &[id, key] : m_keys) {
        if (const auto user = m_users.find(key.user); user != m_users.end() && isMember(user->second.stored))
            key.account->limiter->setLimits(ratesOf(key, user->second.stored));
    }
}

void AccountDirectory::addKey(const DirectoryKey &key)
{
    const auto user = m_users.find(key.user);
    if (user == m_users.end())
        return;
    KeyEntry entry{nullptr, key.user, key.rates};
    const RateLimits rates = ratesOf(entry, user->second.stored);
    const auto known = m_keys.find(key.key.value());
    // A changed key keeps its limiter: what runs and what came in the last minute still counts.
    const auto limiter = known == m_keys.end() ? RateLimiter::create(rates) : known->second.account->limiter;
    limiter->setLimits(rates);
    entry.account = std::make_shared<const KeyAccount>(KeyAccount{user->second.account, limiter, key.profile});
    m_keys.insert_or_assign(key.key.value(), std::move(entry));
}

std::vector<const GroupEntry *> AccountDirectory::groupsOf(const UserEntry &user) const
{
    std::vector<const GroupEntry *> groups;
    for (const GroupId id : user.groups) {
        if (const auto found = m_groups.find(id); found != m_groups.end())
            groups.push_back(&found->second);
    }
    return groups;
}

/// A key can only narrow what its user may.
RateLimits AccountDirectory::ratesOf(const KeyEntry &key, const UserEntry &user) const
{
    const RateLimits ofUser = combined(user.limits.rates, groupsOf(user));
    return {stricter(key.rates.requestsPerMinute, ofUser.requestsPerMinute),
            stricter(key.rates.parallelRequests, ofUser.parallelRequests)};
}

}
