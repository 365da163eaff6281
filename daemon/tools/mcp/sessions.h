// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/mcp/session.h"
#include "shared/core/ids.h"

#include <chrono>

namespace moe::tools::mcp {

/// How many sessions there may be, and for how long.
struct SessionLimits {
    std::size_t ofKey = 64;
    std::size_t inAll = 4096;
    std::chrono::steady_clock::duration idleTime = std::chrono::minutes(30);
    qsizetype bytes = 64 * 1024 * 1024; ///< in the streams of all of them
};

/// The sessions of all clients. Each belongs to the key that made it: nobody else finds it. Thread-safe.
class Sessions
{
public:
    /// The clock outlives it.
    explicit Sessions(const Clock &clock, SessionLimits limits = {});
    Sessions(const Sessions &) = delete;
    Sessions &operator=(const Sessions &) = delete;

    /// One that nobody finds before add().
    [[nodiscard]] std::shared_ptr<Session> prepare(const Server &server) const;
    /// Where there are too many, the one of this owner that was used longest ago ends, or of all; one that is in use
    /// only if all are. Unavailable while the daemon stops.
    [[nodiscard]] Result<void> add(std::shared_ptr<Session> session, KeyId owner);
    /// Both.
    [[nodiscard]] Result<std::shared_ptr<Session>> create(const Server &server, KeyId owner);
    /// Counts as use. Null if this owner has none with this id, or not any more.
    [[nodiscard]] std::shared_ptr<Session> find(const QByteArray &id, KeyId owner);
    /// False if there is none.
    bool end(const QByteArray &id, KeyId owner);
    /// Sends a message that nobody asked for to all clients that have been met.
    void tellAll(const QByteArray &message);
    /// Ends the sessions that are idle and forgets what nobody will come back for.
    void tidy();
    /// Does so from time to time, until it is stopped.
    [[nodiscard]] QCoro::Task<> keepTidy(RequestContext context);
    /// Ends all streams on which nothing is waited for, and lets no new session begin: the daemon stops.
    void shutDown();
    /// Stopped by shutDown(): nobody comes back any more for what goes on without him.
    [[nodiscard]] std::stop_token stopToken() const { return m_stop.get_token(); }

    [[nodiscard]] std::size_t size() const;
    /// In the streams of all of them.
    [[nodiscard]] qsizetype bytes() const { return m_totals->bytes; }

private:
    struct Entry {
        std::shared_ptr<Session> session;
        KeyId owner;
        Clock::Steady usedAt;
    };
    using Ended = std::vector<std::shared_ptr<Session>>;

    [[nodiscard]] bool isIdle(const Entry &entry) const;
    void endIdle(Ended &ended);
    void relieve() const;
    void makeRoom(KeyId owner, Ended &ended);
    [[nodiscard]] std::vector<std::shared_ptr<Session>> all() const;

    const Clock &m_clock;
    const SessionLimits m_limits;
    const std::shared_ptr<StreamTotals> m_totals = std::make_shared<StreamTotals>();
    mutable std::mutex m_mutex;
    std::map<QByteArray, Entry> m_sessions; // guarded by m_mutex, as all below
    std::stop_source m_stop;
};

}
