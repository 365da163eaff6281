// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/pipeline/orchestrator.h"
#include "tests/unit/pipeline/fakemodelclient.h"

namespace moe::test {

/// Records what the client would see.
class RecordingSink final : public pipeline::AnswerSink
{
public:
    QStringList lines;
    QByteArray text;
    QList<QByteArray> pieces;
    bool isCongestedAlways = false;
    int drains = 0;
    std::function<void()> onContent;

    void progress(const QString &line) override;
    void content(QByteArrayView piece) override;
    bool isCongested() const override { return isCongestedAlways; }
    Task<void> drained(RequestContext context) override;
};

/// Records what a store would be told.
class RecordingStateSink final : public pipeline::StateSink
{
public:
    QStringList nodes;
    QList<Trace> finished;
    std::optional<Error> error;

    Task<void> nodeFinished(std::shared_ptr<const pipeline::PipelineRun> run) override;
    void runFinished(const pipeline::PipelineRun &run) override;
};

/// An orchestrator over fake models. Judges are "judge" and "judge2"; categories as the test configures them.
class Harness
{
public:
    Harness();

    FakeModelClient client;
    std::shared_ptr<pipeline::PipelineConfig> config = std::make_shared<pipeline::PipelineConfig>();
    std::shared_ptr<RecordingSink> sink = std::make_shared<RecordingSink>();
    std::shared_ptr<RecordingStateSink> stateSink = std::make_shared<RecordingStateSink>();
    std::stop_source stop;
    pipeline::Mode mode = pipeline::Mode::Default;
    std::unique_ptr<pipeline::Orchestrator> orchestrator;

    /// EXPERT_MODELS for this test.
    void setExperts(QByteArrayView json);
    /// The planner answers with one task for each category.
    void plan(const QStringList &categories);

    /// Starts a request; `members` are further members of it, each beginning with a comma.
    [[nodiscard]] Task<pipeline::OrchestrationResult> start(QByteArray members = {});
    [[nodiscard]] Task<pipeline::OrchestrationResult> startBody(QByteArray body);
    /// Starts it and runs the loop until it ends.
    [[nodiscard]] Result<pipeline::OrchestrationResult> ask(const QByteArray &members = {});

private:
    SystemClock m_clock;
};

inline constexpr QByteArrayView question = "What is a lease, and how long does it last?";

}
