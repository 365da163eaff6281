// SPDX-License-Identifier: Apache-2.0
// SignInService: new passwords.
#include "daemon/accounts/passwordrules.h"
#include "daemon/accounts/signinservice.h"
#include "shared/core/text.h"

namespace moe::accounts {

using namespace Qt::StringLiterals;

namespace {

/// Instead of the address: each user's failures with a session of theirs count for nobody else.
QString throttledOrigin(UserId user) { return u":password-of-%1"_s.arg(user.value()); }

Error wrongCurrentPassword()
{
    return Error::invalid(u"The current password is not right."_s, u"current_password"_s, u"wrong_password"_s);
}

}

Task<User> SignInService::changePassword(UserId user, QByteArray current, QByteArray fresh, SessionId kept,
                                         RequestContext context)
{
    const QString field = u"new_password"_s;
    CO_TRY(const User owner, co_await m_parts.users.user(user, context));
    CO_TRY_VOID(checkPassword(fresh, owner.name, field));
    if (equalsInConstantTime(current, fresh))
        co_return failure(Error::invalid(u"The new password must not be the current one."_s, field));
    const Result<PasswordEntry> entry
        = co_await admitted(owner.name, std::move(current), throttledOrigin(user), context);
    if (!entry && entry.error().code == ErrorCode::Unauthenticated)
        co_return failure(wrongCurrentPassword());
    CO_TRY_VOID(entry);
    CO_TRY(QByteArray hash, co_await m_parts.hasher.hash(std::move(fresh), context));

    CO_TRY(const AccountTurn turn, co_await m_parts.live.turn(context));
    CO_TRY(const PasswordEntry now, co_await m_parts.users.findPassword(owner.name, context));
    if (now.hash != entry->hash)
        co_return failure(wrongCurrentPassword());
    co_return co_await replacePassword(now.user, std::move(hash), false, kept, std::move(context));
}

Task<IssuedPassword> SignInService::resetPassword(UserId user, std::optional<QByteArray> fresh, RequestContext context)
{
    CO_TRY(const User owner, co_await m_parts.users.user(user, context));
    const QByteArray issued = fresh ? QByteArray() : newStartPassword();
    QByteArray password = fresh ? std::move(*fresh) : QByteArray(issued.constData(), issued.size());
    CO_TRY_VOID(checkPassword(password, owner.name));
    CO_TRY(QByteArray hash, co_await m_parts.hasher.hash(std::move(password), context));

    CO_TRY(const AccountTurn turn, co_await m_parts.live.turn(context));
    CO_TRY(const User changed, co_await replacePassword(owner, std::move(hash), true, SessionId(), std::move(context)));
    co_return IssuedPassword{changed, issued};
}

/// The sessions end first: should something fail in between, none outlives the password it was opened with.
Task<User> SignInService::replacePassword(User user, QByteArray hash, bool mustChange, SessionId kept,
                                          RequestContext context)
{
    CO_TRY_VOID(co_await m_parts.sessions.removeSessionsOf(user.id, kept, context));
    m_parts.directory.revokeUser(user.id, kept);
    CO_TRY(const User changed,
           co_await m_parts.users.setPassword(user.id, std::move(hash), mustChange, m_parts.clock.system(), context));
    m_parts.live.apply(changed);
    co_await m_parts.live.refresh(changed.id, std::move(context));
    co_return changed;
}

}
