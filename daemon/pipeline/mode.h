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

}
