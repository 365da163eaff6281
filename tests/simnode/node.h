// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simnode/answerencoder.h"
#include "tests/simnode/config.h"
#include "tests/simnode/exchange.h"
#include "tests/simnode/modelhost.h"
#include "tests/simnode/nodestate.h"
#include "tests/simnode/scenario.h"

#include <QJsonObject>

#include <functional>
#include <memory>

namespace moe::sim {

/// Everything the protocols of one node work with. Single-threaded.
class Node
{
public:
    /// A node with that configuration.
    [[nodiscard]] static Result<std::unique_ptr<Node>> create(const QJsonObject &document);

    /// Replaces the top-level members given, if the whole is valid then; otherwise changes nothing.
    [[nodiscard]] Result<void> configure(const QJsonObject &changes);
    /// Forgets what was seen, unloads what is idle, lets rules and faults count from the beginning.
    void reset();

    [[nodiscard]] const Config &config() const { return *m_config; }
    [[nodiscard]] const QJsonObject &document() const { return m_document; }
    [[nodiscard]] quint64 nextSerial() { return ++m_serial; }

    NodeState state;
    Scenario scenario;
    ModelHost host;

private:
    Node() = default;

    std::shared_ptr<const Config> m_config;
    QJsonObject m_document;
    quint64 m_serial = 0;
};

/// Answers with an error in the shape of a protocol.
using Refuse = std::function<void(Exchange &, int status, const QString &message, const Exchange::Headers &headers)>;

/// What is needed to work out one answer.
struct GenerationPlan {
    explicit GenerationPlan(ModelSpec with, int context = 0, KeepAlive keep = defaultKeepAlive)
        : model(std::move(with))
        , contextTokens(context)
        , keepAlive(keep)
    { }

    ModelSpec model;
    int contextTokens; ///< 0: the server's default
    KeepAlive keepAlive;
    Answer answer;
    std::unique_ptr<AnswerEncoder> encoder;
    bool isStreamed = false;
    Fault fault;
    Refuse refuse;
};

/// Works the answer out and sends it, now or later, with its fault.
void generate(Node &node, Exchange &exchange, GenerationPlan plan);

/// If the fault wants an error status or slow headers, answers so and is true; `proceed` then answers later, if at all.
[[nodiscard]] bool strikeProbe(Exchange &exchange, const Fault &fault, const Refuse &refuse,
                               const std::function<void()> &proceed);

/// /api/* and, for the current profile, /v1/*; false: no such path.
void serveOllama(Node &node, Exchange &exchange);
/// /v1/*, in the flavour of the profile.
void serveOpenAi(Node &node, Exchange &exchange);
/// /sim/*
void serveControl(Node &node, Exchange &exchange);

/// 404 and 405 as Go's router answers them.
void answerNotFound(Exchange &exchange);
void answerMethodNotAllowed(Exchange &exchange, QByteArrayView allowed);

}
