// SPDX-License-Identifier: Apache-2.0
#include "shared/async/wait.h"
#include "tests/unit/pipeline/harness.h"

#include <QTest>

using namespace moe;
using namespace moe::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr QByteArrayView oneOfEach = R"({"general":[{"model":"g:4b"}],"math":[{"model":"m:7b"}],
    "science":[{"model":"s:4b"},{"model":"s:30b"}],"reasoning":[{"model":"r:7b","endpoint":"N9"}]})";

/// Lets the event loop turn `count` times.
void turnLoop(int count)
{
    for (int i = 0; i < count; ++i)
        QCoreApplication::processEvents();
}

Answer cutAfter(QList<QByteArray> pieces)
{
    return {.pieces = std::move(pieces), .error = Error::of(ErrorCode::BadGateway, u"cut"_s)};
}

bool isDegraded(const Result<pipeline::OrchestrationResult> &result, QStringView by)
{
    return result
        && std::ranges::any_of(result->state.degraded, [by](const QString &reason) { return reason.startsWith(by); });
}

}

/// What comes out when something fails, stalls or is given up.
class TestOrchestratorFailures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void unreadablePlanIsAskedForOnceMore()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.client.script(u"planner"_s,
                              {Answer::text("Sorry, what?"), Answer::text(R"([{"task":"a","category":"math"}])")});
        harness.client.script(u"m:7b"_s, {Answer::text("CONFIDENCE: high\nx")});
        const auto result = harness.ask();
        QVERIFY(result);
        QVERIFY(result->state.degraded.isEmpty());
        QCOMPARE(harness.client.callsTo(u"planner"_s).size(), 2);
        QCOMPARE(harness.sink->text, "x");
    }

    void unreadablePlanFallsBack()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.client.script(u"planner"_s, {Answer::text("[{\"task\":")});
        harness.client.script(u"g:4b"_s, {Answer::text("CONFIDENCE: high\nx")});
        const auto result = harness.ask();
        QVERIFY(isDegraded(result, u"planner"));
        QCOMPARE(harness.client.callsTo(u"planner"_s).size(), 2);
        const QList<pipeline::PlanTask> expected{{u"t1"_s, question.toByteArray(), experts::Category::General}};
        QCOMPARE(result->state.plan, expected);
        QCOMPARE(harness.sink->text, "x");
    }

    void plannerTriesWithoutSchemaAndWithTheNextJudge()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.client.script(u"g:4b"_s, {Answer::text("CONFIDENCE: high\nx")});
        const Answer good = Answer::text(R"([{"task":"a","category":"general"}])");
        harness.client.script(
            u"planner"_s,
            {Answer::refusal(ErrorCode::InvalidRequest), good, Answer::refusal(ErrorCode::Unavailable), good});
        QVERIFY(harness.ask());
        auto calls = harness.client.callsTo(u"planner"_s);
        QVERIFY(calls[0].body.contains("json_schema") && !calls[1].body.contains("json_schema"));
        QCOMPARE(calls[1].model, u"judge"_s);
        harness.client.forget();
        harness.sink->text.clear();
        QVERIFY(harness.ask());
        calls = harness.client.callsTo(u"planner"_s);
        QVERIFY(calls[1].body.contains("json_schema"));
        QCOMPARE(calls[1].model, u"judge2"_s);
    }

    void failureBeforeTheAnswerEscalates_data()
    {
        QTest::addColumn<int>("kind");
        for (int kind = 0; kind < 6; ++kind)
            QTest::addRow("%d", kind) << kind;
    }

    void failureBeforeTheAnswerEscalates()
    {
        QFETCH(const int, kind);
        Answer garbage = Answer::text("CONFIDENCE: medium\nhalf an answer");
        garbage.rawChunk = "not JSON";
        const QList<Answer> kinds{Answer::refusal(ErrorCode::Unavailable),
                                  cutAfter({}),
                                  cutAfter({"CONF"}),
                                  cutAfter({"CONFIDENCE: high\n"}),
                                  cutAfter({"CONFIDENCE: medium\nhalf an"}),
                                  garbage};
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"science"_s});
        harness.client.script(u"s:4b"_s, {kinds[kind]});
        harness.client.script(u"s:30b"_s, {Answer::text("CONFIDENCE: high\nThe large one.")});
        const auto result = harness.ask();
        QVERIFY(result);
        QCOMPARE(harness.sink->text, "The large one.");
        QCOMPARE(harness.client.openCalls(), 0);
        QCOMPARE(result->trace.calls[1].outcome, kind == 0 ? u"unavailable"_s : u"bad_gateway"_s);
    }

    void cutLiveAnswerIsAnErrorAndNobodyTakesOver_data()
    {
        QTest::addColumn<bool>("isGarbage");
        QTest::newRow("cut") << false;
        QTest::newRow("garbage") << true;
    }

    void cutLiveAnswerIsAnErrorAndNobodyTakesOver()
    {
        QFETCH(const bool, isGarbage);
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"science"_s});
        Answer answer = cutAfter({"CONFIDENCE: high\n", "half an"});
        if (isGarbage)
            answer.rawChunk = "{\"choices\":";
        harness.client.script(u"s:4b"_s, {answer});
        harness.client.script(u"s:30b"_s, {Answer::text("never")});
        harness.client.script(u"merger"_s, {Answer::text("never")});
        const auto result = harness.ask();
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::BadGateway);
        QCOMPARE(harness.sink->text, "half an");
        QCOMPARE(harness.client.callers(), (QStringList{u"planner"_s, u"s:4b"_s}));
        QCOMPARE(harness.stateSink->finished.size(), 1);
        QCOMPARE(harness.stateSink->finished.first().outcome, u"bad_gateway"_s);
    }

    void boundExpertIsTriedElsewhere()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"reasoning"_s});
        harness.client.script(u"r:7b@N9"_s, {Answer::refusal(ErrorCode::Unavailable)});
        harness.client.script(u"r:7b"_s, {Answer::text("CONFIDENCE: high\nElsewhere.")});
        QVERIFY(harness.ask());
        QCOMPARE(harness.sink->text, "Elsewhere.");
    }

    void lostExpertIsSurvived()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"general"_s, u"math"_s});
        harness.client.script(u"g:4b"_s, {cutAfter({"CONFIDENCE: high\nlost"})});
        harness.client.script(u"m:7b"_s, {Answer::text("CONFIDENCE: high\nkept")});
        harness.client.script(u"merger"_s, {Answer::text("Half.")});
        const auto result = harness.ask();
        QVERIFY(isDegraded(result, u"experts"));
        QCOMPARE(harness.sink->text, "Half.");
        const QByteArray merge = harness.client.callsTo(u"merger"_s).first().body;
        QVERIFY(merge.contains("kept") && !merge.contains("lost"));
    }

    void judgeAnswersWhenNoExpertCan()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"general"_s});
        harness.client.script(u"g:4b"_s, {Answer::text("")}); // ends properly without a word
        harness.client.script(u"merger"_s, {Answer::text("On my own.")});
        const auto result = harness.ask();
        QVERIFY(isDegraded(result, u"experts"));
        QCOMPARE(harness.sink->text, "On my own.");
        QVERIFY(!harness.client.callsTo(u"merger"_s).first().body.contains("Findings\\n"));
    }

    void nothingWorks()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        const auto result = harness.ask();
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::NotFound);
        QVERIFY(harness.sink->text.isEmpty());
        harness.config->catalogue = {};
        QCOMPARE(harness.ask().error().code, ErrorCode::Unavailable);
        QCOMPARE(harness.orchestrator->ready().error().code, ErrorCode::Unavailable);
    }

    void mergerFailsOver()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"general"_s, u"math"_s});
        harness.client.script(u"g:4b"_s, {Answer::text("CONFIDENCE: low\nunsure")});
        harness.client.script(u"m:7b"_s, {Answer::text("CONFIDENCE: high\nthe best")});
        harness.client.script(u"merger"_s, {cutAfter({}), Answer::text("Second judge.")});
        const auto result = harness.ask();
        QVERIFY(isDegraded(result, u"merger"));
        QCOMPARE(harness.sink->text, "Second judge.");
        QCOMPARE(harness.client.callsTo(u"merger"_s).last().model, u"judge2"_s);

        harness.sink->text.clear();
        harness.client.script(u"merger"_s, {Answer::text("")});
        const auto second = harness.ask();
        QVERIFY(isDegraded(second, u"merger: no judge answered"));
        QCOMPARE(harness.sink->text, "the best");
        QCOMPARE(second->state.finishReason, "stop");
    }

    void cutMergerIsAnError()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"general"_s, u"math"_s});
        harness.client.script(u"g:4b"_s, {Answer::text("CONFIDENCE: high\nx")});
        harness.client.script(u"m:7b"_s, {Answer::text("CONFIDENCE: high\ny")});
        harness.client.script(u"merger"_s, {cutAfter({"half"}), Answer::text("never")});
        QCOMPARE(harness.ask().error().code, ErrorCode::BadGateway);
        QCOMPARE(harness.sink->text, "half");
        QCOMPARE(harness.client.callsTo(u"merger"_s).size(), 1);
    }

    void stalledPlannerFallsBackInTime()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.config->limits.requestTime = 200ms;
        harness.client.script(u"planner"_s, {Answer::silence()});
        harness.client.script(u"g:4b"_s, {Answer::text("CONFIDENCE: high\nx")});
        QVERIFY(isDegraded(harness.ask(), u"planner"));
        QCOMPARE(harness.sink->text, "x");
    }

    void stalledExpertIsLeftBehind()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.config->limits.requestTime = 200ms;
        harness.plan({u"general"_s, u"math"_s});
        harness.client.script(u"g:4b"_s, {Answer::silence()});
        harness.client.script(u"m:7b"_s, {Answer::text("CONFIDENCE: high\ny")});
        harness.client.script(u"merger"_s, {Answer::text("In time.")});
        const auto result = harness.ask();
        QVERIFY(isDegraded(result, u"experts"));
        QCOMPARE(harness.sink->text, "In time.");
        QCOMPARE(harness.client.openCalls(), 0);
    }

    void stalledMergerIsReplacedInTime()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.config->limits.requestTime = 200ms;
        harness.plan({u"general"_s, u"math"_s});
        harness.client.script(u"g:4b"_s, {Answer::text("CONFIDENCE: high\nx")});
        harness.client.script(u"m:7b"_s, {Answer::text("CONFIDENCE: medium\ny")});
        harness.client.script(u"merger"_s, {Answer::silence()});
        const auto result = harness.ask();
        QVERIFY(isDegraded(result, u"merger: judge failed (timeout)"));
        QCOMPARE(harness.sink->text, "x");
        QCOMPARE(harness.client.callsTo(u"merger"_s).size(), 2);
    }

    void liveAnswerMayUseTheWholeTime()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.config->limits.requestTime = 100ms;
        harness.plan({u"general"_s});
        harness.client.script(u"g:4b"_s, {{.pieces = {"CONFIDENCE: high\n", "begun"}, .isEndless = true}});
        const auto begin = std::chrono::steady_clock::now();
        const auto result = harness.ask();
        QVERIFY(std::chrono::steady_clock::now() - begin >= 95ms); // not the experts' share only
        QCOMPARE(result.error().code, ErrorCode::Timeout);
        QCOMPARE(harness.sink->text, "begun");
        QCOMPARE(harness.client.openCalls(), 0);
    }

    void abortAtEveryTurn()
    {
        // Every position of the run is met once: planning, experts in parallel, merging.
        int cancelled = 0;
        for (int turns = 0; turns < 60; ++turns) {
            Harness harness;
            harness.setExperts(oneOfEach);
            harness.client.script(
                u"planner"_s,
                {{.pieces = {R"([{"task":"a","category":"general"},)", R"({"task":"b","category":"science"}])"},
                  .turns = 2}});
            for (const QString &model : {u"g:4b"_s, u"s:4b"_s, u"s:30b"_s})
                harness.client.script(model, {{.pieces = {"CONFIDENCE: medium\n", "text"}, .turns = 2}});
            harness.client.script(u"merger"_s, {{.pieces = {"a", "b", "c"}, .turns = 2}});
            auto task = harness.start();
            turnLoop(turns);
            const bool wasRunning = !task.isReady();
            harness.stop.request_stop();
            turnLoop(3);
            QVERIFY(task.isReady());
            QCOMPARE(harness.client.openCalls(), 0);
            const auto result = QCoro::waitFor(std::move(task));
            QCOMPARE(!result, wasRunning);
            cancelled += wasRunning ? 1 : 0;
            if (wasRunning)
                QCOMPARE(result.error().code, ErrorCode::Cancelled);
            QCOMPARE(harness.stateSink->finished.size(), 1);
        }
        QVERIFY(cancelled > 20);
        QVERIFY(cancelled < 60); // the later ones came after the end
    }

    void abortInSilence_data()
    {
        QTest::addColumn<QStringList>("silent");
        QTest::addColumn<int>("open");
        QTest::newRow("planner") << QStringList{u"planner"_s} << 1;
        QTest::newRow("experts") << QStringList{u"g:4b"_s, u"m:7b"_s, u"s:4b"_s} << 3;
        QTest::newRow("merger") << QStringList{u"merger"_s} << 1;
    }

    void abortInSilence()
    {
        QFETCH(const QStringList, silent);
        QFETCH(const int, open);
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"general"_s, u"math"_s, u"science"_s});
        for (const QString &model : {u"g:4b"_s, u"m:7b"_s, u"s:4b"_s})
            harness.client.script(model, {Answer::text("CONFIDENCE: high\nx")});
        harness.client.script(u"merger"_s, {Answer::text("x")});
        for (const QString &who : silent)
            harness.client.script(who, {Answer::silence()});
        auto task = harness.start();
        turnLoop(5);
        QCOMPARE(harness.client.openCalls(), open);
        harness.stop.request_stop();
        turnLoop(2);
        QCOMPARE(harness.client.openCalls(), 0);
        QVERIFY(task.isReady());
        QCOMPARE(QCoro::waitFor(std::move(task)).error().code, ErrorCode::Cancelled);
        QVERIFY(harness.sink->text.isEmpty());
    }

    void abortWhileAnswering()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"general"_s});
        harness.client.script(u"g:4b"_s, {{.pieces = {"CONFIDENCE: high\n", "a", "b", "c"}}});
        harness.sink->onContent = [&harness] { harness.stop.request_stop(); };
        QCOMPARE(harness.ask().error().code, ErrorCode::Cancelled);
        QCOMPARE(harness.sink->text, "a");
        QCOMPARE(harness.client.openCalls(), 0);
        const Trace &trace = harness.stateSink->finished.first();
        QCOMPARE(trace.outcome, u"cancelled"_s);
        QVERIFY(trace.calls.last().usage.completionTokens > 0); // what was generated is counted
    }

    void failedCheckpointEndsTheRun()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"general"_s});
        harness.stateSink->error = Error::internal(u"disk full"_s);
        QCOMPARE(harness.ask().error().message, u"disk full"_s);
        QCOMPARE(harness.client.callers(), QStringList{u"planner"_s});
    }

    void modesOfLaterAreRefused()
    {
        Harness harness;
        auto chat = *pipeline::ChatRequest::parse(R"({"messages":[{"role":"user","content":"q"}]})");
        const auto result = QCoro::waitFor(harness.orchestrator->run(
            {.chat = chat, .mode = pipeline::Mode::Agent, .responseId = {}}, harness.sink, RequestContext{}));
        QCOMPARE(result.error().param, u"model"_s);
    }
};

QTEST_GUILESS_MAIN(TestOrchestratorFailures)
#include "tst_orchestratorfailures.moc"
