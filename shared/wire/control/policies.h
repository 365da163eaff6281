// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/wire/control/endpoint.h"
#include "shared/wire/control/modelfields.h"

/// Groups, permissions, limits: what is sent about them beside the values themselves.
namespace moe::control {

using namespace Qt::StringLiterals;
using wire::Field;
using wire::Presence;

struct PermissionQuery {
    std::optional<bool> isEffective; ///< also what groups grant

    static constexpr auto fields() { return std::tuple{Field<&PermissionQuery::isEffective>{"effective"_L1}}; }
};

/// To be granted or revoked, all or none.
struct PermissionChange {
    QList<Permission> grant;
    QList<Permission> revoke;
    bool acceptsUnknown = false; ///< also resources that are not known

    static constexpr auto fields()
    {
        return std::tuple{Field<&PermissionChange::grant>{"grant"_L1}, Field<&PermissionChange::revoke>{"revoke"_L1},
                          Field<&PermissionChange::acceptsUnknown>{"accept_unknown"_L1}};
    }
};

/// What was set on a user or group itself.
struct Limits {
    BudgetLimits budget;
    RateLimits rates;

    static constexpr auto fields()
    {
        return std::tuple{Field<&Limits::budget>{"budget"_L1}, Field<&Limits::rates>{"rates"_L1}};
    }
};

template <typename T>
using Change = std::optional<std::optional<T>>;

struct BudgetPatch {
    Change<qint64> daily;
    Change<qint64> monthly;
    Change<qint64> total;

    static constexpr auto fields()
    {
        return std::tuple{Field<&BudgetPatch::daily>{"daily"_L1}, Field<&BudgetPatch::monthly>{"monthly"_L1},
                          Field<&BudgetPatch::total>{"total"_L1}};
    }
};

struct RatePatch {
    Change<int> requestsPerMinute;
    Change<int> parallelRequests;

    static constexpr auto fields()
    {
        return std::tuple{Field<&RatePatch::requestsPerMinute>{"requests_per_minute"_L1},
                          Field<&RatePatch::parallelRequests>{"parallel_requests"_L1}};
    }
};

/// What is missing stays; null takes a limit away.
struct LimitsPatch {
    BudgetPatch budget;
    RatePatch rates;

    static constexpr auto fields()
    {
        return std::tuple{Field<&LimitsPatch::budget>{"budget"_L1}, Field<&LimitsPatch::rates>{"rates"_L1}};
    }
};

struct NewGroup {
    QString name;
    QString description;

    static constexpr auto fields()
    {
        return std::tuple{Field<&NewGroup::name>{"name"_L1, Presence::Required},
                          Field<&NewGroup::description>{"description"_L1}};
    }
};

struct GroupPatch {
    std::optional<QString> name;
    std::optional<QString> description;

    static constexpr auto fields()
    {
        return std::tuple{Field<&GroupPatch::name>{"name"_L1}, Field<&GroupPatch::description>{"description"_L1}};
    }
};

/// sort: id, name
struct GroupQuery : PageQuery {
    std::optional<UserId> member;
    std::optional<QString> text; ///< part of name or description

