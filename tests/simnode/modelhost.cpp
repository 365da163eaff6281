// SPDX-License-Identifier: Apache-2.0
#include "tests/simnode/modelhost.h"

#include <numeric>

using namespace std::chrono_literals;

namespace moe::sim {

using std::chrono::steady_clock;
using std::chrono::system_clock;

ModelTicket::ModelTicket(ModelHost &host, ModelSpec model, int contextTokens, KeepAlive keepAlive)
    : m_host(&host)
    , m_model(std::move(model))
    , m_contextTokens(contextTokens)
    , m_keepAlive(keepAlive)
{ }

ModelTicket::~ModelTicket() { m_host->leave(*this); }

void ModelHost::configure(std::shared_ptr<const Config> config)
{
    m_config = std::move(config);
    std::vector<QString> gone;
    for (const auto &resident : m_residents) {
        if (!m_config->model(resident->model.name))
            gone.push_back(resident->model.name);
    }
    for (const QString &name : gone)
        unload(name);
    schedule();
}

std::unique_ptr<ModelTicket> ModelHost::request(const ModelSpec &model, int contextTokens, KeepAlive keepAlive)
{
    if (m_config->parallel > 0 && std::ssize(m_waiting) >= m_config->maxQueue)
        return nullptr;
    std::unique_ptr<ModelTicket> ticket(new ModelTicket(*this, model, contextTokens, keepAlive));
    if (!m_waiting.empty() || tryTurn(*ticket) != Turn::Granted)
        m_waiting.push_back(ticket.get());
    // Behind others, it may still be this one's turn: they can wait for a slot of another model.
    if (!ticket->m_isReady)
        QMetaObject::invokeMethod(this, &ModelHost::schedule, Qt::QueuedConnection);
    return ticket;
}

void ModelHost::unload(const QString &model)
{
    if (Resident *resident = find(model)) {
        resident->keepAlive = 0ms;
        rest(*resident);
    }
}

void ModelHost::unloadAll()
{
    std::vector<QString> names;
    for (const auto &resident : m_residents)
        names.push_back(resident->model.name);
    for (const QString &name : names)
        unload(name);
    m_loads = m_evictions = 0;
}

std::vector<ModelHost::Loaded> ModelHost::loaded() const
{
    std::vector<Loaded> result;
    for (const auto &resident : m_residents) {
        if (!resident->isLoading)
            result.push_back({resident->model, resident->contextTokens, resident->running, resident->expires});
    }
    return result;
}

ModelHost::Resident *ModelHost::find(const QString &model)
{
    const auto found = std::ranges::find_if(m_residents, [&](const auto &each) { return each->model.name == model; });
    return found == m_residents.end() ? nullptr : found->get();
}

ModelHost::Turn ModelHost::tryTurn(ModelTicket &ticket)
{
    Resident *resident = find(ticket.m_model.name);
    if (resident && resident->contextTokens != ticket.m_contextTokens) {
        if (resident->isLoading || resident->running > 0)
            return Turn::AllWait;
        remove(*resident);
        resident = nullptr;
    }
    if (!resident) {
        if (!makeRoom(ticket.m_model))
            return Turn::AllWait;
        load(ticket);
        resident = find(ticket.m_model.name);
    }
    if (resident->isLoading && ticket.m_loadBegan == steady_clock::time_point())
        ticket.m_loadBegan = steady_clock::now();
    if (resident->isLoading || (m_config->parallel > 0 && resident->running >= m_config->parallel))
        return Turn::NextMayTry;
    grant(ticket, *resident);
    return Turn::Granted;
}

bool ModelHost::makeRoom(const ModelSpec &model)
{
    if (m_config->vramTotalBytes == 0)
        return true;
    const auto used = [this] {
        return std::accumulate(m_residents.begin(), m_residents.end(), qint64(0),
                               [](qint64 sum, const auto &each) { return sum + each->model.vramBytes; });
    };
    // A model larger than the whole memory runs alone, partly outside it.
    while (!m_residents.empty() && used() + model.vramBytes > m_config->vramTotalBytes) {
        const Resident *oldest = nullptr;
        for (const auto &each : m_residents) {
            if (each->running == 0 && !each->isLoading && (!oldest || each->lastUsed < oldest->lastUsed))
                oldest = each.get();
        }
        if (!oldest)
            return false;
        ++m_evictions;
        remove(*oldest);
    }
    return true;
}

void ModelHost::load(const ModelTicket &ticket)
{
    ++m_loads;
    Resident &resident = *m_residents.emplace_back(std::make_unique<Resident>());
    resident.model = ticket.m_model;
    resident.contextTokens = ticket.m_contextTokens;
    resident.keepAlive = ticket.m_keepAlive;
    resident.lastUsed = steady_clock::now();
    resident.isLoading = ticket.m_model.load > 0ms;
    resident.timer.setSingleShot(true);
    resident.timer.setTimerType(Qt::PreciseTimer);
    connect(&resident.timer, &QTimer::timeout, this, [this, at = &resident] {
        at->isLoading ? loadEnded(*at) : remove(*at);
        schedule();
    });
    if (resident.isLoading)
        resident.timer.start(ticket.m_model.load);
}

void ModelHost::loadEnded(Resident &resident)
{
    resident.isLoading = false;
    // Whoever asked for it may have gone meanwhile.
    rest(resident);
}

void ModelHost::grant(ModelTicket &ticket, Resident &resident)
{
    ++resident.running;
    resident.timer.stop();
    resident.keepAlive = ticket.m_keepAlive;
    resident.lastUsed = steady_clock::now();
    resident.expires = system_clock::now() + std::max<KeepAlive>(ticket.m_keepAlive, 0ms);
    if (ticket.m_loadBegan != steady_clock::time_point())
        ticket.m_loadTime = resident.lastUsed - ticket.m_loadBegan;
    ticket.m_isReady = true;
}

void ModelHost::leave(ModelTicket &ticket)
{
    m_waiting.remove(&ticket);
    m_granted.remove(&ticket);
    if (ticket.m_isReady) {
        if (Resident *resident = find(ticket.m_model.name)) {
            --resident->running;
            rest(*resident);
        }
    }
    if (!m_waiting.empty())
        QMetaObject::invokeMethod(this, &ModelHost::schedule, Qt::QueuedConnection);
}

void ModelHost::rest(Resident &resident)
{
    if (resident.running > 0 || resident.isLoading)
        return;
    resident.lastUsed = steady_clock::now();
    const bool isForEver = resident.keepAlive < 0ms;
    resident.expires = system_clock::now() + (isForEver ? KeepAlive(std::chrono::years(100)) : resident.keepAlive);
    if (resident.keepAlive == 0ms && m_waiting.empty())
        return remove(resident);
    if (!isForEver)
        resident.timer.start(resident.keepAlive);
}

void ModelHost::remove(const Resident &resident)
{
    const auto found = std::ranges::find_if(m_residents, [&](const auto &each) { return each.get() == &resident; });
    // Its own timer may be what calls.
    (*found)->timer.stop();
    (*found)->timer.disconnect(this);
    std::shared_ptr<Resident> last(std::move(*found));
    m_residents.erase(found);
    QMetaObject::invokeMethod(this, [last] { }, Qt::QueuedConnection);
}

void ModelHost::schedule()
{
    for (auto each = m_waiting.begin(); each != m_waiting.end();) {
        ModelTicket *ticket = *each;
        const Turn turn = tryTurn(*ticket);
        if (turn == Turn::AllWait)
            return;
        if (turn == Turn::NextMayTry) {
            ++each;
            continue;
        }
        each = m_waiting.erase(each);
        m_granted.push_back(ticket);
        QMetaObject::invokeMethod(this, &ModelHost::announce, Qt::QueuedConnection);
    }
}

void ModelHost::announce()
{
    while (!m_granted.empty()) {
        const auto call = std::move(m_granted.front()->m_whenReady);
        m_granted.pop_front();
        call();
    }
}

}
