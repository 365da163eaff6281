// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/liveaccounts.h"
#include "daemon/telemetry/log.h"
#include "shared/async/wait.h"

namespace moe::accounts {

using namespace std::chrono_literals;

namespace {

constexpr auto retryInterval = 1s;

/// What is stored must become effective, whatever becomes of the request that asked for it.
RequestContext unstoppable(const RequestContext &context)
{
    RequestContext patient;
    patient.requestId = context.requestId;
    patient.principal = context.principal;
    return patient;
}

}

Task<void> LiveAccounts::load(RequestContext context)
{
    CO_TRY(const AccountSnapshot snapshot, co_await m_parts.snapshots.loadAll(std::move(context)));
    m_parts.accounts.load(snapshot);
    m_parts.keys.load(snapshot.keys);
    co_return {};
}

QCoro::Task<> LiveAccounts::refresh(Grantee changed, RequestContext context)
{
    const Result<void> read = co_await readAgain(changed, unstoppable(context));
    if (read) {
        m_stale.erase(changed);
        co_return;
    }
    m_stale.insert(changed);
    MOE_LOG(Accounts, Warning, context.requestId, "A change is stored, but cannot be read back; trying on",
            {"error", read.error().message});
}

Task<void> LiveAccounts::readAgain(Grantee changed, RequestContext context)
{
    Result<void> outcome;
    if (const auto *user = std::get_if<UserId>(&changed)) {
        const Result<UserEntry> entry = co_await m_parts.snapshots.loadUser(*user, std::move(context));
        if (entry)
            m_parts.accounts.putUser(*entry);
        else
            outcome = failure(entry.error());
    } else {
        const Result<GroupEntry> entry
            = co_await m_parts.snapshots.loadGroup(std::get<GroupId>(changed), std::move(context));
        if (entry)
            m_parts.accounts.putGroup(*entry);
        else
            outcome = failure(entry.error());
    }
    if (!outcome && outcome.error().code == ErrorCode::NotFound) {
        remove(changed);
        co_return {};
    }
    co_return outcome;
}

void LiveAccounts::apply(const User &user)
{
    m_parts.keys.setUserActive(user.id, user.isActive);
    if (user.isActive)
        m_parts.sessions.updateUser({user.id, user.name, user.role, user.mustChangePassword});
    else
        m_parts.sessions.revokeUser(user.id);
}

void LiveAccounts::remove(Grantee gone)
{
    m_stale.erase(gone);
    if (const auto *user = std::get_if<UserId>(&gone)) {
        m_parts.keys.removeUser(*user);
        m_parts.sessions.revokeUser(*user);
        m_parts.accounts.removeUser(*user);
    } else {
        m_parts.accounts.removeGroup(std::get<GroupId>(gone));
    }
}

Task<void> LiveAccounts::refreshStale(RequestContext context)
{
    CO_TRY(const AccountTurn turn, co_await this->turn(context));
    const std::set<Grantee> stale = m_stale;
    for (const Grantee &changed : stale) {
        CO_TRY_VOID(co_await readAgain(changed, context));
        m_stale.erase(changed);
    }
    co_return {};
}

QCoro::Task<> LiveAccounts::keepFresh(RequestContext context)
{
    while (co_await sleepFor(retryInterval, context)) {
        if (!m_stale.empty() && co_await refreshStale(context))
            MOE_LOG(Accounts, Info, "", "All changes of accounts are in effect again");
    }
}

}
