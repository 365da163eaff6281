// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/userpolicy.h"

using namespace Qt::StringLiterals;

namespace moe::accounts {

UserPolicy::UserPolicy(const QList<Permission> &grants)
{
    for (const Permission &grant : grants) {
        Grants &granted = m_grants[std::size_t(grant.type)];
        if (grant.resource == u"*")
            granted.isEverything = true;
        else
            granted.resources.insert(canonicalResource(grant.type, grant.resource));
    }
}

bool UserPolicy::allows(PermissionType type, const QString &resource) const
{
    const Grants &granted = of(type);
    return granted.isEverything || granted.resources.contains(canonicalResource(type, resource));
}

bool UserPolicy::allowsModel(const QString &model, const QString &server) const
{
    const Grants &granted = of(PermissionType::ModelEndpoint);
    return granted.isEverything || granted.resources.contains(QString(u"*@" + server))
        || granted.resources.contains(QString(model + u'@' + server));
}

bool UserPolicy::allowsMode(const QString &modelId, const QString &modeClass) const
{
    return allows(PermissionType::MoeMode, modelId) || allows(PermissionType::MoeMode, modeClass);
}

QString canonicalResource(PermissionType type, const QString &resource)
{
    constexpr QLatin1StringView latest(":latest");
    if (type == PermissionType::MoeMode && resource == u"native")
        return u"moe_native"_s;
    const qsizetype at = resource.lastIndexOf(u'@');
    if (type == PermissionType::ModelEndpoint && at > 0 && QStringView(resource).first(at).endsWith(latest))
        return resource.first(at - latest.size()) + resource.sliced(at);
    return resource;
}

Error permissionDenied(PermissionType type, const QString &resource)
{
    return Error::of(ErrorCode::PermissionDenied,
                     u"Your account may not use %1 \"%2\". Ask your administrator to grant this permission."_s.arg(
                         permissionTypeName(type), resource),
                     u"permission_denied"_s);
}

}