    static constexpr auto fields()
    {
        return std::tuple_cat(pageFields<GroupQuery>(),
                              std::tuple{Field<&GroupQuery::member>{"member"_L1}, Field<&GroupQuery::text>{"text"_L1}});
    }
};

inline constexpr Endpoint<PermissionQuery, Nothing, ListOf<Permission>> listPermissions{
    "listPermissions"_L1, "GET"_L1, "/control/v1/users/{user}/permissions"_L1, Access::Operator,
    "What a user may use."_L1};
inline constexpr Endpoint<Nothing, PermissionChange, ListOf<Permission>> changePermissions{
    "changePermissions"_L1, "PATCH"_L1, "/control/v1/users/{user}/permissions"_L1, Access::Admin,
    "Grants and revokes permissions of a user."_L1};
inline constexpr Endpoint<Nothing, Nothing, BudgetState> readBudget{
    "readBudget"_L1, "GET"_L1, "/control/v1/users/{user}/budget"_L1, Access::Operator,
    "The limits in force for a user, and what is gone of them."_L1};
inline constexpr Endpoint<Nothing, Nothing, Limits> readLimits{"readLimits"_L1,
                                                               "GET"_L1,
                                                               "/control/v1/users/{user}/limits"_L1,
                                                               Access::Operator,
                                                               "The limits that were set on a user itself."_L1,
                                                               200,
                                                               true};
inline constexpr Endpoint<Nothing, LimitsPatch, Limits> changeLimits{
    "changeLimits"_L1, "PATCH"_L1, "/control/v1/users/{user}/limits"_L1, Access::Admin, "Changes them."_L1, 200, true};

inline constexpr Endpoint<GroupQuery, Nothing, ListOf<Group>> listGroups{
    "listGroups"_L1, "GET"_L1, "/control/v1/groups"_L1, Access::Operator, "The groups."_L1};
inline constexpr Endpoint<Nothing, NewGroup, Group> createGroup{"createGroup"_L1,
                                                                "POST"_L1,
                                                                "/control/v1/groups"_L1,
                                                                Access::Admin,
                                                                "Adds a group, which grants nothing yet."_L1,
                                                                201,
                                                                true};
inline constexpr Endpoint<Nothing, Nothing, Group> readGroup{
    "readGroup"_L1, "GET"_L1, "/control/v1/groups/{group}"_L1, Access::Operator, "One group."_L1, 200, true};
inline constexpr Endpoint<Nothing, GroupPatch, Group> changeGroup{"changeGroup"_L1,
                                                                  "PATCH"_L1,
                                                                  "/control/v1/groups/{group}"_L1,
                                                                  Access::Admin,
                                                                  "Changes name and description of a group."_L1,
                                                                  200,
                                                                  true};
inline constexpr Endpoint<Nothing, Nothing, Nothing> removeGroup{
    "removeGroup"_L1,
    "DELETE"_L1,
    "/control/v1/groups/{group}"_L1,
    Access::Admin,
    "Removes a group; its members lose what it granted."_L1,
    204,
    true};
inline constexpr Endpoint<Nothing, Nothing, ListOf<Permission>> listGroupPermissions{
    "listGroupPermissions"_L1, "GET"_L1, "/control/v1/groups/{group}/permissions"_L1, Access::Operator,
    "What a group grants."_L1};
inline constexpr Endpoint<Nothing, PermissionChange, ListOf<Permission>> changeGroupPermissions{
    "changeGroupPermissions"_L1, "PATCH"_L1, "/control/v1/groups/{group}/permissions"_L1, Access::Admin,
    "Grants and revokes permissions of a group."_L1};
inline constexpr Endpoint<Nothing, Nothing, Limits> readGroupLimits{"readGroupLimits"_L1,
                                                                    "GET"_L1,
                                                                    "/control/v1/groups/{group}/limits"_L1,
                                                                    Access::Operator,
                                                                    "The limits that members without own ones have."_L1,
                                                                    200,
                                                                    true};
inline constexpr Endpoint<Nothing, LimitsPatch, Limits> changeGroupLimits{"changeGroupLimits"_L1,
                                                                          "PATCH"_L1,
                                                                          "/control/v1/groups/{group}/limits"_L1,
                                                                          Access::Admin,
                                                                          "Changes them."_L1,
                                                                          200,
                                                                          true};
inline constexpr Endpoint<Nothing, Nothing, Nothing> addMember{"addMember"_L1,
                                                               "PUT"_L1,
                                                               "/control/v1/groups/{group}/members/{user}"_L1,
                                                               Access::Admin,
                                                               "Makes a user a member of a group."_L1,
                                                               204};
inline constexpr Endpoint<Nothing, Nothing, Nothing> removeMember{"removeMember"_L1,
                                                                  "DELETE"_L1,
                                                                  "/control/v1/groups/{group}/members/{user}"_L1,
                                                                  Access::Admin,
                                                                  "Takes a user out of a group."_L1,
                                                                  204};

}
