// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/control/auditing.h"

using namespace Qt::StringLiterals;

namespace moe::api::control {

namespace types = moe::control;

namespace {

Task<Answer<types::LawSyncState>> read(const ControlServices *services, Call<Nothing, Nothing>, RequestContext context)
{
    CO_TRY(types::LawSyncState state, co_await services->system.lawSync.state(std::move(context)));
    co_return Answer<types::LawSyncState>{std::move(state)};
}

Task<Answer<types::LawSyncState>> start(const ControlServices *services, Call<Nothing, types::LawSyncStart> call,
                                        RequestContext context)
{
    // The daemon reads that folder or asks that server with its own rights and from its own place in the network.
    if (!call.body.from.isEmpty() && call.caller.kind != Caller::Kind::Local)
        co_return failure(Error::of(ErrorCode::PermissionDenied,
                                    u"Where the laws come from can be said on the daemon's machine only."_s,
                                    u"local_only"_s));
    CO_TRY_VOID(services->system.lawSync.start(call.body));
    co_await audit(services, call.caller, {u"law.sync"_s, u"law"_s, {}, wire::write(call.body)}, context);
    CO_TRY(types::LawSyncState state, co_await services->system.lawSync.state(std::move(context)));
    co_return Answer<types::LawSyncState>{std::move(state)};
}

}

void addLawOperations(OperationTable &table, const ControlServices &services)
{
    table.add(types::readLawSync, std::bind_front(&read, &services));
    table.add(types::startLawSync, std::bind_front(&start, &services));
}

}
