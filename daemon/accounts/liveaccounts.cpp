// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/liveaccounts.h"
#include "daemon/telemetry/log.h"
#include "shared/async/wait.h"

namespace moe::accounts {

using namespace std::chrono_literals;

namespace {

constexpr auto retryInterval = 1s;
constexpr int portion = 200; // accounts read in one turn: some milliseconds

void noteUnread(const Error &error, const QByteArray &requestId)
{
    MOE_LOG(Accounts, Warning, requestId, "A change is stored, but cannot be read back; trying on",
            {"error", error.message});
}

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
    noteUnread(read.error(), context.requestId);
}

QCoro::Task<> LiveAccounts::refreshAll(std::vector<Grantee> changed, RequestContext context)
{
    m_stale.insert(changed.begin(), changed.end());
    const Result<void> read = co_await refreshStale(unstoppable(context));
    if (!read)
        noteUnread(read.error(), context.requestId);
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
    while (!m_stale.empty()) {
        CO_TRY(const AccountTurn turn, co_await this->turn(context));
        for (int i = 0; i < portion && !m_stale.empty(); ++i) {
            const Grantee changed = *m_stale.begin();
            CO_TRY_VOID(co_await readAgain(changed, context));
            m_stale.erase(changed);
        }
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
