// SPDX-License-Identifier: Apache-2.0
#include "daemon/pipeline/runner.h"
#include "shared/async/wait.h"
#include "tests/unit/pipeline/harness.h"

#include <QTest>

using namespace moe;
using namespace moe::pipeline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

Task<NodeId> toExperts(std::shared_ptr<PipelineRun>, RequestContext) { co_return NodeId::Experts; }
Task<NodeId> toMerger(std::shared_ptr<PipelineRun>, RequestContext) { co_return NodeId::Merger; }
Task<NodeId> toFinish(std::shared_ptr<PipelineRun>, RequestContext) { co_return NodeId::Finish; }

Task<NodeId> failing(std::shared_ptr<PipelineRun>, RequestContext)
{
    co_return failure(Error::of(ErrorCode::BadGateway, u"on purpose"_s));
}

Task<NodeId> failingTwice(std::shared_ptr<PipelineRun> run, RequestContext)
{
    run->state.degraded.append(u"attempt"_s);
    if (run->state.degraded.size() < 3)
        co_return failure(Error::of(ErrorCode::BadGateway, u"on purpose"_s));
    co_return NodeId::Finish;
}

Task<NodeId> failingAfterText(std::shared_ptr<PipelineRun> run, RequestContext)
{
    run->answer("x");
    co_return failure(Error::of(ErrorCode::BadGateway, u"on purpose"_s));
}

Task<NodeId> waiting(std::shared_ptr<PipelineRun>, RequestContext context)
{
    CO_TRY_VOID(co_await sleepFor(1h, context));
    co_return NodeId::Finish;
}

class Runner
{
public:
    std::shared_ptr<PipelineRun> run;

    explicit Runner(QList<Node> nodes)
    {
        auto graph = PipelineGraph::create(NodeId::Planner, std::move(nodes));
        if (!graph)
            qFatal("%s", qPrintable(graph.error().message));
        run = std::make_shared<PipelineRun>();
        run->graph = *graph;
        run->config = std::make_shared<PipelineConfig>();
        run->clock = &m_clock;
        run->sink = std::make_shared<test::RecordingSink>();
        run->begin = m_clock.steady();
    }

    Result<void> go() { return QCoro::waitFor(runPipeline(run)); }

private:
    SystemClock m_clock;
};

Node node(NodeId id, Node::Body body, QList<NodeId> successors, NodePolicy policy = {})
{
    return {.id = id, .run = std::move(body), .policy = policy, .successors = std::move(successors)};
}

}

class TestRunner : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void walksAndTraces()
    {
        Runner runner(
            {node(NodeId::Planner, &toExperts, {NodeId::Experts}), node(NodeId::Experts, &toFinish, {NodeId::Finish})});
        QVERIFY(runner.go());
        QCOMPARE(runner.run->trace.nodes.size(), 2);
        QCOMPARE(runner.run->trace.nodes[1].node, u"experts"_s);
        QCOMPARE(runner.run->trace.nodes[1].outcome, u"ok"_s);
        QVERIFY(runner.run->trace.nodes[1].start >= runner.run->trace.nodes[0].duration);
    }

    void undeclaredSuccessorIsABug()
    {
        Runner runner({node(NodeId::Planner, &toMerger, {NodeId::Experts}),
                       node(NodeId::Experts, &toFinish, {NodeId::Merger}),
                       node(NodeId::Merger, &toFinish, {NodeId::Finish})});
        const auto result = runner.go();
        QCOMPARE(result.error().code, ErrorCode::Internal);
        QVERIFY(result.error().message.contains(u"planner went to merger"_s));
    }

    void retries()
    {
        Runner enough({node(NodeId::Planner, &failingTwice, {NodeId::Finish}, {.retries = 2})});
        QVERIFY(enough.go());
        QCOMPARE(enough.run->trace.nodes.first().attempts, 3);
        Runner tooFew({node(NodeId::Planner, &failingTwice, {NodeId::Finish}, {.retries = 1})});
        QCOMPARE(tooFew.go().error().code, ErrorCode::BadGateway);
        QCOMPARE(tooFew.run->trace.nodes.first().attempts, 2);
        QCOMPARE(tooFew.run->trace.nodes.first().outcome, u"bad_gateway"_s);
    }

    void successorOnError()
    {
        Runner runner({node(NodeId::Planner, &failing, {NodeId::Finish}, {.onError = NodeId::Experts}),
                       node(NodeId::Experts, &toFinish, {NodeId::Finish})});
        QVERIFY(runner.go());
        QCOMPARE(runner.run->state.degraded, QStringList{u"planner: bad_gateway"_s});
        QCOMPARE(runner.run->trace.nodes.size(), 2);
    }

    void nothingIsRepeatedOnceTheAnswerHasBegun()
    {
        Runner runner(
            {node(NodeId::Planner, &failingAfterText, {NodeId::Finish}, {.retries = 3, .onError = NodeId::Experts}),
             node(NodeId::Experts, &toFinish, {NodeId::Finish})});
        QCOMPARE(runner.go().error().code, ErrorCode::BadGateway);
        QCOMPARE(runner.run->trace.nodes.first().attempts, 1);
        QCOMPARE(runner.run->trace.nodes.size(), 1);
    }

    void nodesHaveTheirShareOfTheTime()
    {
        Runner byShare(
            {node(NodeId::Planner, &waiting, {NodeId::Finish}, {.shareOfRemaining = 0.01, .onError = NodeId::Experts}),
             node(NodeId::Experts, &toFinish, {NodeId::Finish})});
        byShare.run->context.deadline = std::chrono::steady_clock::now() + 2s;
        QVERIFY(byShare.go());
        QCOMPARE(byShare.run->trace.nodes.first().outcome, u"timeout"_s);
        QVERIFY(byShare.run->trace.nodes.first().duration < 1s);
        Runner byLimit({node(NodeId::Planner, &waiting, {NodeId::Finish}, {.timeLimit = 10ms})});
        QCOMPARE(byLimit.go().error().code, ErrorCode::Timeout);
    }

    void stopEndsTheRun()
    {
        Runner runner({node(NodeId::Planner, &waiting, {NodeId::Finish}, {.retries = 5, .onError = NodeId::Finish})});
        std::stop_source stop;
        runner.run->context.stop = stop.get_token();
        auto task = runPipeline(runner.run);
        QVERIFY(!task.isReady());
        stop.request_stop();
        QCOMPARE(QCoro::waitFor(std::move(task)).error().code, ErrorCode::Cancelled);
        QCOMPARE(runner.run->trace.nodes.first().attempts, 1);
        QCOMPARE(runner.go().error().code, ErrorCode::Cancelled);
    }

    void endlessCyclesEnd()
    {
        Runner runner(
            {node(NodeId::Planner, &toExperts, {NodeId::Experts, NodeId::Finish}),
             node(NodeId::Experts,
                  [](std::shared_ptr<PipelineRun>, RequestContext) -> Task<NodeId> { co_return NodeId::Planner; },
                  {NodeId::Planner})});
        QCOMPARE(runner.go().error().code, ErrorCode::Internal);
    }
};

QTEST_GUILESS_MAIN(TestRunner)
#include "tst_runner.moc"
