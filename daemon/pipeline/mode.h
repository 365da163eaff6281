// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLatin1StringView>
#include <QStringView>

#include <optional>

namespace moe::pipeline {

/// How an orchestrated answer is made and shaped.
enum class Mode { Default, Code, Concise, Research, Report, Agent, Plan };

/// As in traces and state: "default", "code", …
[[nodiscard]] QLatin1StringView modeName(Mode mode);

/// The model id that asks for it: "moe-orchestrator", "moe-orchestrator-code", …
[[nodiscard]] QLatin1StringView modelIdOf(Mode mode);
[[nodiscard]] std::optional<Mode> modeFromModelId(QStringView modelId);

/// Whether this build answers in that mode.
[[nodiscard]] bool isModeAvailable(Mode mode);

/// Whether the answer has a form that only a judge gives it: then even a sure expert's is not passed on as it is.
[[nodiscard]] bool needsJudge(Mode mode);

}
