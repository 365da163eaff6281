// SPDX-License-Identifier: Apache-2.0
#include "daemon/pipeline/nodes/experts.h"

#include "daemon/pipeline/nodes/expertleg.h"
#include "daemon/pipeline/nodes/expertprompt.h"
#include "shared/async/wait.h"

using namespace Qt::StringLiterals;

namespace moe::pipeline {

namespace {

using experts::ExpertModel;
using experts::Role;
using experts::Tier;
using Waves = QList<QList<ExpertModel>>;

/// Small models and those that are always asked, then the others.
Waves wavesByTier(const QList<ExpertModel> &models)
{
    QList<ExpertModel> first, second;
    for (const ExpertModel &model : models)
        (model.tier == Tier::T1 || model.role == Role::Always ? first : second).append(model);
    Waves waves{first, second};
    waves.removeIf([](const auto &wave) { return wave.isEmpty(); });
    return waves;
}

/// Where nobody can say how sure he is, the strongest model answers and the others only step in for it.
Waves wavesByStrength(const QList<ExpertModel> &models)
{
    Waves waves;
    for (const Tier tier : {Tier::T2, Tier::T1}) {
        for (const ExpertModel &model : models) {
            if (model.tier == tier)
                waves.append(QList<ExpertModel>{model});
        }
    }
    return waves;
}

/// From which confidence on a wave's text may go to the client at once.
std::optional<Confidence> liveFrom(const PipelineRun &run, const QList<ExpertModel> &models, bool isLastWave)
{
    if (!isFinalCandidate(run) || std::ranges::contains(models, Role::Always, &ExpertModel::role))
        return std::nullopt;
    if (!isConfidenceAsked(run))
        return Confidence::Medium;
    // Of several in parallel a later one may be sure where the first is not.
    return isLastWave && models.size() == 1 ? Confidence::Medium : Confidence::High;
}

QCoro::Task<std::vector<Result<ExpertResult>>> runWave(std::shared_ptr<PipelineRun> run, PlanTask task,
                                                       QList<ExpertModel> models, bool isLastWave,
                                                       Clock::Steady deadline)
{
    const auto wave = std::make_shared<ExpertWave>();
    wave->liveFrom = liveFrom(*run, models, isLastWave);
    for (const ExpertModel &model : models)
        wave->legs.push_back(std::make_shared<ExpertLeg>(run, task, model, deadline));
    std::vector<Task<ExpertResult>> tasks;
    for (const auto &leg : wave->legs)
        tasks.push_back(runLeg(run, wave, leg));
    co_return co_await whenAll(std::move(tasks));
}

/// Takes over what a wave brought. True if somebody was sure.
bool takeResults(PipelineRun &run, const std::vector<Result<ExpertResult>> &results)
{
    bool isSure = false;
    for (const Result<ExpertResult> &result : results) {
        if (!result)
            continue;
        run.state.expertResults.append(*result);
        run.state.expertModelsUsed.append(result->model + u"::"_s + experts::categoryName(result->category));
        isSure = isSure || confidenceScore(result->confidence) >= escalationLimit;
    }
    return isSure;
}

/// The failure of the expert that the client was listening to, if there is one: nobody can take over from it.
Result<void> brokenAnswer(const PipelineRun &run, const std::vector<Result<ExpertResult>> &results)
{
    if (!run.state.hasAnswerBegun || run.state.isAnswered)
        return {};
    for (const Result<ExpertResult> &result : results) {
        if (!result && result.error().code != ErrorCode::Cancelled)
            return failure(result.error());
    }
    return failure(Error::cancelled());
}

Task<void> workOn(std::shared_ptr<PipelineRun> run, PlanTask task, RequestContext context)
{
    const QList<ExpertModel> models = run->config->catalogue.expertsFor(task.category);
    const Waves waves = isConfidenceAsked(*run) ? wavesByTier(models) : wavesByStrength(models);
    bool hasResult = false;
    for (qsizetype i = 0; i < waves.size(); ++i) {
        const auto results = co_await runWave(run, task, waves[i], i + 1 == waves.size(), context.deadline);
        CO_TRY_VOID(brokenAnswer(*run, results));
        const bool isSure = takeResults(*run, results);
        hasResult = hasResult || std::ranges::any_of(results, [](const auto &result) { return result.has_value(); });
        if (isSure || run->state.isAnswered || run->context.isStopped() || run->clock->steady() >= context.deadline)
            break;
    }
    if (!hasResult && !run->context.isStopped())
        run->degrade(u"experts: nobody could do the task of category %1"_s.arg(experts::categoryName(task.category)));
    co_return Result<void>();
}

void noteMissingVision(PipelineRun &run)
{
    if (run.request.hasImages() && !run.config->catalogue.hasOwnExperts(experts::Category::Vision))
        run.degrade(u"experts: no model that sees images is configured"_s);
}

}

Task<NodeId> runExperts(std::shared_ptr<PipelineRun> run, RequestContext context)
{
    noteMissingVision(*run);
    std::vector<Task<void>> tasks;
    for (const PlanTask &task : run->state.plan)
        tasks.push_back(workOn(run, task, context));
    const std::vector<Result<void>> results = co_await whenAll(std::move(tasks));
    if (run->context.isStopped())
        co_return failure(Error::cancelled());
    for (const Result<void> &result : results) {
        CO_TRY_VOID(Result<void>(result));
    }
    co_return NodeId::Merger;
}

}
