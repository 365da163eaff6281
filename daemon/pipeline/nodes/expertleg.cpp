// SPDX-License-Identifier: Apache-2.0
#include "daemon/pipeline/nodes/expertleg.h"

#include "daemon/pipeline/nodes/expertprompt.h"
#include "daemon/pipeline/textcut.h"

using namespace Qt::StringLiterals;

namespace moe::pipeline {

namespace {

qsizetype outputLimit(const PipelineRun &run, experts::Category category)
{
    const PipelineLimits &limits = run.config->limits;
    return experts::isCodeCategory(category) ? limits.codeExpertOutput : limits.expertOutput;
}

/// "expert math: phi4:14b on N04-RTX", as progress lines name it.
QString legName(const ExpertLeg &leg)
{
    const QString name = u"expert %1: %2"_s.arg(experts::categoryName(leg.task.category), leg.expert.ref.model);
    return leg.server.value().isEmpty() ? name : QString(name + u" on "_s + leg.server.value());
}

QString seconds(const PipelineRun &run, const ExpertLeg &leg)
{
    return QString::number(std::chrono::duration<double>(run.elapsed() - leg.start).count(), 'f', 1) + u" s"_s;
}

void goLive(PipelineRun &run, ExpertWave &wave, ExpertLeg &leg)
{
    run.progress(u"%1 answers, confidence %2, %3"_s.arg(legName(leg), confidenceName(leg.reader.confidence()),
                                                        seconds(run, leg)));
    leg.isLive = true;
    wave.stopOthers(leg);
}

Flow takeAnswer(PipelineRun &run, ExpertWave &wave, ExpertLeg &leg, const QByteArray &piece)
{
    if (piece.isEmpty())
        return Flow::Continue;
    const bool isFirst = leg.text.isEmpty() && !leg.isLive;
    if (isFirst && wave.liveFrom && leg.reader.confidence() >= *wave.liveFrom && !run.state.hasAnswerBegun)
        goLive(run, wave, leg);
    if (leg.isLive)
        return run.answer(piece);
    leg.text += piece;
    const qsizetype limit = outputLimit(run, leg.task.category);
    if (leg.text.size() <= limit || characterCount(leg.text) <= limit)
        return Flow::Continue;
    leg.text = cutAtSentence(leg.text, limit).toByteArray();
    leg.isCut = true;
    return Flow::Enough;
}

Task<CallOutcome> callExpert(std::shared_ptr<PipelineRun> run, std::shared_ptr<ExpertWave> wave,
                             std::shared_ptr<ExpertLeg> leg, experts::ModelRef model)
{
    ModelCall call{.node = NodeId::Experts,
                   .purpose = experts::categoryName(leg->task.category),
                   .model = model,
                   .body = expertBody(*run, leg->task),
                   .onText = {}};
    call.onBegin = [leg](const ServerId &server) { leg->server = server; };
    call.onText
        = [run, wave, leg](QByteArrayView text) { return takeAnswer(*run, *wave, *leg, leg->reader.feed(text)); };
    auto outcome = leg->limit.judged(co_await callModel(run, std::move(call), leg->limit.context()));
    if (!outcome)
        co_return outcome;
    takeAnswer(*run, *wave, *leg, leg->reader.finish());
    if (!leg->isLive && leg->text.trimmed().isEmpty())
        co_return failure(Error::of(ErrorCode::BadGateway, u"The expert's answer was empty."_s));
    co_return outcome;
}

/// The next one, or nothing, if the server the expert is bound to has failed and the answer has not begun.
bool mayTryElsewhere(const PipelineRun &run, const ExpertLeg &leg, const Result<CallOutcome> &outcome)
{
    if (outcome || leg.expert.ref.endpoint.value().isEmpty() || !isWorthAnotherModel(run))
        return false;
    const ErrorCode code = outcome.error().code;
    return code == ErrorCode::Unavailable || code == ErrorCode::BadGateway || code == ErrorCode::NotFound;
}

ExpertResult resultOf(const ExpertLeg &leg, const CallOutcome &outcome)
{
    const Confidence stated = leg.reader.confidence();
    return {.taskId = leg.task.id,
            .category = leg.task.category,
            .model = leg.expert.ref.model,
            .server = outcome.server,
            .confidence = leg.isLive ? stated : assessed(stated, leg.text, leg.task.task),
            .text = leg.text,
            .isCut = leg.isCut,
            .finishReason = outcome.finishReason};
}

}

ExpertLeg::ExpertLeg(std::shared_ptr<PipelineRun> run, PlanTask planTask, experts::ExpertModel model,
                     Clock::Steady deadline)
    : task(std::move(planTask))
    , expert(std::move(model))
    , start(run->elapsed())
    , limit(run, deadline, [this] { return isLive; })
{ }

void ExpertWave::stopOthers(const ExpertLeg &winner)
{
    for (const auto &leg : legs) {
        if (leg.get() != &winner && leg->expert.role != experts::Role::Always)
            leg->limit.requestStop();
    }
}

Task<ExpertResult> runLeg(std::shared_ptr<PipelineRun> run, std::shared_ptr<ExpertWave> wave,
                          std::shared_ptr<ExpertLeg> leg)
{
    run->progress(legName(*leg) + u" started"_s);
    auto outcome = co_await callExpert(run, wave, leg, leg->expert.ref);
    if (mayTryElsewhere(*run, *leg, outcome)) {
        leg->reader = ConfidenceReader();
        leg->text.clear();
        outcome = co_await callExpert(run, wave, leg, {leg->expert.ref.model, {}});
    }
    if (!outcome) {
        if (outcome.error().code != ErrorCode::Cancelled)
            run->progress(u"%1 failed, %2"_s.arg(legName(*leg), seconds(*run, *leg)));
        co_return failure(outcome.error());
    }
    const ExpertResult result = resultOf(*leg, *outcome);
    run->progress(
        u"%1 finished, confidence %2, %3"_s.arg(legName(*leg), confidenceName(result.confidence), seconds(*run, *leg)));
    if (leg->isLive)
        run->completeAnswer(result.finishReason);
    else if (result.confidence == Confidence::High)
        wave->stopOthers(*leg);
    co_return result;
}

}
