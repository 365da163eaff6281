// SPDX-License-Identifier: Apache-2.0
#include "daemon/pipeline/nodes/planner.h"

#include "daemon/pipeline/modelcall.h"
#include "daemon/pipeline/textcut.h"
#include "daemon/telemetry/log.h"

using namespace Qt::StringLiterals;

namespace moe::pipeline {

namespace {

constexpr int attempts = 2;
constexpr qsizetype longestAnswer = 32 * 1024; // of a planner; what goes on longer is no plan
constexpr QByteArrayView planTokens = "1500";

/// Images are looked at by the vision category only, so it is offered only if there are some.
bool isOffered(experts::Category category, const PipelineRun &run)
{
    return category != experts::Category::Vision || run.request.hasImages();
}

QByteArray categoryList(const PipelineRun &run)
{
    QByteArray list;
    for (const experts::Category category : experts::allCategories()) {
        if (isOffered(category, run)) {
            list += "- " + QByteArrayView(experts::categoryName(category)).toByteArray() + ": "
                + QByteArrayView(experts::categoryHint(category)).toByteArray() + '\n';
        }
    }
    list.chop(1);
    return list;
}

QByteArray planSchema(const PipelineRun &run)
{
    QByteArray names;
    for (const experts::Category category : experts::allCategories()) {
        if (!isOffered(category, run))
            continue;
        names += names.isEmpty() ? "\"" : ",\"";
        names += QByteArrayView(experts::categoryName(category));
        names += '"';
    }
    return R"("response_format":{"type":"json_schema","json_schema":{"name":"plan","schema":{"type":"array",)"
           R"("minItems":1,"maxItems":4,"items":{"type":"object","properties":{"id":{"type":"string"},)"
           R"("task":{"type":"string"},"category":{"type":"string","enum":[)"
        + names + R"(]}},"required":["id","task","category"],"additionalProperties":false}}}},)";
}

QByteArray requestText(const PipelineRun &run)
{
    const PipelineLimits &limits = run.config->limits;
    QByteArray text;
    for (const HistoryMessage &message : run.request.history(limits.plannerHistory)) {
        text += text.isEmpty() ? "Earlier turns:\n" : "";
        text += (message.speaker == Speaker::User ? "User: " : "Assistant: ") + message.text + '\n';
    }
    text += text.isEmpty() ? "Request:\n" : "\nRequest:\n";
    const QByteArrayView shown = firstCharacters(run.state.input, limits.plannerInput);
    text += shown;
    if (shown.size() < run.state.input.size())
        text += "\n[the request goes on]";
    if (run.request.hasImages())
        text += "\n[with an attached image]";
    return text;
}

ModelCall plannerCall(const PipelineRun &run, const experts::ModelRef &judge, bool isStructured,
                      std::shared_ptr<QByteArray> answer)
{
    ModelCall call{.node = NodeId::Planner, .purpose = u"plan"_s, .model = judge, .body = {}, .onText = {}};
    call.body.addSystem(plannerPrompt(run));
    call.body.addUser(requestText(run));
    call.body.setParameters(R"("temperature":0,"max_tokens":)" + planTokens.toByteArray() + ','
                            + (isStructured ? planSchema(run) : QByteArray()));
    call.onText = [answer = std::move(answer)](QByteArrayView text) {
        *answer += text;
        return answer->size() < longestAnswer ? Flow::Continue : Flow::Enough;
    };
    return call;
}

/// A request with images needs somebody who looks at them.
void ensureVision(const PipelineRun &run, QList<PlanTask> &plan)
{
    using experts::Category;
    if (!run.request.hasImages() || std::ranges::contains(plan, Category::Vision, &PlanTask::category))
        return;
    if (plan.size() == 1)
        plan.first().category = Category::Vision;
    else
        plan.last() = {plan.last().id, run.state.input, Category::Vision};
}

QString planLine(const QList<PlanTask> &plan)
{
    QStringList categories;
    for (const PlanTask &task : plan)
        categories.append(experts::categoryName(task.category));
    return u"plan: %1 %2 (%3)"_s.arg(plan.size())
        .arg(plan.size() == 1 ? u"task"_s : u"tasks"_s, categories.join(u", "_s));
}

void takePlan(PipelineRun &run, QList<PlanTask> plan)
{
    ensureVision(run, plan);
    run.progress(planLine(plan));
    run.state.plan = std::move(plan);
}

void logDropped(const PipelineRun &run, const QStringList &dropped)
{
    if (!dropped.isEmpty())
        MOE_LOG(Pipeline, Info, run.context.requestId, "Entries of the plan were dropped",
                {"reasons", dropped.join(u", "_s)});
}

}

QByteArray plannerPrompt(const PipelineRun &run)
{
    return QByteArray(run.config->prompts.planner).replace("{categories}", categoryList(run));
}

Task<NodeId> runPlanner(std::shared_ptr<PipelineRun> run, RequestContext context)
{
    const QList<experts::ModelRef> &judges = run->config->catalogue.judges;
    bool isStructured = true;
    qsizetype judge = 0;
    run->progress(u"planning"_s);
    for (int attempt = 0; attempt < attempts && judge < judges.size(); ++attempt) {
        const auto answer = std::make_shared<QByteArray>();
        const auto outcome = co_await callModel(run, plannerCall(*run, judges[judge], isStructured, answer), context);
        if (run->context.isStopped())
            co_return failure(Error::cancelled());
        if (const auto plan = parsePlan(*answer)) {
            logDropped(*run, plan->dropped);
            takePlan(*run, plan->tasks);
            co_return NodeId::Experts;
        }
        // A node that knows no such format refuses it; anything else that failed is better tried elsewhere.
        if (!outcome && outcome.error().code == ErrorCode::InvalidRequest)
            isStructured = false;
        else if (!outcome && judge + 1 < judges.size())
            ++judge;
    }
    run->degrade(u"planner: no usable plan, the request was treated as one general task"_s);
    takePlan(*run, fallbackPlan(run->state.input));
    co_return NodeId::Experts;
}

}
