// SPDX-License-Identifier: Apache-2.0
#include "daemon/pipeline/nodes/expertprompt.h"

namespace moe::pipeline {

namespace {

QByteArray expertInstructions(const PipelineRun &run, experts::Category category)
{
    const experts::PromptBook &prompts = run.config->prompts;
    QByteArray system = prompts.forCategory(category) + ' ' + prompts.language;
    if (!run.request.system().isEmpty())
        system += "\n\nThe client's instructions for the answer, which come before the above:\n" + run.request.system();
    if (isConfidenceAsked(run))
        system += "\n\n" + prompts.confidence;
    return system;
}

QByteArray assignment(const PipelineRun &run, const PlanTask &task)
{
    if (isFinalCandidate(run))
        return run.state.input;
    return "Your task:\n" + task.task + "\n\nIt is part of this request, shown for context only:\n" + run.state.input;
}

/// The client's content parts, with the task in front of them where it is not the request itself.
QByteArray contentWithImages(const PipelineRun &run, const PlanTask &task)
{
    const QByteArray parts = run.request.inputContent().toByteArray();
    if (isFinalCandidate(run))
        return parts;
    const QByteArray heading = "Your task:\n" + task.task;
    return R"([{"type":"text","text":)" + json::quoted(heading) + "}," + parts.sliced(1);
}

}

bool isFinalCandidate(const PipelineRun &run) { return run.state.plan.size() == 1 && !needsJudge(run.state.mode); }

bool isConfidenceAsked(const PipelineRun &run) { return !isFinalCandidate(run) || run.request.allowsFirstLine(); }

ChatBody expertBody(const PipelineRun &run, const PlanTask &task)
{
    ChatBody body;
    body.addSystem(expertInstructions(run, task.category));
    body.addHistory(run.state.chatHistory);
    const bool seesImages = task.category == experts::Category::Vision && run.request.hasImages()
        && run.config->catalogue.hasOwnExperts(experts::Category::Vision);
    if (seesImages)
        body.addUserContent(contentWithImages(run, task), run.state.input);
    else if (run.request.hasImages())
        body.addUser(assignment(run, task).append("\n\n[An image is attached that you cannot see.]"));
    else
        body.addUser(assignment(run, task));
    if (isFinalCandidate(run))
        body.setParameters(run.request.answerParameters());
    return body;
}

}
