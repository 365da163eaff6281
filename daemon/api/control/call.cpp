// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/control/call.h"

using namespace Qt::StringLiterals;

namespace moe::api::control {

Caller::Caller() = default;
Caller::Caller(const Caller &other) = default;
Caller::Caller(Caller &&other) noexcept = default;
Caller &Caller::operator=(const Caller &other) = default;
Caller &Caller::operator=(Caller &&other) noexcept = default;
Caller::~Caller() = default;

QString Caller::actor() const
{
    switch (kind) {
    case Kind::Nobody: return {};
    case Kind::Session: return u"user:" % user.name;
    case Kind::Local: return u"local"_s;
    }
    Q_UNREACHABLE_RETURN(QString());
}

Result<void> Caller::demand(Access access) const
{
    const auto refuse = [](const QString &message, const QString &reason) {
        return failure(Error::of(ErrorCode::PermissionDenied, message, reason));
    };
    if (access == Access::Open)
        return {};
    if (kind == Kind::Nobody)
        return failure(Error::of(ErrorCode::Unauthenticated,
                                 u"Sign in first: the session is missing, unknown or has ended."_s,
                                 u"session_required"_s));
    if (access == Access::SignedIn) {
        if (kind == Kind::Local)
            return refuse(u"This is about whoever has signed in; the local socket belongs to nobody."_s,
                          u"account_required"_s);
        return {};
    }
    if (role() == Role::User || (access == Access::Admin && role() != Role::Admin))
        return refuse(access == Access::Admin ? u"Only administrators may do this."_s
                                              : u"Only operators and administrators may do this."_s,
                      u"role_required"_s);
    return {};
}

Result<qint64> idOfText(const QString &text)
{
    bool isNumber = false;
    const qint64 id = text.toLongLong(&isNumber);
    if (!isNumber || id <= 0 || QString::number(id) != text)
        return failure(Error::of(ErrorCode::NotFound, u"There is no such thing."_s));
    return id;
}

}
