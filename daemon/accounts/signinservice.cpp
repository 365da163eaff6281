// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/signinservice.h"
#include "daemon/accounts/accountrules.h"
#include "daemon/accounts/passwordrules.h"
#include "daemon/accounts/regularsaving.h"

namespace moe::accounts {

using namespace Qt::StringLiterals;

namespace {

/// The same for all reasons: nobody learns which accounts there are.
Error wrongPassword()
{
    return Error::of(ErrorCode::Unauthenticated, u"The name or the password is not right."_s, u"invalid_credentials"_s);
}

bool isWrongPassword(const Error &error) { return error.code == ErrorCode::Unauthenticated; }

/// With bytes of its own: what the hasher is given is wiped.
QByteArray separateCopy(const QByteArray &secret) { return QByteArray(secret.constData(), secret.size()); }

}

Task<void> SignInService::load(RequestContext context)
{
    const auto oldest = m_parts.clock.system() - sessionLifetime;
    CO_TRY_VOID(co_await m_parts.sessions.removeUnusedSince(oldest, context));
    CO_TRY(const auto sessions, co_await m_parts.sessions.loadSessions(std::move(context)));
    m_parts.directory.load(sessions);
    co_return {};
}

QCoro::Task<> SignInService::keepSessions(RequestContext context)
{
    return saveRegularly([this](RequestContext each) { return saveSessions(std::move(each)); },
                         u"when sessions were last used"_s, std::move(context));
}

Task<void> SignInService::saveSessions(RequestContext context)
{
    m_touches.add(m_parts.directory.takeTouches());
    const auto batch = m_touches.batch();
    if (!batch.empty()) {
        CO_TRY_VOID(co_await m_parts.sessions.touchSessions(batch, context));
        m_touches.saved(batch);
    }
    // After the touches: what is removed goes by what is stored.
    const auto now = m_parts.clock.system();
    m_hasExpired |= !m_parts.directory.takeExpired(now).empty();
    if (m_hasExpired) {
        CO_TRY_VOID(co_await m_parts.sessions.removeUnusedSince(now - sessionLifetime, std::move(context)));
    }
    m_hasExpired = false;
    co_return {};
}

Task<SignedIn> SignInService::signIn(QString name, QByteArray password, ClientOrigin origin, RequestContext context)
{
    QByteArray again = separateCopy(password); // to be hashed anew
    const Result<PasswordEntry> entry
        = co_await admitted(std::move(name), std::move(password), origin.address, context);
    QByteArray fresh;
    if (entry && m_parts.hasher.needsRehash(entry->hash))
        fresh = (co_await m_parts.hasher.hash(std::move(again), context)).value_or(QByteArray());
    wipe(again);
    if (!entry)
        co_return failure(entry.error());

    CO_TRY(const AccountTurn turn, co_await m_parts.live.turn(context));
    const Result<PasswordEntry> now = co_await m_parts.users.findPassword(entry->user.name, context);
    if (!now && now.error().code != ErrorCode::NotFound)
        co_return failure(now.error());
    if (!now || !now->user.isActive || now->hash != entry->hash) // changed while the password was checked
        co_return failure(wrongPassword());
    User user = now->user;
    if (!fresh.isEmpty()) {
        CO_TRY(user,
               co_await m_parts.users.setPassword(user.id, std::move(fresh), user.mustChangePassword,
                                                  m_parts.clock.system(), context));
    }
    co_return co_await open(std::move(user), std::move(origin), std::move(context));
}

Task<PasswordEntry> SignInService::admitted(QString name, QByteArray password, QString address, RequestContext context)
{
    CO_TRY(const auto attempt, m_parts.throttle.admit(name, address));
    Result<PasswordEntry> entry = co_await checked(std::move(name), std::move(password), std::move(context));
    if (entry)
        m_parts.throttle.succeeded(attempt);
    else if (!isWrongPassword(entry.error()))
        m_parts.throttle.withdrawn(attempt);
    co_return std::move(entry);
}

Task<PasswordEntry> SignInService::checked(QString name, QByteArray password, RequestContext context)
{
    Result<PasswordEntry> entry = failure(wrongPassword());
    if (checkUserName(name))
        entry = co_await m_parts.users.findPassword(std::move(name), context);
    if (!entry && entry.error().code != ErrorCode::NotFound && !isWrongPassword(entry.error()))
        co_return std::move(entry);
    const bool mayBeRight = entry && entry->user.isActive && password.size() <= longestPassword;
    // Without a hash it takes the same time and fails.
    const QByteArray hash = mayBeRight ? entry->hash : QByteArray();
    password.truncate(longestPassword);
    CO_TRY(const bool isRight, co_await m_parts.hasher.verify(std::move(password), hash, std::move(context)));
    if (!isRight)
        co_return failure(wrongPassword());
    co_return std::move(entry);
}

Task<void> SignInService::makeRoom(UserId user, RequestContext context)
{
    for (const SessionId session : m_parts.directory.surplusOf(user, mostSessions - 1)) {
        const Result<Session> removed = co_await m_parts.sessions.removeSession(session, user, context);
        if (!removed && removed.error().code != ErrorCode::NotFound)
            co_return failure(removed.error());
        m_parts.directory.revoke(session);
    }
    co_return {};
}

Task<SignedIn> SignInService::open(User user, ClientOrigin origin, RequestContext context)
{
    CO_TRY_VOID(co_await makeRoom(user.id, context));
    const QByteArray token = newSessionToken();
    const NewSession fresh{hashOfSecret(token), user.id, printableLine(origin.address), printableLine(origin.userAgent),
                           m_parts.clock.system()};
    CO_TRY(const Session session, co_await m_parts.sessions.addSession(fresh, std::move(context)));
    m_parts.directory.open(
        {fresh.tokenHash, {session.id, {user.id, user.name, user.role, user.mustChangePassword}}, session.lastUsed});
    co_return SignedIn{token, std::move(user), session};
}

Task<void> SignInService::signOut(SessionId session, RequestContext context)
{
    CO_TRY_VOID(co_await m_parts.sessions.removeSession(session, std::nullopt, std::move(context)));
    m_parts.directory.revoke(session);
    co_return {};
}

Task<QList<Session>> SignInService::sessions(UserId user, RequestContext context)
{
    CO_TRY(QList<Session> sessions, co_await m_parts.sessions.sessionsOf(user, std::move(context)));
    const auto oldest = m_parts.clock.system() - sessionLifetime;
    sessions.removeIf([oldest](const Session &session) { return session.lastUsed <= oldest; });
    co_return sessions;
}

Task<Session> SignInService::revokeSession(std::optional<UserId> owner, SessionId session, RequestContext context)
{
    CO_TRY(const Session removed, co_await m_parts.sessions.removeSession(session, owner, std::move(context)));
    m_parts.directory.revoke(session);
    co_return removed;
}

}
