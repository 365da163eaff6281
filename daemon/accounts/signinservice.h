// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/liveaccounts.h"
#include "daemon/accounts/passwordhasher.h"
#include "daemon/accounts/sessionstore.h"
#include "daemon/accounts/setuptoken.h"
#include "daemon/accounts/signinthrottle.h"
#include "daemon/accounts/startpassword.h"
#include "daemon/accounts/touchbuffer.h"
#include "daemon/accounts/userstore.h"

namespace moe::accounts {

/// Where a sign-in comes from.
struct ClientOrigin {
    QString address;
    QString userAgent; ///< whatever the client calls itself; stored as at most 200 characters
};

/// A sign-in that has just succeeded: the only time the token is known.
struct SignedIn {
    QByteArray token; ///< secret
    User user;
    Session session;
};

/// The first administrator.
struct NewAdmin {
    QString name;
    QByteArray password;
    QString displayName = {};
    QString email = {};
};

/// The use cases of signing in: passwords, sessions, the first administrator. Passwords are to be moved in. Main
/// thread. What it is made of outlives it; it outlives its tasks.
class SignInService
{
public:
    static constexpr std::size_t mostSessions = 100; ///< of one user: the least recently used one makes room

    struct Parts {
        UserStore &users;
        SessionStore &sessions;
        SessionDirectory &directory;
        LiveAccounts &live;
        PasswordHasher &hasher;
        SignInThrottle &throttle;
        SetupToken &setupToken;
        const Clock &clock;
    };
    explicit SignInService(Parts parts) : m_parts(parts) { }
    SignInService(const SignInService &) = delete;
    SignInService &operator=(const SignInService &) = delete;

    /// Fills the directory of sessions; before the first request is served.
    [[nodiscard]] Task<void> load(RequestContext context);
    /// Writes down when sessions were used and removes those that have ended, every few seconds until the context is
    /// stopped, and once more then.
    [[nodiscard]] QCoro::Task<> keepSessions(RequestContext context);

    /// RateLimited after too many failures. Unauthenticated, after the same time and with the same words, for a wrong
    /// password, an unknown user, a blocked one and one without a password. Unavailable while too many sign in.
    [[nodiscard]] Task<SignedIn> signIn(QString name, QByteArray password, ClientOrigin origin, RequestContext context);
    /// NotFound if it is gone already.
    [[nodiscard]] Task<void> signOut(SessionId session, RequestContext context);
    /// Those that still stand, newest first.
    [[nodiscard]] Task<QList<Session>> sessions(UserId user, RequestContext context);
    /// NotFound if there is none, or it is not the owner's (nobody given: anybody's).
    [[nodiscard]] Task<Session> revokeSession(std::optional<UserId> owner, SessionId session, RequestContext context);

    /// Of a user who knows the current one; all other sessions end. RateLimited after too many failures;
    /// InvalidRequest naming "current_password" (reason "wrong_password") or "new_password".
    [[nodiscard]] Task<User> changePassword(UserId user, QByteArray current, QByteArray fresh, SessionId kept,
                                            RequestContext context);
    /// By an administrator: sets this password or a generated one, which must be changed at the next sign-in. All
    /// sessions of the user end.
    [[nodiscard]] Task<IssuedPassword> resetPassword(UserId user, std::optional<QByteArray> fresh,
                                                     RequestContext context);

    /// At the start. If nobody can sign in as administrator, a set-up token is accepted and returned to be printed
    /// (it is secret, so the log names its file only); else none is, and the file is removed.
    [[nodiscard]] Task<std::optional<SetupTokenText>> prepareSetup(RequestContext context);
    /// Whether a set-up token is accepted: the first administrator is missing.
    [[nodiscard]] bool isSetupOffered() const { return m_parts.setupToken.isOffered(); }
    /// Trades the set-up token for the first administrator, once however many try. Conflict "already_set_up" if there
    /// is one; Unauthenticated "invalid_setup_token"; RateLimited as with passwords. Once the administrator is stored
    /// the caller's context counts no longer; Conflict "set_up_sign_in" then means: all is set up, but sign in instead.
    [[nodiscard]] Task<SignedIn> setUp(QByteArray setupToken, NewAdmin admin, ClientOrigin origin,
                                       RequestContext context);

private:
    [[nodiscard]] Task<PasswordEntry> checked(QString name, QByteArray password, RequestContext context);
    [[nodiscard]] Task<PasswordEntry> admitted(QString name, QByteArray password, QString address,
                                               RequestContext context);
    [[nodiscard]] Task<void> makeRoom(UserId user, RequestContext context);
    [[nodiscard]] Task<SignedIn> open(User user, ClientOrigin origin, RequestContext context);
    [[nodiscard]] Task<User> replacePassword(User user, QByteArray hash, bool mustChange, SessionId kept,
                                             RequestContext context);
    [[nodiscard]] Task<bool> hasAdmin(RequestContext context);
    [[nodiscard]] Task<SignedIn> welcome(User admin, ClientOrigin origin, RequestContext context);
    [[nodiscard]] Task<User> addAdmin(NewAdmin admin, RequestContext context);
    [[nodiscard]] Task<void> saveSessions(RequestContext context);

    const Parts m_parts;
    TouchBuffer<SessionTouch, SessionId> m_touches;
    bool m_hasExpired = false; // sessions that are still in the store
};

}
