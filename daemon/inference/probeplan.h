// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/inference/probing.h"
#include "shared/core/clock.h"
#include "shared/core/error.h"

#include <QHash>

#include <chrono>

namespace moe::inference {

struct ProbeSettings {
    std::chrono::milliseconds interval{10'000};
    std::chrono::milliseconds retry{1'000};            ///< after a timeout of a server that was reachable
    std::chrono::milliseconds longestInterval{60'000}; ///< for a server that stays away
    std::chrono::milliseconds timeout{5'000};          ///< of one probe
    int timeoutsToLose = 3;                            ///< in a row; a busy server may be slow to answer
    int attemptsAtDetails = 3;                         ///< for each model
};

/// Decides when one server is probed next, whether it counts as reachable, and which of its models it has to be asked
/// about. Knows neither network nor clock.
class ProbePlan
{
public:
    explicit ProbePlan(ProbeSettings settings = {}) : m_settings(settings) { }

    /// When the next probe is due, as of the latest result; at once if there was none.
    [[nodiscard]] Clock::Steady dueAt() const { return m_dueAt; }
    [[nodiscard]] bool isReachable() const { return m_isReachable; }

    void noteAnswer(Clock::Steady now);
    void noteFailure(const Error &error, Clock::Steady now);

    /// Those whose details are neither known nor given up; forgets details of models that are not listed any more.
    [[nodiscard]] QList<ListedModel> withoutDetails(const QList<ListedModel> &listed);
    void noteDetails(const ListedModel &model, ModelDetails details);
    void noteNoDetails(const ListedModel &model);
    /// The models as listed, with their details where they are known.
    [[nodiscard]] QList<ModelInfo> described(const QList<ListedModel> &listed) const;

private:
    struct Knowledge {
        std::optional<ModelDetails> details;
        int attempts = 0;
    };
    // The same content under two names is asked about once.
    [[nodiscard]] static QByteArray keyOf(const ListedModel &model);

    ProbeSettings m_settings;
    bool m_isReachable = false;
    int m_timeouts = 0; // in a row
    int m_failures = 0; // in a row, while unreachable
    Clock::Steady m_dueAt;
    QHash<QByteArray, Knowledge> m_knowledge;
};

}
