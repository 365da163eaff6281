// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/accountdirectory.h"
#include "daemon/accounts/accountturns.h"
#include "daemon/accounts/grantstore.h"
#include "daemon/accounts/keydirectory.h"
#include "daemon/accounts/sessiondirectory.h"
#include "daemon/accounts/snapshotstore.h"

#include <set>
#include <vector>

namespace moe::accounts {

/// Keeps what requests are decided from as the stores have it. All services that change accounts share it. Main thread.
/// Stores and directories outlive it; it outlives its tasks.
class LiveAccounts
{
public:
    struct Parts {
        SnapshotStore &snapshots;
        KeyDirectory &keys;
        AccountDirectory &accounts;
        SessionDirectory &sessions;
    };
    explicit LiveAccounts(Parts parts) : m_parts(parts) { }
    LiveAccounts(const LiveAccounts &) = delete;
    LiveAccounts &operator=(const LiveAccounts &) = delete;

    /// Fills the directories of keys and accounts; before the first request is served.
    [[nodiscard]] Task<void> load(RequestContext context);
    /// For a change: all others wait until it is given back.
    [[nodiscard]] Task<AccountTurn> turn(RequestContext context) { return m_turns.take(std::move(context)); }

    // During a turn, after the store was changed.

    /// Reads again what has been stored, whatever becomes of the caller. What cannot be read now is logged and becomes
    /// effective as soon as it can: the change itself has succeeded.
    [[nodiscard]] QCoro::Task<> refresh(Grantee changed, RequestContext context);
    /// At once: keys and sessions of a blocked user end, sessions know the new role.
    void apply(const User &user);
    void remove(Grantee gone);

    // Between turns, after the store was changed.

    /// As refresh(), in portions: others have their turn in between.
    [[nodiscard]] QCoro::Task<> refreshAll(std::vector<Grantee> changed, RequestContext context);

    /// Retries what could not be read, until the context is stopped.
    [[nodiscard]] QCoro::Task<> keepFresh(RequestContext context);

private:
    [[nodiscard]] Task<void> readAgain(Grantee changed, RequestContext context);
    [[nodiscard]] Task<void> refreshStale(RequestContext context);

    const Parts m_parts;
    AccountTurns m_turns;
    std::set<Grantee> m_stale; // stored, but not read back
};

}
