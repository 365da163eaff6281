// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/control/auditing.h"
#include "daemon/api/control/listparams.h"

using namespace Qt::StringLiterals;

namespace moe::api::control {

namespace types = moe::control;

namespace {

settings::SettingsAuthor authorOf(const Caller &caller) { return {caller.actor(), caller.role()}; }

Result<Answer<types::SettingsView>> view(const ControlServices &services, const Caller &caller)
{
    TRY(types::SettingsView view, wire::read<types::SettingsView>(services.settings.document(caller.role())));
    const qint64 version = view.version;
    return Answer<types::SettingsView>{std::move(view), version};
}

Task<Answer<types::SettingsView>> read(const ControlServices *services, Call<Nothing, Nothing> call, RequestContext)
{
    co_return view(*services, call.caller);
}

QCoro::Task<> auditChange(const ControlServices *services, Caller caller, QString action,
                          settings::SettingsChange change, RequestContext context)
{
    if (change.differences.isEmpty())
        co_return;
    co_await audit(
        services, std::move(caller),
        {std::move(action), u"settings:"_s + QString::number(change.version), change.auditBefore, change.auditAfter},
        std::move(context));
}

Task<Answer<types::SettingsView>> change(const ControlServices *services, Call<Nothing, types::SettingsPatch> call,
                                         RequestContext context)
{
    CO_TRY(const settings::SettingsChange change,
           co_await services->settings.change({call.body.values.text, call.version}, authorOf(call.caller), context));
    co_await auditChange(services, call.caller, u"settings.change"_s, change, context);
    co_return view(*services, call.caller);
}

Task<Answer<types::SettingsView>> rollBack(const ControlServices *services, Call<Nothing, types::RollBack> call,
                                           RequestContext context)
{
    CO_TRY(const settings::SettingsChange change,
           co_await services->settings.rollBack(call.body.version, call.version, authorOf(call.caller), context));
    co_await auditChange(services, call.caller, u"settings.rollback"_s, change, context);
    co_return view(*services, call.caller);
}

Task<Answer<ListOf<types::SettingsVersionView>>>
versions(const ControlServices *services, Call<types::HistoryQuery, Nothing> call, RequestContext context)
{
    CO_TRY(const int limit, pageLimit(call.query.limit));
    CO_TRY(const auto history, co_await services->settings.history(call.query.before, limit, context));
    ListOf<types::SettingsVersionView> list;
    for (const accounts::SettingsVersion &version : history)
        list.items.append({version.version, version.author, version.created});
    co_return Answer<ListOf<types::SettingsVersionView>>{std::move(list)};
}

Task<Answer<ListOf<types::SettingDifference>>> diff(const ControlServices *services,
                                                    Call<types::DiffQuery, Nothing> call, RequestContext context)
{
    const qint64 to = call.query.to.value_or(services->settings.current()->version());
    CO_TRY(const auto differences, co_await services->settings.diff(call.query.from, to, context));
    ListOf<types::SettingDifference> list;
    for (const settings::SettingDifference &difference : differences)
        list.items.append({difference.key, {difference.before}, {difference.after}});
    co_return Answer<ListOf<types::SettingDifference>>{std::move(list)};
}

}

void addSettingsOperations(OperationTable &table, const ControlServices &services)
{
    table.add(types::readSettings, std::bind_front(&read, &services));
    table.add(types::changeSettings, std::bind_front(&change, &services));
    table.add(types::rollBackSettings, std::bind_front(&rollBack, &services));
    table.add(types::listSettingsVersions, std::bind_front(&versions, &services));
    table.add(types::diffSettings, std::bind_front(&diff, &services));
}

}
