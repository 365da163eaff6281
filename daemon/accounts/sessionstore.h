// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/sessiondirectory.h"
#include "shared/async/context.h"
#include "shared/async/task.h"
#include "shared/model/session.h"

#include <QList>

#include <vector>

namespace moe::accounts {

/// A session to be stored.
struct NewSession {
    SecretHash tokenHash{}; ///< hashOfSecret() of the token
    UserId user;
    QString address;
    QString userAgent;
    Clock::System created;
};

/// Where sign-ins are kept. Every back end passes tests/contract. All calls end with Unavailable while the back end
/// cannot be used; what failed has changed nothing.
class SessionStore
{
public:
    SessionStore() = default;
    SessionStore(const SessionStore &) = delete;
    SessionStore &operator=(const SessionStore &) = delete;
    virtual ~SessionStore() = default;

    /// NotFound if there is no such user.
    [[nodiscard]] virtual Task<Session> addSession(NewSession session, RequestContext context) = 0;
    /// All sessions of active users, for the start.
    [[nodiscard]] virtual Task<std::vector<DirectorySession>> loadSessions(RequestContext context) = 0;
    /// The latest 500 of a user, newest first.
    [[nodiscard]] virtual Task<QList<Session>> sessionsOf(UserId user, RequestContext context) = 0;
    /// All or none; unknown ids are ignored, an earlier time never replaces a later.
    [[nodiscard]] virtual Task<void> touchSessions(std::vector<SessionTouch> touches, RequestContext context) = 0;
    /// NotFound if it is gone already, or not the owner's (nobody given: anybody's).
    [[nodiscard]] virtual Task<Session> removeSession(SessionId id, std::optional<UserId> owner, RequestContext context)
        = 0;
    /// All of a user but one; returns how many.
    [[nodiscard]] virtual Task<qint64> removeSessionsOf(UserId user, std::optional<SessionId> kept,
                                                        RequestContext context)
        = 0;
    /// Those last used before this time; returns how many.
    [[nodiscard]] virtual Task<qint64> removeUnusedSince(Clock::System time, RequestContext context) = 0;
};

}
