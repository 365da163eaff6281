// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/inference/dispatcher.h"
#include "daemon/inference/probeplan.h"
#include "shared/async/completion.h"
#include "shared/async/context.h"
#include "shared/async/task.h"
#include "shared/async/taskscope.h"

#include <QByteArray>

#include <memory>
#include <vector>

namespace moe::inference {

/// Carries probes to servers. The answer's body, if the status is 2xx; NotFound for 404, Unavailable if the server
/// cannot be reached, Timeout, Cancelled, BadGateway for anything else. Honours the context's stop token and deadline.
class ProbeTransport
{
public:
    ProbeTransport() = default;
    ProbeTransport(const ProbeTransport &) = delete;
    ProbeTransport &operator=(const ProbeTransport &) = delete;
    virtual ~ProbeTransport() = default;

    /// `path` begins with a slash and follows the server's URL.
    [[nodiscard]] virtual Task<QByteArray> get(ServerConfig server, QByteArray path, RequestContext context) = 0;
    /// `body` is JSON.
    [[nodiscard]] virtual Task<QByteArray> post(ServerConfig server, QByteArray path, QByteArray body,
                                                RequestContext context)
        = 0;
};

/// Asks every server again and again what it has, and publishes what is known to the dispatcher. A server that cannot
/// be reached keeps the models it had, so that a call for one of them is told to come back later. Single thread; stop()
/// has to be awaited before it is destroyed.
class Prober
{
public:
    /// All three outlive it.
    Prober(const Clock &clock, ProbeTransport &transport, Dispatcher &dispatcher, ProbeSettings settings = {});
    Prober(const Prober &) = delete;
    Prober &operator=(const Prober &) = delete;
    ~Prober();

    /// Replaces the configuration and publishes it at once. What is known of a server stays known while its address,
    /// protocol and token stay the same.
    void setServers(const QList<ServerConfig> &servers);
    /// Ends when every server has been probed once since it was configured.
    [[nodiscard]] Task<void> firstRound(RequestContext context);
    [[nodiscard]] QCoro::Task<> stop();

private:
    struct Watched;
    using WatchedPtr = std::shared_ptr<Watched>;
    struct Answer {
        ServerStatus status; ///< without models where those are in `listed`
        QList<ListedModel> listed;
    };

    [[nodiscard]] WatchedPtr watchedFor(const ServerConfig &config);
    [[nodiscard]] QCoro::Task<> watch(WatchedPtr watched);
    [[nodiscard]] Task<void> probe(WatchedPtr watched, RequestContext context);
    [[nodiscard]] Task<Answer> ask(ServerConfig server, RequestContext context);
    [[nodiscard]] Task<Answer> askOllama(ServerConfig server, RequestContext context);
    [[nodiscard]] Task<Answer> askModelList(ServerConfig server, RequestContext context);
    [[nodiscard]] Task<void> askDetails(WatchedPtr watched, QList<ListedModel> listed, RequestContext context);
    void noteStatus(Watched &watched, Answer answer, Clock::Steady startedAt);
    void noteFailure(Watched &watched, const Error &error);
    void publish();
    void announceRound();

    const Clock &m_clock;
    ProbeTransport &m_transport;
    Dispatcher &m_dispatcher;
    const ProbeSettings m_settings;
    TaskScope m_scope;
    std::vector<WatchedPtr> m_watched; // in the order of the configuration
    std::vector<Completion<Result<void>>> m_awaitingRound;
};

}
