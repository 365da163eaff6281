// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/control/auditing.h"
#include "daemon/inference/modelname.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <map>

using namespace Qt::StringLiterals;

namespace moe::api::control {

namespace types = moe::control;
using types::ListOf;

namespace {

QString breakerName(inference::BreakerState state)
{
    switch (state) {
    case inference::BreakerState::Closed: return u"closed"_s;
    case inference::BreakerState::HalfOpen: return u"half_open"_s;
    case inference::BreakerState::Open: return u"open"_s;
    }
    Q_UNREACHABLE_RETURN(QString());
}

types::ServerView viewOf(const inference::Server &server, const inference::SchedulerStats &stats)
{
    types::ServerView view;
    view.name = server.config.name.value();
    view.apiType = server.config.apiType == inference::ApiType::Ollama ? u"ollama"_s : u"openai"_s;
    view.isEnabled = server.config.isEnabled;
    view.isReachable = server.status.isReachable;
    view.version = server.status.version;
    view.parallel = server.config.parallel;
    for (const inference::ModelInfo &model : server.status.models)
        view.models.append(model.name);
    for (const inference::LoadedModel &model : server.status.loaded)
        view.loaded.append(model.name);
    for (const inference::ServerStats &counted : stats.servers) {
        if (counted.name != server.config.name)
            continue;
        view.inFlight = counted.inFlight;
        view.served = qint64(counted.served);
        view.faults = qint64(counted.faults);
        view.breaker = breakerName(counted.breaker);
    }
    return view;
}

Result<types::ServerView> viewNamed(const inference::Dispatcher &dispatcher, const QString &name)
{
    for (const inference::ServerPtr &server : *dispatcher.servers()) {
        if (server->config.name.value() == name)
            return viewOf(*server, dispatcher.stats());
    }
    return failure(Error::of(ErrorCode::NotFound, u"There is no such server."_s));
}

Task<Answer<ListOf<types::ServerView>>> list(const ControlServices *services, Call<Nothing, Nothing>, RequestContext)
{
    const inference::SchedulerStats stats = services->dispatcher.stats();
    ListOf<types::ServerView> list;
    for (const inference::ServerPtr &server : *services->dispatcher.servers())
        list.items.append(viewOf(*server, stats));
    co_return Answer<ListOf<types::ServerView>>{std::move(list)};
}

Task<Answer<types::ServerView>> read(const ControlServices *services, Call<Nothing, Nothing> call, RequestContext)
{
    CO_TRY(types::ServerView view, viewNamed(services->dispatcher, call.path.at(0)));
    co_return Answer<types::ServerView>{std::move(view)};
}

/// Where in the configuration a server is; its end if it is not there.
qsizetype indexOf(const QJsonArray &servers, const QString &name)
{
    qsizetype index = 0;
    while (index < servers.size() && servers[index][u"name"].toString() != name)
        ++index;
    return index;
}

QJsonArray configured(const ControlServices &services)
{
    return QJsonDocument::fromJson(services.system.serverDocument()).array();
}

/// Tokens are secrets, and for administrators only: so is where they are sent.
Result<void> checkSecrets(const Caller &caller, const QJsonObject &known, const QJsonObject &changes)
{
    if (caller.isAdmin())
        return {};
    const auto refused = [](const QString &message, const QString &param) {
        Error error = Error::of(ErrorCode::PermissionDenied, message);
        error.param = param;
        return failure(std::move(error));
    };
    if (changes.contains(u"token"))
        return refused(u"Only an administrator may change a server's token."_s, u"token"_s);
    const bool hasToken = !known[u"token"].toString().isEmpty();
    if (hasToken && changes.contains(u"url") && changes[u"url"] != known[u"url"])
        return refused(u"Only an administrator may change the address of a server that has a token."_s, u"url"_s);
    return {};
}

/// The document holds secrets, so that settings take an administrator: who may change what of it has been checked.
/// `version` is that of the settings which the servers were taken from: a change meanwhile is a Conflict.
Task<void> store(const ControlServices *services, QJsonArray servers, qint64 version, Caller caller, QString name,
                 RequestContext context)
{
    const QByteArray patch
        = QJsonDocument(QJsonObject{{QString(settings::keys::inferenceServers.name), servers}}).toJson();
    CO_TRY(const settings::SettingsChange change,
           co_await services->settings.change({patch, version}, {caller.actor(), Role::Admin}, context));
    co_await audit(services, caller,
                   {u"server.change"_s, QString(u"server:" % name), change.auditBefore, change.auditAfter}, context);
    co_return {};
}

Task<Answer<types::ServerView>> put(const ControlServices *services, Call<Nothing, wire::RawJson> call,
                                    RequestContext context)
{
    const QString name = call.path.at(0);
    const QJsonDocument body = QJsonDocument::fromJson(call.body.text);
    if (!body.isObject())
        co_return failure(Error::invalid(u"A server is described by a JSON object."_s, u"$"_s, u"invalid_value"_s));
    const qint64 version = services->settings.current()->version();
    QJsonArray servers = configured(*services);
    const qsizetype index = indexOf(servers, name);
    const QJsonObject known = index < servers.size() ? servers[index].toObject() : QJsonObject();
    QJsonObject server = known;
    const QJsonObject changes = body.object();
    CO_TRY_VOID(checkSecrets(call.caller, known, changes));
    for (auto it = changes.begin(); it != changes.end(); ++it)
        server.insert(it.key(), it.value());
    // A token is not sent to another address unless somebody says it anew.
    if (changes.contains(u"url") && changes[u"url"] != known[u"url"] && !changes.contains(u"token"))
        server.remove(u"token");
    server.insert(u"name"_s, name);
    if (index < servers.size())
        servers[index] = server;
    else
        servers.append(server);
    CO_TRY_VOID(co_await store(services, servers, version, call.caller, name, context));
    CO_TRY(types::ServerView view, viewNamed(services->dispatcher, name));
    co_return Answer<types::ServerView>{std::move(view)};
}

Task<Answer<Nothing>> remove(const ControlServices *services, Call<Nothing, Nothing> call, RequestContext context)
{
    const QString name = call.path.at(0);
    const qint64 version = services->settings.current()->version();
    QJsonArray servers = configured(*services);
    const qsizetype index = indexOf(servers, name);
    if (index == servers.size())
        co_return failure(Error::of(ErrorCode::NotFound, u"There is no such server."_s));
    servers.removeAt(index);
    CO_TRY_VOID(co_await store(services, servers, version, call.caller, name, context));
    co_return Answer<Nothing>{};
}

Task<Answer<ListOf<types::ModelView>>> models(const ControlServices *services, Call<Nothing, Nothing>, RequestContext)
{
    std::map<QString, types::ModelView> byName;
    for (const inference::ServerPtr &server : *services->dispatcher.servers()) {
        for (const inference::ModelInfo &model : server->status.models) {
            types::ModelView &view = byName[inference::canonicalModelName(model.name)];
            view.name = inference::canonicalModelName(model.name);
            view.servers.append(server->config.name.value());
            view.contextLength = std::max<qint64>(view.contextLength, model.contextLength);
        }
    }
    ListOf<types::ModelView> list;
    for (auto &[name, view] : byName)
        list.items.append(std::move(view));
    co_return Answer<ListOf<types::ModelView>>{std::move(list)};
}

Task<Answer<ListOf<types::ExpertView>>> experts(const ControlServices *services, Call<Nothing, Nothing>, RequestContext)
{
    co_return Answer<ListOf<types::ExpertView>>{{services->system.experts(), {}, {}}};
}

}

void addServerOperations(OperationTable &table, const ControlServices &services)
{
    table.add(types::listServers, std::bind_front(&list, &services));
    table.add(types::readServer, std::bind_front(&read, &services));
    table.add(types::putServer, std::bind_front(&put, &services));
    table.add(types::removeServer, std::bind_front(&remove, &services));
    table.add(types::listModels, std::bind_front(&models, &services));
    table.add(types::listExperts, std::bind_front(&experts, &services));
}

}
