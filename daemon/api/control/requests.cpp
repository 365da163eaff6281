// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/control/auditing.h"

using namespace Qt::StringLiterals;

namespace moe::api::control {

namespace types = moe::control;
using types::ListOf;

namespace {

Task<Answer<ListOf<types::ActiveRequest>>> list(const ControlServices *services, Call<Nothing, Nothing>,
                                                RequestContext context)
{
    CO_TRY(const auto requests, co_await services->system.activeRequests(context));
    co_return Answer<ListOf<types::ActiveRequest>>{{requests, {}, {}}};
}

Task<Answer<Nothing>> kill(const ControlServices *services, Call<Nothing, Nothing> call, RequestContext context)
{
    const QString id = call.path.at(0);
    RequestSelection one;
    one.id = id.toUtf8();
    if (co_await services->system.endRequests(one) == 0)
        co_return failure(Error::of(ErrorCode::NotFound, u"There is no such request, or it has ended."_s));
    co_await audit(services, call.caller, {u"request.kill"_s, QString(u"request:" % id)}, context);
    co_return Answer<Nothing>{};
}

}

void addRequestOperations(OperationTable &table, const ControlServices &services)
{
    table.add(types::listRequests, std::bind_front(&list, &services));
    table.add(types::killRequest, std::bind_front(&kill, &services));
}

}
