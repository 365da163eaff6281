// SPDX-License-Identifier: Apache-2.0
#include "daemon/pipeline/nodes/planner.h"
#include "daemon/pipeline/request.h"
#include "shared/wire/jsonscan.h"
#include "tests/unit/pipeline/harness.h"

#include <QTest>

using namespace moe;
using namespace moe::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr QByteArrayView oneOfEach = R"({"general":[{"model":"g:4b"}],"math":[{"model":"m:7b"}],
    "code_reviewer":[{"model":"c:7b"}],"vision":[{"model":"v:7b"}],"science":[{"model":"s:4b"},{"model":"s:30b"}]})";

QByteArray sized(qsizetype characters) { return QByteArray("A sentence. ").repeated(characters / 12 + 1); }

}

/// What comes out when everything works.
class TestOrchestrator : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sureExpertStreamsLive()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"general"_s});
        harness.client.script(u"g:4b"_s, {{.pieces = {"CONFI", "DENCE: hi", "gh\nA lea", "se is", " a right."}}});
        const auto result = harness.ask();
        QVERIFY(result);
        QCOMPARE(harness.sink->text, "A lease is a right.");
        QCOMPARE(harness.sink->pieces, (QList<QByteArray>{"A lea", "se is", " a right."}));
        QCOMPARE(harness.client.callers(), (QStringList{u"planner"_s, u"g:4b"_s}));
        QCOMPARE(result->state.finalResponse, harness.sink->text);
        QCOMPARE(result->state.finishReason, "stop");
        QCOMPARE(result->state.expertModelsUsed, QStringList{u"g:4b::general"_s});
        QVERIFY(result->state.degraded.isEmpty());
        QVERIFY(result->state.responseId.startsWith("chatcmpl-"_L1));
        QCOMPARE(harness.stateSink->nodes, (QStringList{u"planner"_s, u"experts"_s, u"merger"_s}));
        QCOMPARE(harness.client.openCalls(), 0);
    }

    void progressIsOneLinePerEventWithoutTexts()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"general"_s, u"math"_s});
        harness.client.script(u"g:4b"_s, {Answer::text("CONFIDENCE: medium\nsecret text one, long enough to count")});
        harness.client.script(u"m:7b"_s, {Answer::text("CONFIDENCE: high\nsecret text two")});
        harness.client.script(u"merger"_s, {Answer::text("Done.")});
        QVERIFY(harness.ask());
        const QStringList &lines = harness.sink->lines;
        QVERIFY(lines.contains(u"plan: 2 tasks (general, math)"_s));
        QVERIFY(lines.contains(u"expert general: g:4b started"_s));
        const auto finished = lines.filter(u"expert math: m:7b on N1 finished, confidence high, 0.0 s"_s);
        QCOMPARE(finished.size(), 1);
        QVERIFY(lines.contains(u"merging 2 answers with judge"_s));
        for (const QString &line : lines)
            QVERIFY(!line.contains(u'\n') && !line.contains(u"secret"_s) && !line.contains(u"lease"_s));
    }

    void unsureSmallModelEscalates()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"science"_s});
        harness.client.script(u"s:4b"_s, {Answer::text("CONFIDENCE: medium\nHeld back.")});
        harness.client.script(u"s:30b"_s, {{.pieces = {"CONFIDENCE: medium\n", "The large", " model."}}});
        const auto result = harness.ask();
        QVERIFY(result);
        QCOMPARE(harness.sink->text, "The large model.");
        QCOMPARE(harness.client.callers(), (QStringList{u"planner"_s, u"s:4b"_s, u"s:30b"_s}));
    }

    void sureSmallModelSparesTheLarge()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"science"_s});
        harness.client.script(u"s:4b"_s, {Answer::text("CONFIDENCE: high\nQuick.")});
        QVERIFY(harness.ask());
        QCOMPARE(harness.sink->text, "Quick.");
        QVERIFY(harness.client.callsTo(u"s:30b"_s).isEmpty());
    }

    void unsureEverywhereIsMerged()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"science"_s});
        harness.client.script(u"s:4b"_s, {Answer::text("CONFIDENCE: medium\nFirst finding.")});
        harness.client.script(u"s:30b"_s, {Answer::text("CONFIDENCE: low\nSecond finding.")});
        harness.client.script(u"merger"_s, {{.pieces = {"Mer", "ged."}}});
        QVERIFY(harness.ask());
        QCOMPARE(harness.sink->pieces, (QList<QByteArray>{"Mer", "ged."}));
        const QByteArray merge = harness.client.callsTo(u"merger"_s).first().body;
        QVERIFY(merge.contains("First finding."));
        QVERIFY(!merge.contains("Second finding.")); // less sure about the same task
        QVERIFY(!merge.contains("CONFIDENCE:"));
    }

    void missingConfidenceCountsAsMedium()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"general"_s});
        harness.client.script(u"g:4b"_s, {{.pieces = {"Just the", " text.\n"}}});
        QVERIFY(harness.ask());
        QCOMPARE(harness.sink->text, "Just the text.\n"); // no further tier, so it is live
        QVERIFY(harness.client.callsTo(u"merger"_s).isEmpty());
    }

    void thoughtsAreNotTheAnswer()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"general"_s});
        harness.client.script(
            u"g:4b"_s, {{.pieces = {"<thi", "nk>CONFIDENCE: low\n", "hm</think>\n\nCONF", "IDENCE: high\nA right."}}});
        QVERIFY(harness.ask());
        QCOMPARE(harness.sink->text, "A right.");
    }

    void lowConfidenceIsHeld()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"general"_s});
        harness.client.script(u"g:4b"_s, {Answer::text("CONFIDENCE: low\nA guess.")});
        harness.client.script(u"merger"_s, {Answer::text("Better.")});
        QVERIFY(harness.ask());
        QCOMPARE(harness.sink->text, "Better.");
    }

    void severalTasksRunInParallelAndAreHeld()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"general"_s, u"math"_s, u"code_reviewer"_s});
        for (const QString &model : {u"g:4b"_s, u"m:7b"_s, u"c:7b"_s})
            harness.client.script(model, {{.pieces = {"CONFIDENCE: high\n", "from ", model.toUtf8()}, .turns = 2}});
        harness.client.script(u"merger"_s, {Answer::text("All three.")});
        QVERIFY(harness.ask());
        QCOMPARE(harness.sink->text, "All three.");
        QCOMPARE(harness.client.mostOpenCalls(), 3);
        const QByteArray merge = harness.client.callsTo(u"merger"_s).first().body;
        QVERIFY(merge.contains("from g:4b") && merge.contains("from m:7b") && merge.contains("from c:7b"));
    }

    void twoTasksOfOneCategoryKeepBothFindings()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"math"_s, u"math"_s});
        harness.client.script(u"m:7b"_s, {Answer::text("CONFIDENCE: high\nONE"), Answer::text("CONFIDENCE: low\nTWO")});
        harness.client.script(u"merger"_s, {Answer::text("Both.")});
        QVERIFY(harness.ask());
        const QByteArray merge = harness.client.callsTo(u"merger"_s).first().body;
        QVERIFY(merge.contains("ONE") && merge.contains("TWO"));
    }

    void firstSureOfATierStopsTheOthers()
    {
        Harness harness;
        harness.setExperts(R"({"general":[{"model":"a:4b"},{"model":"b:4b"}]})");
        harness.plan({u"general"_s});
        harness.client.script(u"a:4b"_s, {{.pieces = {"CONFIDENCE: medium\nslow", "er"}, .isEndless = true}});
        harness.client.script(u"b:4b"_s, {{.pieces = {"CONFIDENCE: high\n", "sure"}, .turns = 3}});
        const auto result = harness.ask();
        QVERIFY(result);
        QCOMPARE(harness.sink->text, "sure");
        QCOMPARE(harness.client.openCalls(), 0);
        QVERIFY(result->state.degraded.isEmpty());
        QCOMPARE(result->trace.calls.size(), 3); // the stopped one is paid for, too
    }

    void alwaysExpertsRunAndNothingIsLive()
    {
        Harness harness;
        harness.setExperts(R"({"general":[{"model":"a:4b"},{"model":"b:70b","role":"always"}]})");
        harness.plan({u"general"_s});
        harness.client.script(u"a:4b"_s, {Answer::text("CONFIDENCE: high\nfrom a")});
        harness.client.script(u"b:70b"_s, {{.pieces = {"CONFIDENCE: medium\nfrom b"}, .turns = 3}});
        const auto result = harness.ask();
        QVERIFY(result);
        QCOMPARE(result->state.expertResults.size(), 2);
        QCOMPARE(harness.sink->text, "from a"); // the surest, passed on unchanged
    }

    void outputIsCappedAtASentence()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"general"_s, u"code_reviewer"_s});
        QList<QByteArray> pieces{"CONFIDENCE: high\n"};
        for (int i = 0; i < 100; ++i)
            pieces.append(sized(88));
        harness.client.script(u"g:4b"_s, {{.pieces = pieces, .isEndless = true}});
        harness.client.script(u"c:7b"_s, {{.pieces = pieces}});
        harness.client.script(u"merger"_s, {Answer::text("Fine.")});
        const auto result = harness.ask();
        QVERIFY(result);
        const auto &results = result->state.expertResults;
        QCOMPARE(results.size(), 2);
        const auto resultOf = [&results](experts::Category category) {
            return *std::ranges::find(results, category, &pipeline::ExpertResult::category);
        };
        const auto general = resultOf(experts::Category::General);
        const auto code = resultOf(experts::Category::CodeReviewer);
        QVERIFY(general.isCut);
        QVERIFY(general.text.size() <= 2'400 && general.text.size() > 2'300);
        QVERIFY(general.text.endsWith("sentence."));
        QVERIFY(!code.isCut);
        QCOMPARE(code.text.size(), 100 * 96);
        QVERIFY(harness.client.callsTo(u"merger"_s).first().body.contains("confidence high, cut"));
    }

    void finishReasonIsCarried()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"general"_s});
        harness.client.script(u"g:4b"_s, {{.pieces = {"CONFIDENCE: high\nHalf a"}, .finishReason = "length"}});
        const auto result = harness.ask();
        QVERIFY(result);
        QCOMPARE(result->state.finishReason, "length");
    }

    void usageIsTheSumOfAllCalls()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.client.script(
            u"planner"_s,
            {{.pieces = {R"([{"task":"a","category":"general"},)", R"({"task":"b","category":"math"}])"},
              .usage = Usage{100, 20}}});
        harness.client.script(u"g:4b"_s, {{.pieces = {"CONFIDENCE: high\nx"}, .usage = Usage{30, 7}}});
        harness.client.script(u"m:7b"_s, {{.pieces = {"CONFIDENCE: high\ny"}, .usage = Usage{40, 8}}});
        harness.client.script(u"merger"_s, {{.pieces = {"z"}, .usage = Usage{50, 9}}});
        const auto result = harness.ask();
        QVERIFY(result);
        QCOMPARE(result->state.usage, (Usage{220, 44}));
        Usage sum;
        for (const ModelCallTrace &call : result->trace.calls)
            sum += call.usage;
        QCOMPARE(sum, result->state.usage);
        QCOMPARE(result->trace.calls.size(), 4);
        const ModelCallTrace &first = result->trace.calls.first();
        QCOMPARE(first.node, u"planner"_s);
        QCOMPARE(first.server.value(), u"N1"_s);
        QCOMPARE(first.queueWait, 5us);
        QVERIFY(first.timeToFirstToken > 0us);
        QCOMPARE(first.finishReason, "stop");
        QCOMPARE(first.outcome, u"ok"_s);
    }

    void usageIsEstimatedWhereNobodyReportsIt()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"general"_s});
        harness.client.script(u"g:4b"_s, {Answer::text("CONFIDENCE: high\n" + QByteArray(350, 'x'))});
        const auto result = harness.ask();
        QVERIFY(result);
        QVERIFY(result->state.usage.isEstimated);
        QVERIFY(result->trace.calls.last().usage.completionTokens >= 100);
        QVERIFY(result->trace.calls.last().usage.promptTokens > 50);
    }

    void clientParametersBindTheFinalAnswer()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.client.script(u"g:4b"_s, {Answer::text("CONFIDENCE: high\nx")});
        harness.client.script(u"m:7b"_s, {Answer::text("CONFIDENCE: high\ny")});
        harness.client.script(u"merger"_s, {Answer::text("z")});
        const QByteArray members = R"(,"temperature":0.125,"max_tokens":777,"seed":5)";
        harness.plan({u"general"_s});
        QVERIFY(harness.ask(members));
        QVERIFY(harness.client.callsTo(u"g:4b"_s).first().body.contains(members.sliced(1)));
        QVERIFY(!harness.client.callsTo(u"planner"_s).first().body.contains("777"));
        harness.client.forget();
        harness.sink->text.clear();
        harness.plan({u"general"_s, u"math"_s});
        QVERIFY(harness.ask(members));
        QVERIFY(!harness.client.callsTo(u"g:4b"_s).first().body.contains("777"));
        QVERIFY(harness.client.callsTo(u"merger"_s).first().body.contains(R"("seed":5)"));
    }

    void wantedFormatIsNotDisturbed()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"science"_s});
        harness.client.script(u"s:30b"_s, {{.pieces = {"{\"a\"", ":1}"}}});
        QVERIFY(harness.ask(R"(,"response_format":{"type":"json_object"})"));
        QCOMPARE(harness.sink->text, "{\"a\":1}");
        const SeenCall call = harness.client.callsTo(u"s:30b"_s).first();
        QVERIFY(!call.body.contains("CONFIDENCE"));
        QVERIFY(call.body.contains(R"("response_format":{"type":"json_object"})"));
        QVERIFY(harness.client.callsTo(u"s:4b"_s).isEmpty()); // the strongest at once: nobody can say how sure he is
    }

    void systemMessageAndHistoryReachTheExpert()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"general"_s});
        harness.client.script(u"g:4b"_s, {Answer::text("CONFIDENCE: high\nx")});
        QVERIFY(QCoro::waitFor(harness.startBody(R"({"messages":[{"role":"system","content":"Talk like a pirate."},
            {"role":"user","content":"q1"},{"role":"assistant","content":"a1"},
            {"role":"user","content":"and now?"}]})")));
        const auto call = pipeline::ChatRequest::parse(harness.client.callsTo(u"g:4b"_s).first().body);
        QVERIFY(call);
        QVERIFY(call->system().contains("Talk like a pirate."));
        QCOMPARE(call->input(), "and now?");
        QCOMPARE(call->history({}).size(), 2);
        QVERIFY(harness.client.callsTo(u"planner"_s).first().body.contains("Assistant: a1"));
    }

    void imagesGoToTheVisionExpertOnly()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"general"_s, u"math"_s});
        harness.client.script(u"g:4b"_s, {Answer::text("CONFIDENCE: high\nx")});
        harness.client.script(u"v:7b"_s, {Answer::text("CONFIDENCE: high\ny")});
        harness.client.script(u"merger"_s, {Answer::text("z")});
        QVERIFY(QCoro::waitFor(harness.startBody(R"({"messages":[{"role":"user","content":[{"type":"text","text":"See"},
            {"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD"}}]}]})")));
        QVERIFY(harness.client.callsTo(u"m:7b"_s).isEmpty()); // its task became the vision task
        const QByteArray vision = harness.client.callsTo(u"v:7b"_s).first().body;
        QVERIFY(json::validate(vision));
        QVERIFY(vision.contains("base64,QUJD"));
        for (const QString &other : {u"planner"_s, u"g:4b"_s, u"merger"_s})
            QVERIFY(!harness.client.callsTo(other).first().body.contains("base64"));
    }

    void plannerPromptIsSmall()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"general"_s});
        harness.client.script(u"g:4b"_s, {Answer::text("CONFIDENCE: high\nx")});
        const QByteArray umlauts = QByteArray("ä").repeated(50'000);
        const QByteArray german = json::quoted(QByteArray("Übersetze „Größe“. ").append(umlauts));
        QVERIFY(QCoro::waitFor(harness.startBody(R"({"messages":[{"role":"user","content":)" + german + "}]}")));
        const auto call = pipeline::ChatRequest::parse(harness.client.callsTo(u"planner"_s).first().body);
        QVERIFY(call);
        // Leaves room for the tools that come with the tool nodes.
        QVERIFY2(call->system().size() <= 2'600, qPrintable(QString::number(call->system().size())));
        QVERIFY(call->input().size() < 13'000);
        QVERIFY(call->input().endsWith("[the request goes on]"));
        QVERIFY(!call->system().contains("vision"));
        QVERIFY(harness.client.callsTo(u"planner"_s).first().body.contains("\"json_schema\""));
    }

    void slowClientPausesTheModel()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"general"_s});
        harness.sink->isCongestedAlways = true;
        harness.client.script(u"g:4b"_s, {{.pieces = {"CONFIDENCE: high\n", "a", "b", "c"}}});
        QVERIFY(harness.ask());
        QCOMPARE(harness.sink->text, "abc");
        QCOMPARE(harness.sink->drains, 3);
        QCOMPARE(harness.client.pauses(), 3);
    }

    void endlessAnswersAreNotKept()
    {
        Harness harness;
        harness.setExperts(oneOfEach);
        harness.plan({u"general"_s});
        QList<QByteArray> pieces{"CONFIDENCE: high\n"};
        pieces.resize(40, QByteArray(64 * 1024, 'x'));
        harness.client.script(u"g:4b"_s, {{.pieces = pieces}});
        const auto result = harness.ask();
        QVERIFY(result);
        QVERIFY(!result->state.isFinalResponseKept);
        QVERIFY(result->state.finalResponse.isEmpty());
        QCOMPARE(harness.sink->text.size(), 39 * 64 * 1024);
    }
};

QTEST_GUILESS_MAIN(TestOrchestrator)
#include "tst_orchestrator.moc"
