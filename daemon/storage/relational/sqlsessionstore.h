// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/sessionstore.h"
#include "daemon/storage/dbexecutor.h"

namespace moe::storage {

/// Sign-ins in a relational database. The executor outlives it.
class SqlSessionStore final : public accounts::SessionStore
{
public:
    explicit SqlSessionStore(DbExecutor &executor) : m_executor(executor) { }

    [[nodiscard]] Task<Session> addSession(accounts::NewSession session, RequestContext context) override;
    [[nodiscard]] Task<std::vector<accounts::DirectorySession>> loadSessions(RequestContext context) override;
    [[nodiscard]] Task<QList<Session>> sessionsOf(UserId user, RequestContext context) override;
    [[nodiscard]] Task<void> touchSessions(std::vector<accounts::SessionTouch> touches,
                                           RequestContext context) override;
    [[nodiscard]] Task<Session> removeSession(SessionId id, std::optional<UserId> owner,
                                              RequestContext context) override;
    [[nodiscard]] Task<qint64> removeSessionsOf(UserId user, std::optional<SessionId> kept,
                                                RequestContext context) override;
    [[nodiscard]] Task<qint64> removeUnusedSince(Clock::System time, RequestContext context) override;

private:
    DbExecutor &m_executor;
};

}
