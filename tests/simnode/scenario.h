// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simnode/config.h"
#include "tests/simnode/generationrequest.h"

#include <QRandomGenerator>

#include <memory>
#include <optional>
#include <vector>

namespace moe::sim {

/// What will be answered, before any protocol.
struct Answer {
    QList<QByteArray> thinking; ///< pieces
    QList<QByteArray> pieces;
    int repeat = 1; ///< the pieces are sent so many times over
    QList<ToolCall> toolCalls;
    QByteArray finishReason = "stop";
    qint64 promptTokens = 0;
    qint64 completionTokens = 0; ///< of the whole answer
    std::chrono::milliseconds firstToken{0};
    double tokensPerSecond = 0; ///< 0: as fast as the client reads
};

/// Chooses answers and faults by the configured rules, and remembers which were used how often.
class Scenario
{
public:
    void configure(std::shared_ptr<const Config> config);
    /// Rules and faults count from the beginning again.
    void reset();

    /// The first rule that fits and is not used up, or null; uses it. Stays valid until the next configure().
    [[nodiscard]] const Rule *takeRule(const GenerationRequest &request);
    /// The fault that hits this request: the rule's own, or the global one.
    [[nodiscard]] Fault takeFault(const Rule *rule);
    /// The global fault, if it hits every path.
    [[nodiscard]] Fault takeProbeFault();

private:
    [[nodiscard]] bool strikes(const Fault &fault, int &used);

    std::shared_ptr<const Config> m_config;
    std::vector<int> m_ruleUses;
    std::vector<int> m_ruleFaultUses;
    int m_faultUses = 0;
    QRandomGenerator m_random;
};

/// The answer of that rule, or without one an answer that says it is simulated; within the request's token limit.
[[nodiscard]] Answer makeAnswer(const Rule *rule, const GenerationRequest &request, const ModelSpec &model);

}
