// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/secrettext.h"
#include "shared/core/clock.h"
#include "shared/model/session.h"
#include "shared/model/user.h"

#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

namespace moe::accounts {

inline constexpr QByteArrayView sessionTokenStart("moe-st-");
inline constexpr std::chrono::hours sessionLifetime{12}; ///< from the last use

/// A new session token: "moe-st-" and 48 random digits. Told to the one who signed in, kept as its hash only.
[[nodiscard]] inline QByteArray newSessionToken() { return newSecretText(sessionTokenStart); }

/// What is known of the user of a session.
struct SessionUser {
    UserId id;
    QString name;
    Role role = Role::User;
    bool mustChangePassword = false; ///< nothing else works until then

    friend bool operator==(const SessionUser &, const SessionUser &) = default;
};

/// Who acts with the control API.
struct SessionPrincipal {
    SessionId session;
    SessionUser user;

    friend bool operator==(const SessionPrincipal &, const SessionPrincipal &) = default;
};

/// One session as the directory holds it.
struct DirectorySession {
    SecretHash hash{}; ///< hashOfSecret() of the token
    SessionPrincipal principal;
    Clock::System lastUsed;
};

/// When a session was last used.
struct SessionTouch {
    SessionId session;
    Clock::System at;

    friend bool operator==(const SessionTouch &, const SessionTouch &) = default;
};

/// All sessions in memory, as the key directory holds keys: no request waits for a database, and what is revoked ends
/// at once. Thread-safe, one short lock a call: the control API sees few requests, so there are no shards.
class SessionDirectory
{
public:
    SessionDirectory() = default;
    SessionDirectory(const SessionDirectory &) = delete;
    SessionDirectory &operator=(const SessionDirectory &) = delete;

    /// Replaces everything by these sessions, which are those of active users.
    void load(const std::vector<DirectorySession> &sessions);
    /// Adds a session that is in the store. The caller knows that the user is active still: whom revokeUser() was
    /// called for before is not kept.
    void open(const DirectorySession &session);

    /// Who presents this token; nothing if it is malformed, unknown, revoked, or was not used for twelve hours. Else
    /// these begin anew.
    [[nodiscard]] std::optional<SessionPrincipal> verify(QByteArrayView presentedToken, Clock::System now);

    /// Effective on the next verify(), on whatever thread, as are revokeUser() and updateUser().
    void revoke(SessionId session);
    /// Ends all sessions of a user but `kept`: when blocked, or with a new password.
    void revokeUser(UserId user, SessionId kept = {});
    /// Those of a user beyond the `most` that were used last, the least recently used first.
    [[nodiscard]] std::vector<SessionId> surplusOf(UserId user, std::size_t most) const;
    /// The user's role or name is another now.
    void updateUser(const SessionUser &user);

    /// The sessions verified since the last call that still stand, with the time of their last use.
    [[nodiscard]] std::vector<SessionTouch> takeTouches();
    /// Forgets the sessions that have expired, and names them.
    [[nodiscard]] std::vector<SessionId> takeExpired(Clock::System now);

    [[nodiscard]] std::size_t size() const;

private:
    struct Entry {
        SessionPrincipal principal;
        Clock::System lastUsed;
        bool isTouched = false; // since takeTouches()
    };
    using Entries = std::unordered_map<SecretHash, Entry, HashOfSecretHash>;

    mutable std::mutex m_mutex;
    Entries m_entries; // guarded by m_mutex
};

}
