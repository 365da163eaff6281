// SPDX-License-Identifier: Apache-2.0
#include "daemon/pipeline/mode.h"

#include <array>

using namespace Qt::StringLiterals;

namespace moe::pipeline {

namespace {

struct Entry {
    QLatin1StringView name;
    QLatin1StringView modelId;
};

constexpr std::array<Entry, std::size_t(Mode::Plan) + 1> entries{{
    {"default"_L1, "moe-orchestrator"_L1},
    {"code"_L1, "moe-orchestrator-code"_L1},
    {"concise"_L1, "moe-orchestrator-concise"_L1},
    {"research"_L1, "moe-orchestrator-research"_L1},
    {"report"_L1, "moe-orchestrator-report"_L1},
    {"agent"_L1, "moe-orchestrator-agent"_L1},
    {"plan"_L1, "moe-orchestrator-plan"_L1},
}};

}

QLatin1StringView modeName(Mode mode) { return entries[std::size_t(mode)].name; }

QLatin1StringView modelIdOf(Mode mode) { return entries[std::size_t(mode)].modelId; }

std::optional<Mode> modeFromModelId(QStringView modelId)
{
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (modelId == entries[i].modelId)
            return Mode(i);
    }
    return std::nullopt;
}

bool isModeAvailable(Mode mode) { return mode == Mode::Default || mode == Mode::Research; }

bool needsJudge(Mode mode) { return mode == Mode::Research; }

}
