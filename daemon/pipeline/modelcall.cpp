// SPDX-License-Identifier: Apache-2.0
#include "daemon/pipeline/modelcall.h"

#include "daemon/dialect/thinksplitter.h"
#include "daemon/pipeline/chunkreader.h"
#include "daemon/pipeline/textcut.h"

using namespace Qt::StringLiterals;

namespace moe::pipeline {

namespace {

/// Collects what one call costs while it runs.
struct CallRecord {
    ModelCallTrace trace;
    std::optional<Usage> reported;
    dialect::TokenEstimate generated;
    dialect::ThinkSplitter splitter;
    bool hasBegun = false;
    bool isEnough = false;

    void note(const ChunkContent &content, std::chrono::microseconds sinceStart)
    {
        if (trace.timeToFirstToken.count() == 0 && (!content.text.isEmpty() || content.reasoningCharacters > 0))
            trace.timeToFirstToken = std::max(sinceStart, std::chrono::microseconds(1));
        generated.characters += characterCount(content.text) + content.reasoningCharacters;
        if (!content.finishReason.isEmpty())
            trace.finishReason = content.finishReason;
        if (content.usage) {
            // Upstreams that report on every chunk report the sum so far.
            Usage &sum = reported ? *reported : reported.emplace();
            sum.promptTokens = std::max(sum.promptTokens, content.usage->promptTokens);
            sum.completionTokens = std::max(sum.completionTokens, content.usage->completionTokens);
        }
    }

    void noteServer(const inference::CallInfo &info)
    {
        hasBegun = true;
        trace.server = info.server;
        trace.queueWait = info.queueWait;
    }

    /// What the upstream reported; else what went over the wire, estimated. A call that never began cost nothing.
    [[nodiscard]] Usage usage(qint64 promptEstimate) const
    {
        if (reported)
            return *reported;
        return hasBegun ? Usage{promptEstimate, generated.tokens(), true} : Usage{};
    }
};

QString outcomeOf(const CallRecord &record, const Result<void> &result)
{
    if (!result)
        return errorCodeName(result.error().code);
    return record.isEnough ? u"enough"_s : u"ok"_s;
}

using SharedCall = std::shared_ptr<const ModelCall>;
using SharedRecord = std::shared_ptr<CallRecord>;

/// Hands on what is no reasoning; raw models write that in front of their answer.
Flow deliver(const ModelCall &call, const QList<dialect::ThinkSplitter::Piece> &pieces)
{
    Flow flow = Flow::Continue;
    for (const auto &piece : pieces) {
        if (piece.part == dialect::ThinkSplitter::Part::Content && !piece.text.isEmpty() && flow != Flow::Enough)
            flow = call.onText(piece.text);
    }
    return flow;
}

Task<void> drainSink(std::shared_ptr<PipelineRun> run, std::shared_ptr<inference::ChatStream> stream,
                     RequestContext context)
{
    stream->setPaused(true);
    auto result = co_await run->sink->drained(context);
    stream->setPaused(false);
    co_return result;
}

Task<void> readStream(std::shared_ptr<PipelineRun> run, SharedCall call, SharedRecord record, RequestContext context)
{
    inference::ChatCall request{.model = call->model.callName(),
                                .body = call->body.json(),
                                .promptTokensEstimate = call->body.estimatedTokens(),
                                .isAnswer = call->isAnswer};
    CO_TRY(const auto stream, co_await run->client->streamChat(std::move(request), context));
    record->noteServer(stream->info());
    if (call->onBegin)
        call->onBegin(record->trace.server);
    for (;;) {
        CO_TRY(const auto event, co_await stream->next());
        if (!event) {
            deliver(*call, record->splitter.finish());
            co_return Result<void>();
        }
        CO_TRY(const ChunkContent content, readChunk(event->chunk));
        record->note(content, run->elapsed() - record->trace.start);
        // Text that was under way when the call was given up must not reach anybody.
        if (context.isStopped())
            co_return failure(Error::cancelled());
        const Flow flow = deliver(*call, record->splitter.feed(content.text));
        if (flow == Flow::Drain) {
            CO_TRY_VOID(co_await drainSink(run, stream, context));
        }
        record->isEnough = flow == Flow::Enough;
        if (record->isEnough)
            co_return Result<void>();
    }
}

}

Task<CallOutcome> callModel(std::shared_ptr<PipelineRun> run, ModelCall call, RequestContext context)
{
    const auto record = std::make_shared<CallRecord>();
    const auto shared = std::make_shared<const ModelCall>(std::move(call));
    ModelCallTrace &trace = record->trace;
    trace.node = nodeName(shared->node);
    trace.purpose = shared->purpose;
    trace.model = shared->model.callName();
    trace.start = run->elapsed();

    const Result<void> result = co_await readStream(run, shared, record, context);

    trace.duration = run->elapsed() - trace.start;
    trace.outcome = outcomeOf(*record, result);
    trace.usage = record->usage(shared->body.estimatedTokens());
    run->state.usage += trace.usage;
    run->trace.calls.append(trace);
    CO_TRY_VOID(Result<void>(result));
    co_return CallOutcome{trace.finishReason.isEmpty() ? QByteArray("stop") : trace.finishReason, trace.server};
}

bool isWorthAnotherModel(const PipelineRun &run) { return !run.context.isStopped() && !run.state.hasAnswerBegun; }

AnswerDeadline::AnswerDeadline(std::shared_ptr<PipelineRun> run, Clock::Steady deadline,
                               std::function<bool()> isAnswering)
    : m_run(std::move(run))
    , m_stop(m_run->context.stop)
{
    if (deadline == Clock::Steady::max())
        return;
    m_timer.setSingleShot(true);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this, isAnswering = std::move(isAnswering)] {
        if (isAnswering())
            return;
        m_isExpired = true;
        m_stop.requestStop();
    });
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - m_run->clock->steady());
    m_timer.start(std::max(left, std::chrono::milliseconds(0)));
}

Result<CallOutcome> AnswerDeadline::judged(Result<CallOutcome> result) const
{
    if (!result && result.error().code == ErrorCode::Cancelled && m_isExpired)
        return failure(Error::timeout(u"The model did not answer in time."_s));
    return result;
}

}
