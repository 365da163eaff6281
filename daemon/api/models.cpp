// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/handlers.h"

#include "daemon/dialect/openaierror.h"
#include "daemon/dialect/openaimodels.h"
#include "daemon/inference/modelname.h"
#include "daemon/pipeline/mode.h"

namespace moe::api {

namespace {

/// What the caller may ask for now: the orchestrator's modes, models, and models on a particular server.
QList<dialect::ModelEntry> entries(const Services &services, const Admission &admission)
{
    QList<dialect::ModelEntry> list;
    using pipeline::Mode;
    for (const Mode mode :
         {Mode::Default, Mode::Code, Mode::Concise, Mode::Research, Mode::Report, Mode::Agent, Mode::Plan}) {
        if (pipeline::isModeAvailable(mode) && admission.mayUse(mode))
            list.append({QByteArray(pipeline::modelIdOf(mode).data()), {}, "sovereign-moe", 0});
    }
    QSet<QString> seen;
    QList<dialect::ModelEntry> pinned;
    for (const inference::ServerPtr &server : *services.dispatcher.servers()) {
        if (!server->config.isEnabled || !server->status.isReachable)
            continue;
        const QByteArray owner = server->config.name.value().toUtf8();
        for (const inference::ModelInfo &model : server->status.models) {
            const QString name = inference::canonicalModelName(model.name);
            if (!admission.mayUse(name, server->config.name))
                continue;
            if (!seen.contains(name)) {
                seen.insert(name);
                list.append({name.toUtf8(), {}, "sovereign-moe", 0});
            }
            pinned.append({name.toUtf8() + '@' + owner, {}, owner, 0});
        }
    }
    return list + pinned;
}

/// The id under which the list has what a caller names.
QByteArray listedId(const QString &id)
{
    const qsizetype at = id.lastIndexOf(u'@');
    const QString name = inference::canonicalModelName(at < 0 ? id : id.first(at));
    return QString(at < 0 ? name : name + id.sliced(at)).toUtf8();
}

}

Task<http::HttpReply> listModels(const Services *services, ExchangePtr, AdmissionPtr admission, RequestContext)
{
    co_return http::HttpReply::json(dialect::modelList(entries(*services, *admission)));
}

Task<http::HttpReply> findModel(const Services *services, ExchangePtr exchange, AdmissionPtr admission, RequestContext)
{
    const QString id = QString::fromUtf8(exchange->request().tail);
    const auto list = entries(*services, *admission);
    const auto it = std::ranges::find(list, listedId(id), &dialect::ModelEntry::id);
    if (it == list.end())
        co_return failure(dialect::modelNotFound(id));
    co_return http::HttpReply::json(dialect::modelObject(*it));
}

}
