// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/accountjson.h"

#include <QDateTime>
#include <QJsonArray>
#include <QTimeZone>

namespace moe::ctl {

namespace {

QJsonValue timeJson(std::optional<Clock::System> time)
{
    if (!time)
        return QJsonValue::Null;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time->time_since_epoch()).count();
    return QDateTime::fromSecsSinceEpoch(seconds, QTimeZone::UTC).toString(Qt::ISODate);
}

}

QJsonObject toJson(const User &user)
{
    return {{QStringLiteral("id"), user.id.value()},
            {QStringLiteral("name"), user.name},
            {QStringLiteral("active"), user.isActive},
            {QStringLiteral("created_at"), timeJson(user.created)}};
}

QJsonObject toJson(const ApiKey &key)
{
    return {{QStringLiteral("id"), key.id.value()},
            {QStringLiteral("user"), key.userName},
            {QStringLiteral("prefix"), QString::fromLatin1(key.prefix)},
            {QStringLiteral("label"), key.label},
            {QStringLiteral("active"), key.isActive},
            {QStringLiteral("expires_at"), timeJson(key.expires)},
            {QStringLiteral("created_at"), timeJson(key.created)},
            {QStringLiteral("last_used_at"), timeJson(key.lastUsed)}};
}

QJsonObject toJson(const IssuedKey &issued)
{
    QJsonObject object = toJson(issued.key);
    object.insert(u"key", QString::fromLatin1(issued.text));
    return object;
}

QJsonObject toJson(const Permission &permission)
{
    return {{QStringLiteral("type"), permissionTypeName(permission.type)},
            {QStringLiteral("resource"), permission.resource}};
}

QJsonObject toJson(const BudgetState &state)
{
    const auto line = [](const BudgetLine &budget) {
        return QJsonObject{{QStringLiteral("limit"), budget.limit ? QJsonValue(*budget.limit) : QJsonValue::Null},
                           {QStringLiteral("used"), budget.used},
                           {QStringLiteral("reserved"), budget.reserved},
                           {QStringLiteral("resets_at"), timeJson(budget.resetsAt)}};
    };
    return {{QStringLiteral("daily"), line(state.daily)},
            {QStringLiteral("monthly"), line(state.monthly)},
            {QStringLiteral("total"), line(state.total)}};
}

template <typename T>
QJsonObject pageJson(const QList<T> &items, int pageSize)
{
    QJsonArray array;
    for (const T &item : items)
        array.append(toJson(item));
    QJsonObject page{{QStringLiteral("items"), array}};
    if (items.size() >= pageSize)
        page.insert(u"next", items.back().id.value());
    return page;
}

template QJsonObject pageJson(const QList<User> &, int);
template QJsonObject pageJson(const QList<ApiKey> &, int);

}
