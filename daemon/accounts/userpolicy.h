// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/error.h"
#include "shared/model/permission.h"

#include <QList>
#include <QSet>

#include <array>

namespace moe::accounts {

/// What one user may use: his own grants and those of his groups together. Nothing else is allowed. An immutable
/// value: a change of grants makes a new one, requests under way keep theirs.
class UserPolicy
{
public:
    UserPolicy() = default;
    explicit UserPolicy(const QList<Permission> &grants);

    [[nodiscard]] bool allows(PermissionType type, const QString &resource) const;
    /// A model of a server; `model` without the server's name and without ":latest".
    [[nodiscard]] bool allowsModel(const QString &model, const QString &server) const;
    /// A mode by its model id ("moe-orchestrator-code") and by the class of modes it belongs to ("moe_orchestrated").
    [[nodiscard]] bool allowsMode(const QString &modelId, const QString &modeClass) const;

private:
    struct Grants {
        QSet<QString> resources;
        bool isEverything = false;
    };
    [[nodiscard]] const Grants &of(PermissionType type) const { return m_grants[std::size_t(type)]; }

    std::array<Grants, permissionTypeNames.size()> m_grants;
};

/// The one way to write what may be written in two: "native" means "moe_native", and a model's tag ":latest" is the one
/// that is meant without a tag.
[[nodiscard]] QString canonicalResource(PermissionType type, const QString &resource);

/// What a refused caller is told: names type and resource, and whom to ask.
[[nodiscard]] Error permissionDenied(PermissionType type, const QString &resource);

}
