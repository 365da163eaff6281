// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/inference/scheduler.h"

#include <QRandomGenerator>

#include <atomic>
#include <chrono>

namespace moe::inference::testing {

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

constexpr qint64 gigabyte = 1'000'000'000;

/// A clock that stands still until a test moves it.
class FakeClock final : public Clock
{
public:
    [[nodiscard]] Steady steady() const override { return Steady(std::chrono::nanoseconds(m_now.load())); }
    [[nodiscard]] System system() const override { return System(); }
    void advance(std::chrono::nanoseconds duration) { m_now += duration.count(); }

private:
    std::atomic<qint64> m_now = std::chrono::nanoseconds(1h).count();
};

inline ModelInfo model(const QString &name, qint64 sizeBytes = 4 * gigabyte)
{
    ModelInfo info;
    info.name = name;
    info.sizeBytes = sizeBytes;
    info.contextLength = 8192;
    return info;
}

/// A server under construction.
struct Sim {
    Server server;

    explicit Sim(const QString &name)
    {
        server.config.name = ServerId(name);
        server.config.url = "http://node";
        server.status.isReachable = true;
    }
    Sim &has(const QString &name, qint64 sizeBytes = 4 * gigabyte)
    {
        server.status.models.push_back(model(name, sizeBytes));
        return *this;
    }
    Sim &loaded(const QString &name, qint64 vramBytes = 5 * gigabyte)
    {
        server.status.loaded.push_back({name, vramBytes});
        return *this;
    }
    Sim &vram(double gb)
    {
        server.config.vramGb = gb;
        return *this;
    }
    Sim &parallel(int slots)
    {
        server.config.parallel = slots;
        return *this;
    }
    Sim &priority(int priority)
    {
        server.config.priority = priority;
        return *this;
    }
    Sim &down()
    {
        server.status.isReachable = false;
        return *this;
    }
    Sim &probedAt(Clock::Steady at)
    {
        server.status.probedAt = at;
        return *this;
    }
};

inline ServerSnapshot snapshot(const std::vector<Sim> &sims)
{
    auto servers = std::make_shared<QList<ServerPtr>>();
    for (const Sim &sim : sims)
        servers->push_back(std::make_shared<const Server>(sim.server));
    return servers;
}

inline LeaseRequest ask(const QString &name, qint64 key = 1)
{
    LeaseRequest request;
    request.model = name;
    request.key = KeyId(key);
    return request;
}

inline ServedCall served(std::chrono::milliseconds first = 300ms, std::chrono::milliseconds whole = 3300ms,
                         qint64 tokens = 120)
{
    return {first, whole, tokens};
}

/// The seed of a randomised test: fixed unless MOE_TEST_SEED says otherwise, and printed.
inline quint32 testSeed(quint32 fallback)
{
    bool isSet = false;
    const int seed = qEnvironmentVariableIntValue("MOE_TEST_SEED", &isSet);
    const quint32 used = isSet ? quint32(seed) : fallback;
    qInfo("seed %u", used);
    return used;
}

}
