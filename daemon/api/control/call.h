// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/sessiondirectory.h"
#include "shared/core/result.h"
#include "shared/wire/control/endpoint.h"

#include <QString>
#include <QStringList>

#include <optional>

namespace moe::api::control {

using moe::control::Access;
using moe::control::Nothing;

/// Who calls the control API, and from where.
struct Caller {
    enum class Kind {
        Nobody,  ///< or a session that is not valid
        Session, ///< somebody who has signed in
        Local,   ///< root or the daemon's own user on this machine, through the local socket: may do everything
    };
    Kind kind = Kind::Nobody;
    SessionId session = {};
    accounts::SessionUser user = {}; ///< of a session
    QString address = {};            ///< empty for Local
    QString userAgent = {};

    // Not inline: every operation would have them again.
    Caller();
    Caller(const Caller &other);
    Caller(Caller &&other) noexcept;
    Caller &operator=(const Caller &other);
    Caller &operator=(Caller &&other) noexcept;
    ~Caller();

    /// As AuditEntry::actor: "user:anna", "local", or nothing for nobody.
    [[nodiscard]] QString actor() const;
    [[nodiscard]] bool isAdmin() const { return kind == Kind::Local || user.role == Role::Admin; }
    /// What the caller counts as; a local one as an administrator.
    [[nodiscard]] Role role() const { return kind == Kind::Local ? Role::Admin : user.role; }
    /// Unauthenticated or PermissionDenied, saying what is missing.
    [[nodiscard]] Result<void> demand(Access access) const;
};

/// One call of an operation, checked against its types.
template <typename Query, typename Body>
struct Call {
    Caller caller;
    QStringList path;               ///< the values of the path's parameters, in order
    Query query;
    Body body;
    std::optional<qint64> version;  ///< of If-Match

    /// The path's parameter as an id. NotFound if it is none: such a thing does not exist.
    template <typename Id>
    [[nodiscard]] Result<Id> id(int index = 0) const;
};

/// What a handler answers.
template <typename Value>
struct Answer {
    Value value = {};
    std::optional<qint64> version = {}; ///< for the ETag
    QByteArray location = {};           ///< of what was made
};

/// A whole number above 0. NotFound.
[[nodiscard]] Result<qint64> idOfText(const QString &text);

template <typename Query, typename Body>
template <typename Id>
Result<Id> Call<Query, Body>::id(int index) const
{
    TRY(const qint64 number, idOfText(path.at(index)));
    return Id(number);
}

}
