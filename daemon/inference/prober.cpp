// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/prober.h"
#include "daemon/telemetry/log.h"
#include "shared/async/wait.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace moe::inference {

/// One configured server and what probing knows about it.
struct Prober::Watched {
    Watched(ServerConfig server, ProbeSettings settings, std::stop_token token)
        : config(std::move(server))
        , plan(settings)
        , stop(std::move(token))
    { }
    ServerConfig config;
    ServerStatus status;
    ServerPtr published; // what of it was published last
    ProbePlan plan;
    LinkedStop stop;
    bool isProbed = false;
};

Prober::Prober(const Clock &clock, ProbeTransport &transport, Dispatcher &dispatcher, ProbeSettings settings)
    : m_clock(clock)
    , m_transport(transport)
    , m_dispatcher(dispatcher)
    , m_settings(settings)
{ }

Prober::~Prober() = default;

void Prober::setServers(const QList<ServerConfig> &servers)
{
    std::vector<WatchedPtr> watched;
    std::vector<WatchedPtr> added;
    for (const ServerConfig &config : servers) {
        WatchedPtr known = watchedFor(config);
        if (known) {
            known->config = config;
            known->published = nullptr;
        } else {
            known = std::make_shared<Watched>(config, m_settings, m_scope.token());
            added.push_back(known);
        }
        watched.push_back(std::move(known));
    }
    for (const WatchedPtr &old : m_watched) {
        if (std::ranges::find(watched, old) == watched.end())
            old->stop.requestStop();
    }
    m_watched = std::move(watched);
    publish();
    for (const WatchedPtr &each : added)
        m_scope.spawn(watch(each));
    announceRound();
}

Prober::WatchedPtr Prober::watchedFor(const ServerConfig &config)
{
    const auto found = std::ranges::find_if(m_watched, [&config](const WatchedPtr &each) {
        const ServerConfig &known = each->config;
        return known.name == config.name && known.url == config.url && known.apiType == config.apiType
            && known.token == config.token;
    });
    return found == m_watched.end() ? nullptr : *found;
}

Task<void> Prober::firstRound(RequestContext context)
{
    while (std::ranges::any_of(m_watched, [](const WatchedPtr &each) { return !each->isProbed; })) {
        const Completion<Result<void>> round;
        m_awaitingRound.push_back(round);
        const StopWatcher watcher(context.stop, [round] { round.complete(failure(Error::cancelled())); });
        CO_TRY_VOID(co_await round);
    }
    co_return Result<void>();
}

QCoro::Task<> Prober::stop()
{
    m_scope.requestStop();
    for (const auto &waiting : std::exchange(m_awaitingRound, {}))
        waiting.complete(failure(Error::cancelled()));
    co_await m_scope.join();
}

QCoro::Task<> Prober::watch(WatchedPtr watched)
{
    RequestContext context;
    context.requestId = "probe";
    context.stop = watched->stop.token();
    while (!context.isStopped()) {
        const auto probed = co_await probe(watched, context);
        if (context.isStopped())
            break;
        if (!probed)
            noteFailure(*watched, probed.error());
        watched->isProbed = true;
        announceRound();
        const auto pause = std::chrono::ceil<std::chrono::milliseconds>(watched->plan.dueAt() - m_clock.steady());
        (void)co_await sleepFor(std::max(pause, std::chrono::milliseconds(0)), context);
    }
}

Task<void> Prober::probe(WatchedPtr watched, RequestContext context)
{
    const Clock::Steady startedAt = m_clock.steady();
    auto answer = co_await ask(watched->config, context.withDeadline(startedAt + m_settings.timeout));
    if (context.isStopped())
        co_return failure(Error::cancelled());
    if (!answer)
        co_return failure(std::move(answer).error());
    const QList<ListedModel> listed = answer->listed;
    noteStatus(*watched, *std::move(answer), startedAt);
    co_return co_await askDetails(watched, listed, context);
}

Task<Prober::Answer> Prober::ask(ServerConfig server, RequestContext context)
{
    switch (server.apiType) {
    case ApiType::Ollama: return askOllama(std::move(server), std::move(context));
    case ApiType::OpenAi: return askModelList(std::move(server), std::move(context));
    }
    Q_UNREACHABLE_RETURN(askModelList(std::move(server), std::move(context)));
}

