// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/pipeline/harness.h"

#include "shared/wire/jsonscan.h"

#include <QTest>

using namespace Qt::StringLiterals;

namespace moe::test {

void RecordingSink::progress(const QString &line)
{
    if (!text.isEmpty())
        qFatal("Progress after the answer has begun.");
    lines.append(line);
}

void RecordingSink::content(QByteArrayView piece)
{
    if (piece.isEmpty())
        qFatal("An empty piece of the answer.");
    text += piece;
    pieces.append(piece.toByteArray());
    if (onContent)
        onContent();
}

Task<void> RecordingSink::drained(RequestContext)
{
    ++drains;
    co_return Result<void>();
}

Task<void> RecordingStateSink::nodeFinished(std::shared_ptr<const pipeline::PipelineRun> run)
{
    nodes.append(run->trace.nodes.last().node);
    if (error)
        co_return failure(*error);
    co_return Result<void>();
}

void RecordingStateSink::runFinished(const pipeline::PipelineRun &run) { finished.append(run.trace); }

Harness::Harness()
{
    config->prompts = experts::PromptBook::defaults();
    config->catalogue.judges = {{u"judge"_s, {}}, {u"judge2"_s, {}}};
    auto made = pipeline::Orchestrator::create({
        .client = &client,
        .clock = &m_clock,
        .config = [this] { return config; },
        .modelReady = [](const experts::ModelRef &) { return Result<void>(); },
        .stateSink = stateSink,
    });
    if (!made)
        qFatal("%s", qPrintable(made.error().message));
    orchestrator = *std::move(made);
}

void Harness::setExperts(QByteArrayView json)
{
    auto table = experts::parseExpertModels(json);
    if (!table)
        qFatal("%s", qPrintable(table.error().message));
    config->catalogue.experts = *table;
}

void Harness::plan(const QStringList &categories)
{
    QByteArray tasks;
    for (const QString &category : categories) {
        tasks += (tasks.isEmpty() ? "[" : ",") + QByteArray(R"({"id":"t)") + QByteArray::number(tasks.count('{'))
            + R"(","task":"State the facts","category":")" + category.toUtf8() + "\"}";
    }
    client.script(u"planner"_s, {Answer::text(tasks + ']')});
}

Task<pipeline::OrchestrationResult> Harness::startBody(QByteArray body)
{
    auto chat = pipeline::ChatRequest::parse(std::move(body));
    if (!chat)
        qFatal("%s", qPrintable(chat.error().message));
    RequestContext context;
    context.requestId = "req_test";
    context.stop = stop.get_token();
    return orchestrator->run({.chat = *std::move(chat), .mode = mode, .responseId = {}}, sink, context);
}

Task<pipeline::OrchestrationResult> Harness::start(QByteArray members)
{
    return startBody(R"({"model":"moe-orchestrator","messages":[{"role":"user","content":)" + json::quoted(question)
                     + "}]" + members + '}');
}

Result<pipeline::OrchestrationResult> Harness::ask(const QByteArray &members) { return QCoro::waitFor(start(members)); }

}
