// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/probeplan.h"

#include <QSet>

#include <algorithm>

namespace moe::inference {

void ProbePlan::noteAnswer(Clock::Steady now)
{
    m_isReachable = true;
    m_timeouts = 0;
    m_failures = 0;
    m_dueAt = now + m_settings.interval;
}

void ProbePlan::noteFailure(const Error &error, Clock::Steady now)
{
    // A server that refuses connections is gone; one that is only late may be busy.
    const bool isTimeout = error.code == ErrorCode::Timeout;
    if (m_isReachable && isTimeout && ++m_timeouts < m_settings.timeoutsToLose) {
        m_dueAt = now + m_settings.retry;
        return;
    }
    m_isReachable = false;
    constexpr int patience = 3; // probes at the usual interval before it grows
    const int doublings = std::clamp(m_failures++ - patience + 1, 0, 10);
    const auto longest = std::max(m_settings.longestInterval, m_settings.interval);
    m_dueAt = now + std::min(m_settings.interval * (1 << doublings), longest);
}

QList<ListedModel> ProbePlan::withoutDetails(const QList<ListedModel> &listed)
{
    QSet<QByteArray> keys;
    QList<ListedModel> missing;
    for (const ListedModel &model : listed) {
        const QByteArray key = keyOf(model);
        const Knowledge known = m_knowledge.value(key);
        if (!known.details && known.attempts < m_settings.attemptsAtDetails && !keys.contains(key))
            missing.push_back(model);
        keys.insert(key);
    }
    m_knowledge.removeIf([&keys](const auto &each) { return !keys.contains(each.key()); });
    return missing;
}

void ProbePlan::noteDetails(const ListedModel &model, ModelDetails details)
{
    m_knowledge[keyOf(model)].details = std::move(details);
}

void ProbePlan::noteNoDetails(const ListedModel &model) { ++m_knowledge[keyOf(model)].attempts; }

QList<ModelInfo> ProbePlan::described(const QList<ListedModel> &listed) const
{
    QList<ModelInfo> models;
    models.reserve(listed.size());
    for (const ListedModel &model : listed) {
        const Knowledge known = m_knowledge.value(keyOf(model));
        models.push_back(known.details ? withDetails(model.info, *known.details) : model.info);
    }
    return models;
}

QByteArray ProbePlan::keyOf(const ListedModel &model)
{
    return model.digest.isEmpty() ? model.info.name.toUtf8() : model.digest;
}

}
