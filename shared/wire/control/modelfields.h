// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/model/apikey.h"
#include "shared/model/auditentry.h"
#include "shared/model/budget.h"
#include "shared/model/group.h"
#include "shared/model/permission.h"
#include "shared/model/session.h"
#include "shared/model/usagerecord.h"
#include "shared/model/user.h"
#include "shared/wire/codec.h"

/// How the values of shared/model look as JSON. Tables are found by their argument (see fields.h).
namespace moe {

namespace control {

template <typename Enum, std::size_t Size>
constexpr auto namesOf(const std::array<std::pair<Enum, QLatin1StringView>, Size> &table)
{
    std::array<wire::EnumName<Enum>, Size> names{};
    for (std::size_t i = 0; i < Size; ++i)
        names[i] = {table[i].first, table[i].second};
    return names;
}

}

constexpr auto enumNames(Role) { return control::namesOf(roleNames); }
constexpr auto enumNames(PermissionType) { return control::namesOf(permissionTypeNames); }
constexpr auto enumNames(UsageStatus) { return control::namesOf(usageStatusNames); }

constexpr auto fieldsOf(const User *)
{
    using namespace Qt::StringLiterals;
    using wire::Field;
    return std::tuple{Field<&User::id>{"id"_L1},
                      Field<&User::name>{"name"_L1},
                      Field<&User::displayName>{"display_name"_L1},
                      Field<&User::email>{"email"_L1},
                      Field<&User::role>{"role"_L1},
                      Field<&User::isActive>{"active"_L1},
                      Field<&User::mustChangePassword>{"must_change_password"_L1},
                      Field<&User::language>{"language"_L1},
                      Field<&User::created>{"created_at"_L1},
                      Field<&User::updated>{"updated_at"_L1},
                      Field<&User::version>{"version"_L1}};
}

constexpr auto fieldsOf(const RateLimits *)
{
    using namespace Qt::StringLiterals;
    using wire::Field;
    using wire::Presence;
    return std::tuple{Field<&RateLimits::requestsPerMinute>{"requests_per_minute"_L1, Presence::Nullable},
                      Field<&RateLimits::parallelRequests>{"parallel_requests"_L1, Presence::Nullable}};
}

constexpr auto fieldsOf(const ApiKey *)
{
    using namespace Qt::StringLiterals;
    using wire::Field;
    using wire::Presence;
    return std::tuple{Field<&ApiKey::id>{"id"_L1},
                      Field<&ApiKey::user>{"user_id"_L1},
                      Field<&ApiKey::userName>{"user"_L1},
                      Field<&ApiKey::prefix>{"prefix"_L1},
                      Field<&ApiKey::label>{"label"_L1},
                      Field<&ApiKey::isActive>{"active"_L1},
                      Field<&ApiKey::expires>{"expires_at"_L1, Presence::Nullable},
                      Field<&ApiKey::created>{"created_at"_L1},
                      Field<&ApiKey::lastUsed>{"last_used_at"_L1, Presence::Nullable},
                      Field<&ApiKey::profile>{"profile"_L1},
                      Field<&ApiKey::rates>{"rates"_L1}};
}

constexpr auto fieldsOf(const BudgetLimits *)
{
    using namespace Qt::StringLiterals;
    using wire::Field;
    using wire::Presence;
    return std::tuple{Field<&BudgetLimits::daily>{"daily"_L1, Presence::Nullable},
                      Field<&BudgetLimits::monthly>{"monthly"_L1, Presence::Nullable},
                      Field<&BudgetLimits::total>{"total"_L1, Presence::Nullable}};
}

constexpr auto fieldsOf(const BudgetLine *)
{
    using namespace Qt::StringLiterals;
    using wire::Field;
    using wire::Presence;
    return std::tuple{Field<&BudgetLine::limit>{"limit"_L1, Presence::Nullable}, Field<&BudgetLine::used>{"used"_L1},
                      Field<&BudgetLine::reserved>{"reserved"_L1},
                      Field<&BudgetLine::resetsAt>{"resets_at"_L1, Presence::Nullable}};
}

constexpr auto fieldsOf(const BudgetState *)
{
    using namespace Qt::StringLiterals;
    using wire::Field;
    return std::tuple{Field<&BudgetState::daily>{"daily"_L1}, Field<&BudgetState::monthly>{"monthly"_L1},
                      Field<&BudgetState::total>{"total"_L1}};
}

constexpr auto fieldsOf(const Permission *)
{
    using namespace Qt::StringLiterals;
    using wire::Field;
    using wire::Presence;
    return std::tuple{Field<&Permission::type>{"type"_L1, Presence::Required},
                      Field<&Permission::resource>{"resource"_L1, Presence::Required}};
}

constexpr auto fieldsOf(const Group *)
{
    using namespace Qt::StringLiterals;
    using wire::Field;
    return std::tuple{Field<&Group::id>{"id"_L1}, Field<&Group::name>{"name"_L1},
                      Field<&Group::description>{"description"_L1}, Field<&Group::budget>{"budget"_L1},
                      Field<&Group::rates>{"rates"_L1}};
}

constexpr auto fieldsOf(const Session *)
{
    using namespace Qt::StringLiterals;
    using wire::Field;
    return std::tuple{Field<&Session::id>{"id"_L1},
                      Field<&Session::user>{"user_id"_L1},
                      Field<&Session::address>{"address"_L1},
                      Field<&Session::userAgent>{"user_agent"_L1},
                      Field<&Session::created>{"created_at"_L1},
                      Field<&Session::lastUsed>{"last_used_at"_L1}};
}

constexpr auto fieldsOf(const Usage *)
{
    using namespace Qt::StringLiterals;
    using wire::Field;
    return std::tuple{Field<&Usage::promptTokens>{"prompt_tokens"_L1},
                      Field<&Usage::completionTokens>{"completion_tokens"_L1},
                      Field<&Usage::isEstimated>{"estimated"_L1}};
}

}
