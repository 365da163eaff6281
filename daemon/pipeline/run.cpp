// SPDX-License-Identifier: Apache-2.0
#include "daemon/pipeline/run.h"

#include "daemon/telemetry/log.h"

namespace moe::pipeline {

namespace {
// Longer answers are streamed all the same, but not kept: nothing that uses kept answers wants one of this size.
constexpr qsizetype longestKeptAnswer = 512 * 1024;
}

void PipelineRun::progress(const QString &line)
{
    if (!state.hasAnswerBegun)
        sink->progress(line);
}

Flow PipelineRun::answer(QByteArrayView text)
{
    if (text.isEmpty())
        return Flow::Continue;
    state.hasAnswerBegun = true;
    if (state.isFinalResponseKept && state.finalResponse.size() + text.size() <= longestKeptAnswer)
        state.finalResponse += text;
    else if (std::exchange(state.isFinalResponseKept, false))
        state.finalResponse = QByteArray();
    sink->content(text);
    return sink->isCongested() ? Flow::Drain : Flow::Continue;
}

void PipelineRun::completeAnswer(QByteArray finishReason)
{
    state.isAnswered = true;
    state.finishReason = std::move(finishReason);
}

void PipelineRun::degrade(const QString &reason)
{
    MOE_LOG(Pipeline, Warning, context.requestId, "The answer is degraded", {"reason", reason});
    state.degraded.append(reason);
}

std::chrono::microseconds PipelineRun::elapsed() const
{
    return std::chrono::duration_cast<std::chrono::microseconds>(clock->steady() - begin);
}

}
