// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLatin1StringView>
#include <QString>

#include <array>
#include <compare>
#include <optional>
#include <utility>

namespace moe {

/// What kinds of things there are to be allowed. Nothing is allowed that nobody granted.
enum class PermissionType {
    ExpertTemplate, ///< by name
    CcProfile,      ///< a Claude Code profile, by name
    ModelEndpoint,  ///< "model:tag@server", or "*@server" for all models of a server
    MoeMode,        ///< "moe_native", "moe_orchestrated", "moe_reasoning" or a mode's model id
    Skill,          ///< by name
    McpTool,        ///< by name
};

inline constexpr std::array<std::pair<PermissionType, QLatin1StringView>, 6> permissionTypeNames{{
    {PermissionType::ExpertTemplate, QLatin1StringView("expert_template")},
    {PermissionType::CcProfile, QLatin1StringView("cc_profile")},
    {PermissionType::ModelEndpoint, QLatin1StringView("model_endpoint")},
    {PermissionType::MoeMode, QLatin1StringView("moe_mode")},
    {PermissionType::Skill, QLatin1StringView("skill")},
    {PermissionType::McpTool, QLatin1StringView("mcp_tool")},
}};

/// Such as "model_endpoint".
[[nodiscard]] QLatin1StringView permissionTypeName(PermissionType type);
[[nodiscard]] std::optional<PermissionType> permissionTypeNamed(QStringView name);

/// One thing that somebody may use. "*" as resource stands for everything of the type.
struct Permission {
    PermissionType type = PermissionType::ModelEndpoint;
    QString resource;

    friend bool operator==(const Permission &, const Permission &) = default;
    friend auto operator<=>(const Permission &a, const Permission &b)
    {
        if (const auto order = a.type <=> b.type; order != 0)
            return order;
        return a.resource.compare(b.resource) <=> 0;
    }
};

}
