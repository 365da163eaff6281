// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/groupservice.h"
#include "daemon/accounts/accountrules.h"

namespace moe::accounts {

Task<Group> GroupService::add(NewGroup group, RequestContext context)
{
    CO_TRY_VOID(checkGroup(group.name, group.description));
    CO_TRY(const AccountTurn turn, co_await m_parts.live.turn(context));
    CO_TRY(const Group added, co_await m_parts.groups.addGroup(std::move(group), context));
    co_await m_parts.live.refresh(added.id, std::move(context));
    co_return added;
}

Task<Group> GroupService::group(GroupId id, RequestContext context)
{
    return m_parts.groups.group(id, std::move(context));
}

Task<Group> GroupService::find(QString name, RequestContext context)
{
    return m_parts.groups.findGroup(std::move(name), std::move(context));
}

Task<ListPage<Group>> GroupService::list(GroupQuery query, RequestContext context)
{
    return m_parts.groups.listGroups(std::move(query), std::move(context));
}

Task<Group> GroupService::change(GroupId id, NewGroup group, Precondition<Group> onlyIf, RequestContext context)
{
    CO_TRY_VOID(checkGroup(group.name, group.description));
    CO_TRY(const AccountTurn turn, co_await m_parts.live.turn(context));
    CO_TRY(const Group present, co_await m_parts.groups.group(id, context));
    CO_TRY_VOID(check(onlyIf, present));
    co_return co_await m_parts.groups.updateGroup(id, std::move(group), std::move(context));
}

Task<void> GroupService::remove(GroupId id, Precondition<Group> onlyIf, RequestContext context)
{
    CO_TRY(const AccountTurn turn, co_await m_parts.live.turn(context));
    CO_TRY(const Group present, co_await m_parts.groups.group(id, context));
    CO_TRY_VOID(check(onlyIf, present));
    CO_TRY_VOID(co_await m_parts.groups.removeGroup(id, m_parts.clock.system(), std::move(context)));
    m_parts.live.remove(id);
    co_return {};
}

Task<bool> GroupService::setMember(GroupId id, UserId user, bool isMember, RequestContext context)
{
    CO_TRY(const AccountTurn turn, co_await m_parts.live.turn(context));
    CO_TRY(const bool isChanged,
           co_await m_parts.groups.setMember(id, user, isMember, m_parts.clock.system(), context));
    co_await m_parts.live.refresh(user, std::move(context));
    co_return isChanged;
}

}
