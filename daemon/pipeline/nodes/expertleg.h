// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/pipeline/confidence.h"
#include "daemon/pipeline/modelcall.h"

#include <memory>
#include <optional>
#include <vector>

namespace moe::pipeline {

/// One expert at work on one task.
struct ExpertLeg {
    ExpertLeg(std::shared_ptr<PipelineRun> run, PlanTask planTask, experts::ExpertModel model, Clock::Steady deadline);

    const PlanTask task;
    const experts::ExpertModel expert;
    const std::chrono::microseconds start;
    ConfidenceReader reader;
    ServerId server;
    QByteArray text;      ///< held back for the merger
    bool isCut = false;
    bool isLive = false;  ///< the text goes to the client as it comes
    AnswerDeadline limit;
};

/// Experts that work on the same task at the same time.
struct ExpertWave {
    std::vector<std::shared_ptr<ExpertLeg>> legs;
    /// From this confidence on an expert's text is the answer and goes to the client at once; none: all are held.
    std::optional<Confidence> liveFrom;

    /// One is enough; those that run in any case go on.
    void stopOthers(const ExpertLeg &winner);
};

/// Asks one expert. Should the server it is bound to fail, any other that has the model is tried once.
[[nodiscard]] Task<ExpertResult> runLeg(std::shared_ptr<PipelineRun> run, std::shared_ptr<ExpertWave> wave,
                                        std::shared_ptr<ExpertLeg> leg);

}
