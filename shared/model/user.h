// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/clock.h"
#include "shared/core/ids.h"

#include <QLatin1StringView>
#include <QString>

#include <array>
#include <utility>

namespace moe {

/// What somebody may do with the control API. An operator may do everything but administer users and see secrets.
enum class Role { User, Operator, Admin };

inline constexpr std::array<std::pair<Role, QLatin1StringView>, 3> roleNames{{
    {Role::User, QLatin1StringView("user")},
    {Role::Operator, QLatin1StringView("operator")},
    {Role::Admin, QLatin1StringView("admin")},
}};

/// An account holder.
struct User {
    UserId id;
    QString name;                    ///< unique without regard to ASCII case; its owner cannot change it
    bool isActive = true;            ///< false: blocked, none of the keys and sessions is accepted
    Clock::System created;
    QString displayName = {};
    QString email = {};
    Role role = Role::User;
    bool mustChangePassword = false; ///< nothing else works until then
    QString language = {};           ///< "de", "en"; empty: the client's own
    Clock::System updated = {};      ///< also when grants, limits or groups changed
    qint64 version = 1;              ///< grows with each change of these members; for If-Match

    friend bool operator==(const User &, const User &) = default;
};

}
