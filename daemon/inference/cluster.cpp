// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/cluster.h"
#include "daemon/inference/modelname.h"
#include "daemon/inference/numctx.h"

#include <algorithm>
#include <ranges>

namespace moe::inference {

namespace {

constexpr double loadBytesPerSecond = 1e9; // from a solid-state disk
constexpr double loadStartSeconds = 2;
constexpr double unknownLoadSeconds = 10;
constexpr double gibibyte = 1024.0 * 1024 * 1024;
constexpr qint64 fewestMeasuredTokens = 8; // fewer say little about speed

double seconds(std::chrono::microseconds duration) { return std::chrono::duration<double>(duration).count(); }

// Only Ollama loads and unloads models by itself; other servers have theirs loaded all the time.
bool loadsOnDemand(const Node &node) { return node.server && node.server->config.apiType == ApiType::Ollama; }

bool isAssigned(const ServerConfig &config, const QString &model)
{
    return config.assignedModels.isEmpty() || std::ranges::any_of(config.assignedModels, [&](const QString &assigned) {
               return modelMatches(assigned, model);
           });
}

void measure(Placement &placement, const ServedCall &call, bool isCold)
{
    const double first = seconds(call.timeToFirstToken);
    if (isCold)
        placement.load.add(std::max(0.0, first - placement.firstToken.valueOr(0)));
    else
        placement.firstToken.add(first);
    const double generating = seconds(call.duration) - first;
    if (call.completionTokens >= fewestMeasuredTokens && generating > 0)
        placement.tokensPerSecond.add(double(call.completionTokens) / generating);
}

}

double Placement::loadSeconds() const
{
    return load.valueOr(info && info->sizeBytes > 0 ? loadStartSeconds + double(info->sizeBytes) / loadBytesPerSecond
                                                    : unknownLoadSeconds);
}

int Model::waiting() const
{
    int waiting = 0;
    for (const auto &route : routes)
        waiting += route->queue.size();
    return waiting;
}

void Cluster::update(const ServerSnapshot &servers)
{
    QHash<ServerId, ServerPtr> listed;
    for (const ServerPtr &server : *servers)
        listed.insert(server->config.name, server);
    for (const auto &node : m_nodes) {
        if (!listed.contains(node->name))
            withdraw(*node);
    }
    for (const ServerPtr &server : *servers) {
        Node &node = nodeOf(server->config.name);
        if (node.server != server)
            adopt(node, server);
    }
}

void Cluster::withdraw(Node &node)
{
    node.server = nullptr;
    for (const auto &placement : node.placements) {
        placement->info = nullptr;
        placement->isOffered = false;
    }
}

void Cluster::adopt(Node &node, ServerPtr server)
{
    const bool isAnotherMachine = node.server && node.server->config.url != server->config.url;
    withdraw(node);
    node.server = std::move(server);
    if (isAnotherMachine) {
        node.breaker = CircuitBreaker(m_breaker);
        node.faults = {};
    }
    const ServerConfig &config = node.server->config;
    if (!config.isEnabled)
        return;
    for (const ModelInfo &info : node.server->status.models)
        list(node, info);
    if (!node.server->status.isReachable) {
        for (const QString &model : config.assignedModels)
            placementOf(node, model).isOffered = true;
    }
    adoptResidents(node);
}

void Cluster::list(Node &node, const ModelInfo &info)
{
    Placement &placement = placementOf(node, info.name);
    placement.info = &info;
    placement.isOffered = isAssigned(node.server->config, info.name);
    placement.canHold = placement.hasBeenLoaded || canHold(*node.server, info);
    if (!placement.isResident)
        placement.vramBytes = vramNeeded(*node.server, info);
}

void Cluster::adoptResidents(Node &node)
{
    const ServerStatus &status = node.server->status;
    for (const auto &placement : node.placements) {
        if (!loadsOnDemand(node)) {
            setResident(*placement, true);
            continue;
        }
        const auto loaded = std::ranges::find_if(
            status.loaded, [&](const LoadedModel &each) { return modelMatches(each.name, placement->model->name); });
        if (loaded != status.loaded.end()) {
            setResident(*placement, true);
            placement->canHold = placement->hasBeenLoaded = true;
            if (loaded->vramBytes > 0)
                placement->vramBytes = loaded->vramBytes;
        } else if (placement->inFlight == 0 && (!placement->usedAt || status.probedAt >= *placement->usedAt)) {
            setResident(*placement, false); // unless a call of ours has started to load it since
        }
    }
}

void Cluster::prune()
{
    for (const auto &node : m_nodes) {
        std::erase_if(node->placements, [&](const std::unique_ptr<Placement> &placement) {
            if (placement->info || placement->isOffered || placement->inFlight > 0)
                return false;
            std::erase(placement->model->placements, placement.get());
            std::erase(node->residents, placement.get());
            return true;
        });
    }
    std::erase_if(m_nodes, [this](const std::unique_ptr<Node> &node) {
        const bool isGone = !node->server && node->placements.empty() && !node->claimedBy;
        return isGone && m_byName.remove(node->name);
    });
    m_models.removeIf([](const auto &each) {
        const Model &model = *each.value();
        return model.placements.empty() && model.waiting() == 0;
    });
    for (const auto &model : std::as_const(m_models))
        std::erase_if(model->routes, [](const auto &route) { return route->server && route->queue.isEmpty(); });
}

Model *Cluster::find(const QString &name) const
{
    const auto found = m_models.constFind(canonicalModelName(name));
    return found == m_models.cend() ? nullptr : found->get();
}

Route *Cluster::route(Model &model, const std::optional<ServerId> &server)
{
    for (const auto &route : model.routes) {
        if (route->server == server)
            return route.get();
    }
    const bool isOffered = std::ranges::any_of(model.placements, [&](const Placement *placement) {
        return placement->isOffered && (!server || placement->node->name == *server);
    });
    if (!isOffered)
        return nullptr;
    model.routes.push_back(std::make_unique<Route>(Route{&model, server, {}, nullptr}));
    return model.routes.back().get();
}

Cluster::Fitting Cluster::fitting(const Placement &placement, bool mayDisplaceNeeded) const
{
    Fitting fitting;
    const Node &node = *placement.node;
    if (placement.isResident)
        return fitting;
    fitting.fit = Fit::Beside;
    if (!node.server || node.server->config.vramGb <= 0)
        return fitting;
    const qint64 vram = qint64(node.server->config.vramGb * gibibyte);
    qint64 missing = std::min(placement.vramBytes, vram) - vram;
    for (const Placement *resident : node.residents)
        missing += resident->vramBytes;
    for (const bool isNeeded : {false, true}) {
        if (isNeeded && !mayDisplaceNeeded)
            break;
        for (Placement *resident : node.residents) {
            if (missing <= 0)
                return fitting;
            if (resident->inFlight > 0 || (resident->model->waiting() > 0) != isNeeded)
                continue;
            missing -= resident->vramBytes;
            fitting.fit = Fit::Swap;
            fitting.unloadSeconds += resident->loadSeconds();
            fitting.displaced.push_back(resident);
        }
    }
    if (missing > 0)
        fitting.fit = Fit::Blocked;
    return fitting;
}

Prospect Cluster::prospect(const Placement &placement, const Fitting &fitting, Clock::Steady now) const
{
    const Node &node = *placement.node;
    Prospect prospect;
    prospect.firstTokenSeconds = placement.firstToken.valueOr(prospect.firstTokenSeconds);
    prospect.tokensPerSecond = placement.tokensPerSecond.valueOr(prospect.tokensPerSecond);
    prospect.loadSeconds = fitting.fit == Fit::Resident ? 0 : placement.loadSeconds();
    prospect.unloadSeconds = fitting.unloadSeconds;
    prospect.inFlight = node.inFlight;
    prospect.parallel = node.parallel();
    prospect.priority = node.server ? node.server->config.priority : 0;
    prospect.faults = node.faults.value(now) + placement.faults.value(now);
    return prospect;
}

Cluster::Start Cluster::begin(Placement &placement, Clock::Steady now)
{
    Node &node = *placement.node;
    Start start;
    start.isProbe = node.breaker.begin(now);
    start.isCold = !placement.isResident;
    if (start.isCold) {
        ++node.counters.coldStarts;
        makeRoom(placement, now);
    }
    setResident(placement, true);
    // The most recently used one goes to the end.
    if (const auto at = std::ranges::find(node.residents, &placement); at != node.residents.end())
        std::rotate(at, at + 1, node.residents.end());
    placement.usedAt = now;
    ++placement.inFlight;
    ++node.inFlight;
    ++node.counters.granted;
    return start;
}

void Cluster::makeRoom(Placement &placement, Clock::Steady now)
{
    Fitting room = fitting(placement, false);
    if (room.fit == Fit::Blocked)
        room = fitting(placement, true);
    if (room.displaced.isEmpty())
        return;
    ++placement.node->counters.swaps;
    placement.node->swappedAt = now;
    for (Placement *displaced : room.displaced)
        setResident(*displaced, false);
}

void Cluster::end(Placement &placement, Start start, const LeaseOutcome &outcome, Clock::Steady now)
{
    Node &node = *placement.node;
    --placement.inFlight;
    --node.inFlight;
    if (const auto *call = std::get_if<ServedCall>(&outcome)) {
        ++node.counters.served;
        node.breaker.succeed(start.isProbe);
        measure(placement, *call, start.isCold);
    } else if (const auto *fault = std::get_if<NodeFault>(&outcome)) {
        ++node.counters.faults;
        if (*fault == NodeFault::Node) {
            node.faults.add(now);
            node.breaker.fail(start.isProbe, now);
        } else {
            placement.faults.add(now);
            node.breaker.succeed(start.isProbe); // it answered
            if (start.isCold && placement.inFlight == 0)
                setResident(placement, false);
        }
    } else {
        node.breaker.endNeutral(start.isProbe);
    }
}

Node &Cluster::nodeOf(const ServerId &name)
{
    Node *&node = m_byName[name];
    if (!node) {
        m_nodes.push_back(std::make_unique<Node>());
        node = m_nodes.back().get();
        node->name = name;
        node->number = ++m_lastNumber;
        node->breaker = CircuitBreaker(m_breaker);
    }
    return *node;
}

Placement &Cluster::placementOf(Node &node, const QString &modelName)
{
    const QString name = canonicalModelName(modelName);
    std::shared_ptr<Model> &model = m_models[name];
    if (!model) {
        model = std::make_shared<Model>();
        model->name = name;
    }
    const auto known = std::ranges::find(node.placements, model.get(), [](const auto &each) { return each->model; });
    if (known != node.placements.end())
        return **known;
    node.placements.push_back(std::make_unique<Placement>());
    Placement &placement = *node.placements.back();
    placement.node = &node;
    placement.model = model.get();
    model->placements.push_back(&placement);
    return placement;
}

void Cluster::setResident(Placement &placement, bool isResident)
{
    if (placement.isResident == isResident)
        return;
    placement.isResident = isResident;
    Node &node = *placement.node;
    if (!isResident)
        std::erase(node.residents, &placement);
    else if (loadsOnDemand(node))
        node.residents.push_back(&placement);
}

}
