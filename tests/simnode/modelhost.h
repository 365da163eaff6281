// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simnode/config.h"
#include "tests/simnode/jsonwriter.h"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <vector>

namespace moe::sim {

class ModelHost;

/// How long a model stays in memory after its last request; negative: for ever.
using KeepAlive = std::chrono::milliseconds;
inline constexpr KeepAlive defaultKeepAlive = std::chrono::minutes(5);

/// A request's place: first in the queue, then on the model. Destroying it leaves either.
class ModelTicket final
{
public:
    ModelTicket(const ModelTicket &) = delete;
    ModelTicket &operator=(const ModelTicket &) = delete;
    ~ModelTicket();

    /// The model is loaded and a slot is this request's.
    [[nodiscard]] bool isReady() const { return m_isReady; }
    /// Called from the event loop when it becomes ready, if it was not from the start; may destroy the ticket.
    void whenReady(std::function<void()> call) { m_whenReady = std::move(call); }
    /// What the request waited for the model to be loaded.
    [[nodiscard]] std::chrono::nanoseconds loadTime() const { return m_loadTime; }

private:
    friend class ModelHost;
    ModelTicket(ModelHost &host, ModelSpec model, int contextTokens, KeepAlive keepAlive);

    ModelHost *m_host;
    ModelSpec m_model;
    int m_contextTokens;
    KeepAlive m_keepAlive;
    bool m_isReady = false;
    std::function<void()> m_whenReady;
    std::chrono::steady_clock::time_point m_loadBegan{};
    std::chrono::nanoseconds m_loadTime{0};
};

/// Memory and turns: loads and unloads models within the VRAM, lets `parallel` requests run on each, queues the rest in
/// order. A request whose model has no room waits until others are idle, and everybody behind it waits too, as in
/// Ollama. A changed context size loads the model anew.
class ModelHost final : public QObject
{
    Q_OBJECT

public:
    void configure(std::shared_ptr<const Config> config);

    /// Null if the queue is full.
    [[nodiscard]] std::unique_ptr<ModelTicket> request(const ModelSpec &model, int contextTokens, KeepAlive keepAlive);
    /// Unloads the model as soon as nobody uses it.
    void unload(const QString &model);
    void unloadAll();

    /// What /api/ps tells about one loaded model.
    struct Loaded {
        ModelSpec model;
        int contextTokens = 0;
        int running = 0;
        std::chrono::system_clock::time_point expires;
    };
    [[nodiscard]] std::vector<Loaded> loaded() const;
    [[nodiscard]] qint64 loads() const { return m_loads; }
    [[nodiscard]] qint64 evictions() const { return m_evictions; }

private:
    friend class ModelTicket;

    struct Resident {
        ModelSpec model;
        int contextTokens = 0;
        int running = 0;
        bool isLoading = false;
        KeepAlive keepAlive{0};
        std::chrono::steady_clock::time_point lastUsed;
        std::chrono::system_clock::time_point expires;
        QTimer timer; ///< while loading: its end; then: its expiry
    };

    Resident *find(const QString &model);
    bool makeRoom(const ModelSpec &model);
    void load(const ModelTicket &ticket);
    void loadEnded(Resident &resident);
    void grant(ModelTicket &ticket, Resident &resident);
    void leave(ModelTicket &ticket);
    void rest(Resident &resident);
    void remove(const Resident &resident);
    void schedule();
    void announce();

    enum class Turn { Granted, NextMayTry, AllWait };
    Turn tryTurn(ModelTicket &ticket);

    std::shared_ptr<const Config> m_config;
    std::list<std::unique_ptr<Resident>> m_residents;
    std::list<ModelTicket *> m_waiting;
    std::list<ModelTicket *> m_granted; ///< not told yet
    qint64 m_loads = 0;
    qint64 m_evictions = 0;
};

}
