// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/experts/category.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace moe::pipeline {

/// One part of a request, for the experts of one category.
struct PlanTask {
    QString id;
    QByteArray task; ///< description, UTF-8
    experts::Category category = experts::Category::General;

    friend bool operator==(const PlanTask &, const PlanTask &) = default;
};

inline constexpr qsizetype mostTasks = 4;

/// A planner's answer, sanitised.
struct ParsedPlan {
    QList<PlanTask> tasks;
    QStringList dropped; ///< why entries were left out, such as "unknown category"; no texts
};

/// Finds the plan in whatever the planner wrote: the first JSON array with at least one valid task, wherever it stands
/// in fences, prose or an object around it; else a single task object. Nothing if there is no valid task.
[[nodiscard]] std::optional<ParsedPlan> parsePlan(QByteArrayView answer);

/// The whole request as one general task.
[[nodiscard]] QList<PlanTask> fallbackPlan(QByteArray input);

}