Task<Prober::Answer> Prober::askOllama(ServerConfig server, RequestContext context)
{
    Answer answer;
    const auto version = co_await m_transport.get(server, "/api/version", context);
    if (version) {
        CO_TRY(const QString number, parseOllamaVersion(*version));
        applyOllamaVersion(answer.status, number);
    } else if (version.error().code != ErrorCode::NotFound) {
        co_return failure(version.error());
    } else {
        answer.status.hasEmbedEndpoint = answer.status.hasStructuredOutput = false;
    }
    CO_TRY(const QByteArray tags, co_await m_transport.get(server, "/api/tags", context));
    CO_TRY(answer.listed, parseOllamaTags(tags));
    const auto loaded = co_await m_transport.get(server, "/api/ps", context);
    if (loaded) {
        CO_TRY(answer.status.loaded, parseOllamaLoaded(*loaded));
    } else if (loaded.error().code != ErrorCode::NotFound) { // the oldest builds do not have it
        co_return failure(loaded.error());
    }
    co_return answer;
}

Task<Prober::Answer> Prober::askModelList(ServerConfig server, RequestContext context)
{
    Answer answer;
    const auto body = co_await m_transport.get(server, "/v1/models", context);
    if (body) {
        CO_TRY(answer.status.models, parseModelList(*body));
    } else if (body.error().code != ErrorCode::NotFound) {
        co_return failure(body.error());
    } else { // it does not say what it has: then it has what the configuration says
        for (const QString &model : server.assignedModels) {
            answer.status.models.push_back({});
            answer.status.models.back().name = model;
        }
    }
    co_return answer;
}

Task<void> Prober::askDetails(WatchedPtr watched, QList<ListedModel> listed, RequestContext context)
{
    const QList<ListedModel> missing = watched->plan.withoutDetails(listed);
    if (missing.isEmpty())
        co_return Result<void>();
    for (const ListedModel &model : missing) {
        const auto body = co_await m_transport.post(watched->config, "/api/show", ollamaDetailsQuery(model.info.name),
                                                    context.withDeadline(m_clock.steady() + m_settings.timeout));
        if (context.isStopped())
            co_return failure(Error::cancelled());
        auto details = body.and_then([](const QByteArray &bytes) { return parseOllamaDetails(bytes); });
        if (details)
            watched->plan.noteDetails(model, *std::move(details));
        else
            watched->plan.noteNoDetails(model);
    }
    watched->status.models = watched->plan.described(listed);
    watched->published = nullptr;
    publish();
    co_return Result<void>();
}

void Prober::noteStatus(Watched &watched, Answer answer, Clock::Steady startedAt)
{
    if (!watched.status.isReachable)
        MOE_LOG(Inference, Info, "", "A server is reachable", {"server", watched.config.name.value()});
    watched.plan.noteAnswer(m_clock.steady());
    watched.status = std::move(answer.status);
    watched.status.isReachable = true;
    watched.status.probedAt = startedAt;
    if (watched.config.apiType == ApiType::Ollama)
        watched.status.models = watched.plan.described(answer.listed);
    watched.published = nullptr;
    publish();
}

void Prober::noteFailure(Watched &watched, const Error &error)
{
    watched.plan.noteFailure(error, m_clock.steady());
    if (watched.isProbed && watched.status.isReachable == watched.plan.isReachable())
        return;
    MOE_LOG(Inference, Warning, "", "A server cannot be reached", {"server", watched.config.name.value()},
            {"outcome", errorCodeName(error.code)});
    watched.status.isReachable = false;
    watched.status.loaded.clear();
    watched.status.probedAt = m_clock.steady();
    watched.published = nullptr;
    publish();
}

void Prober::publish()
{
    auto servers = std::make_shared<QList<ServerPtr>>();
    for (const WatchedPtr &each : m_watched) {
        if (!each->published)
            each->published = std::make_shared<const Server>(Server{each->config, each->status});
        servers->push_back(each->published);
    }
    m_dispatcher.publish(std::move(servers));
}

void Prober::announceRound()
{
    if (std::ranges::any_of(m_watched, [](const WatchedPtr &each) { return !each->isProbed; }))
        return;
    for (const auto &waiting : std::exchange(m_awaitingRound, {}))
        waiting.complete(Result<void>());
}

}
