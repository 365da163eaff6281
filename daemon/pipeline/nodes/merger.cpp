// SPDX-License-Identifier: Apache-2.0
#include "daemon/pipeline/nodes/merger.h"

#include "daemon/pipeline/modelcall.h"
#include "daemon/pipeline/nodes/expertprompt.h"

using namespace Qt::StringLiterals;

namespace moe::pipeline {

namespace {

bool isBetter(const ExpertResult &a, const ExpertResult &b)
{
    return confidenceScore(a.confidence) > confidenceScore(b.confidence);
}

QByteArray findingText(const ExpertResult &result)
{
    QByteArray heading = "## Expert " + QByteArrayView(experts::categoryName(result.category)).toByteArray()
        + ", confidence " + QByteArrayView(confidenceName(result.confidence)).toByteArray();
    if (result.isCut || result.finishReason == "length")
        heading += ", cut";
    return heading + '\n' + result.text + "\n\n";
}

QByteArray questionText(const ChatRequest &request, const QList<ExpertResult> &findings)
{
    if (findings.isEmpty())
        return request.input();
    QByteArray text = "# Request\n" + request.input() + "\n\n# Findings\n";
    for (const ExpertResult &finding : findings)
        text += findingText(finding);
    return text + "Write the final answer to the request.";
}

ChatBody mergerBody(const PipelineConfig &config, const ChatRequest &request, Mode mode,
                    const QList<ExpertResult> &findings)
{
    const experts::PromptBook &prompts = config.prompts;
    QByteArray system = prompts.merger + "\n\n" + prompts.language;
    if (mode == Mode::Research)
        system += "\n\n" + prompts.research;
    if (!request.system().isEmpty())
        system += "\n\nThe client's instructions for the answer, which come before all others:\n" + request.system();
    ChatBody body;
    body.addSystem(system);
    body.addHistory(request.history(config.limits.mergerHistory));
    body.addUser(questionText(request, findings));
    body.setParameters(request.answerParameters());
    return body;
}

/// As long as somebody could step in, a judge gets half of what time is left to begin.
Clock::Steady beginLimit(const PipelineRun &run, const RequestContext &context, bool hasStandIn)
{
    const Clock::Steady now = run.clock->steady();
    if (!hasStandIn || context.deadline == Clock::Steady::max())
        return context.deadline;
    return now + (context.deadline - now) / 2;
}

Task<CallOutcome> askJudge(std::shared_ptr<PipelineRun> run, experts::ModelRef judge, ChatBody body,
                           Clock::Steady beginBy)
{
    ModelCall call{.node = NodeId::Merger,
                   .purpose = u"merge"_s,
                   .model = judge,
                   .body = std::move(body),
                   .onText = {},
                   .isAnswer = true};
    call.onText = [run](QByteArrayView text) { return run->answer(text); };
    const AnswerDeadline deadline(run, beginBy, [run] { return run->state.hasAnswerBegun; });
    CO_TRY(const CallOutcome outcome, deadline.judged(co_await callModel(run, std::move(call), deadline.context())));
    if (!run->state.hasAnswerBegun)
        co_return failure(Error::of(ErrorCode::BadGateway, u"The model's answer was empty."_s));
    co_return outcome;
}

void passOn(PipelineRun &run, const ExpertResult &result)
{
    run.answer(result.text);
    run.completeAnswer(result.isCut ? QByteArray("length") : result.finishReason);
}

/// One sure and complete answer to the whole request, given under the client's own conditions.
bool isAnswerAlready(const PipelineRun &run, const QList<ExpertResult> &findings)
{
    return isFinalCandidate(run) && findings.size() == 1 && findings.first().confidence == Confidence::High
        && !findings.first().isCut;
}

/// When no judge works: what the surest expert said.
Result<NodeId> answerWithBest(PipelineRun &run, const QList<ExpertResult> &findings, const Error &error)
{
    if (findings.isEmpty())
        return failure(error);
    run.degrade(u"merger: no judge answered, this is the surest expert's answer alone"_s);
    passOn(run, *std::ranges::min_element(findings, isBetter));
    return NodeId::Finish;
}

}

qint64 leastAnswerPrompt(const PipelineConfig &config, const ChatRequest &request, Mode mode)
{
    return mergerBody(config, request, mode, {}).estimatedTokens();
}

QList<ExpertResult> bestByTask(const QList<ExpertResult> &results)
{
    QList<ExpertResult> best;
    for (const ExpertResult &result : results) {
        const auto same = std::ranges::find(best, result.taskId, &ExpertResult::taskId);
        if (same == best.end())
            best.append(result);
        else if (isBetter(result, *same))
            *same = result;
    }
    return best;
}

Task<NodeId> runMerger(std::shared_ptr<PipelineRun> run, RequestContext context)
{
    if (run->state.isAnswered)
        co_return NodeId::Finish;
    const QList<ExpertResult> findings = bestByTask(run->state.expertResults);
    if (isAnswerAlready(*run, findings)) {
        passOn(*run, findings.first());
        co_return NodeId::Finish;
    }
    const QList<experts::ModelRef> &judges = run->config->catalogue.judges;
    Error lastError = Error::of(ErrorCode::Unavailable, u"No judge model is configured."_s);
    for (qsizetype i = 0; i < judges.size(); ++i) {
        run->progress(u"merging %1 with %2"_s.arg(
            findings.size() == 1 ? u"1 answer"_s : u"%1 answers"_s.arg(findings.size()), judges[i].model));
        const bool hasStandIn = i + 1 < judges.size() || !findings.isEmpty();
        const auto outcome
            = co_await askJudge(run, judges[i], mergerBody(*run->config, run->request, run->state.mode, findings),
                                beginLimit(*run, context, hasStandIn));
        if (outcome) {
            run->completeAnswer(outcome->finishReason);
            co_return NodeId::Finish;
        }
        if (!isWorthAnotherModel(*run))
            co_return failure(outcome.error());
        run->degrade(u"merger: %1 failed (%2)"_s.arg(judges[i].model, errorCodeName(outcome.error().code)));
        lastError = outcome.error();
    }
    co_return answerWithBest(*run, findings, lastError);
}

}
