// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/control/listparams.h"
#include "daemon/api/control/services.h"
#include "shared/wire/control/usage.h"

using namespace Qt::StringLiterals;

namespace moe::api::control {

namespace types = moe::control;
using accounts::AuditSort;

namespace {

const SortNames<AuditSort> sortNames{{"time"_L1, AuditSort::Time}};

wire::RawJson jsonOf(const QByteArray &stored) { return {stored.isEmpty() ? QByteArrayLiteral("null") : stored}; }

types::AuditItem itemOf(const AuditEntry &entry)
{
    return {entry.id,     entry.time,           entry.actor,         entry.address,   entry.action,
            entry.object, jsonOf(entry.before), jsonOf(entry.after), entry.isSuccess, entry.count};
}

Task<Answer<ListOf<types::AuditItem>>> list(const ControlServices *services, Call<types::AuditQuery, Nothing> call,
                                            RequestContext context)
{
    accounts::AuditQuery query;
    query.actor = call.query.actor.value_or(QString());
    query.action = call.query.action.value_or(QString());
    query.object = call.query.object.value_or(QString());
    query.isSuccess = call.query.isSuccess;
    query.from = call.query.from;
    query.to = call.query.to;
    CO_TRY(query.order, listOrder<AuditSort>(call.query, sortNames, query.order));
    CO_TRY(query.order, beginningAround(query.order, call.query.around));
    CO_TRY(const auto page, co_await services->audit.list(query, context));
    co_return Answer<ListOf<types::AuditItem>>{listOf<types::AuditItem>(page, &itemOf)};
}

}

void addAuditOperations(OperationTable &table, const ControlServices &services)
{
    table.add(types::listAudit, std::bind_front(&list, &services));
}

}
