// SPDX-License-Identifier: Apache-2.0
#include "daemon/pipeline/chatbody.h"
#include "daemon/pipeline/chunkreader.h"
#include "daemon/pipeline/confidence.h"
#include "daemon/pipeline/graph.h"
#include "daemon/pipeline/mode.h"
#include "daemon/pipeline/plan.h"
#include "daemon/pipeline/request.h"
#include "daemon/pipeline/textcut.h"

#include <QTest>

using namespace moe;
using namespace moe::pipeline;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(moe::pipeline::Confidence)

namespace {

Task<NodeId> toFinish(std::shared_ptr<PipelineRun>, RequestContext) { co_return NodeId::Finish; }

Node node(NodeId id, QList<NodeId> successors, std::optional<NodeId> onError = {})
{
    NodePolicy policy;
    policy.onError = onError;
    return {.id = id, .run = &toFinish, .policy = policy, .successors = std::move(successors)};
}

QString graphError(NodeId entry, QList<Node> nodes)
{
    const auto graph = PipelineGraph::create(entry, std::move(nodes));
    return graph ? QString() : graph.error().message;
}

struct Reading {
    QByteArray text;
    Confidence confidence;
    bool isStated;
    friend bool operator==(const Reading &, const Reading &) = default;
};

Reading readInPieces(const QList<QByteArray> &pieces)
{
    ConfidenceReader reader;
    QByteArray text;
    for (const QByteArray &piece : pieces)
        text += reader.feed(piece);
    text += reader.finish();
    return {text, reader.confidence(), reader.isStated()};
}

ChatRequest request(QByteArrayView messages, QByteArrayView rest = {})
{
    auto parsed = ChatRequest::parse("{\"model\":\"moe-orchestrator\",\"messages\":" + messages.toByteArray()
                                     + rest.toByteArray() + '}');
    if (!parsed)
        qFatal("%s", qPrintable(parsed.error().message));
    return *std::move(parsed);
}

}

class TestPipelineParts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void graphIsChecked()
    {
        using enum NodeId;
        QVERIFY(graphError(Planner, {node(Planner, {Experts}), node(Experts, {Finish})}).isEmpty());
        QVERIFY(graphError(Planner, {node(Planner, {Experts, Planner}), node(Experts, {Finish})}).isEmpty());
        QVERIFY(graphError(Merger, {node(Planner, {Finish})}).contains(u"entry merger is missing"_s));
        QVERIFY(graphError(Planner, {node(Planner, {Experts})}).contains(u"leads to experts, which is missing"_s));
        QVERIFY(
            graphError(Planner, {node(Planner, {Finish}, Merger)}).contains(u"leads to merger, which is missing"_s));
        QVERIFY(graphError(Planner, {node(Planner, {Finish}), node(Merger, {Finish})})
                    .contains(u"merger is never reached"_s));
        QVERIFY(graphError(Planner, {node(Planner, {Experts}), node(Experts, {Planner})})
                    .contains(u"no way leads from node planner to the end"_s));
        QVERIFY(graphError(Planner, {node(Planner, {Experts, Finish}), node(Experts, {Experts})})
                    .contains(u"no way leads from node experts to the end"_s));
        QVERIFY(graphError(Planner, {node(Planner, {Finish}), node(Planner, {Finish})}).contains(u"occurs twice"_s));
    }

    void graphPoliciesAreChecked()
    {
        Node bad = node(NodeId::Planner, {NodeId::Finish});
        bad.policy.timeLimit = 0ms;
        QVERIFY(graphError(NodeId::Planner, {bad}).contains(u"policy out of range"_s));
        bad.policy = {};
        bad.policy.shareOfRemaining = 1.5;
        QVERIFY(graphError(NodeId::Planner, {bad}).contains(u"policy out of range"_s));
        bad.policy = {};
        bad.run = nullptr;
        QVERIFY(graphError(NodeId::Planner, {bad}).contains(u"nothing to run"_s));
    }

    void confidenceLine_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<Confidence>("confidence");
        QTest::addColumn<bool>("isStated");
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char *name, const char *answer, Confidence confidence, const char *text) {
            QTest::newRow(name) << QByteArray(answer) << confidence << true << QByteArray(text);
        };
        row("plain", "CONFIDENCE: high\nText", Confidence::High, "Text");
        row("medium", "CONFIDENCE: medium\n\nText\n", Confidence::Medium, "Text\n");
        row("low, CRLF", "CONFIDENCE: low\r\nText", Confidence::Low, "Text");
        row("leading white space", " \n\t CONFIDENCE: high\nText", Confidence::High, "Text");
        row("bold", "**CONFIDENCE: high**\n\nText", Confidence::High, "Text");
        row("bold key", "**CONFIDENCE:** low\nText", Confidence::Low, "Text");
        row("heading", "# Confidence: Medium\nText", Confidence::Medium, "Text");
        row("code", "`CONFIDENCE: high`\nText", Confidence::High, "Text");
        row("no blank", "confidence:LOW\nText", Confidence::Low, "Text");
        row("full stop", "CONFIDENCE: high.\nText", Confidence::High, "Text");
        row("same line", "CONFIDENCE: high The text", Confidence::High, "The text");
        row("bold text after", "CONFIDENCE: high\n**Yes**", Confidence::High, "**Yes**");
        row("only the line", "CONFIDENCE: high", Confidence::High, "");
        row("only the line and its end", "CONFIDENCE: low\n", Confidence::Low, "");
        row("umlauts", "CONFIDENCE: high\nÄpfel und Öl", Confidence::High, "Äpfel und Öl");
        row("second mention stays", "CONFIDENCE: high\nCONFIDENCE: low\n", Confidence::High, "CONFIDENCE: low\n");
        const auto missing = [](const char *name, const char *answer) {
            QTest::newRow(name) << QByteArray(answer) << Confidence::Medium << false << QByteArray(answer);
        };
        missing("none", "The answer is 42.\nReally.");
        missing("later", "Well.\nCONFIDENCE: high\n");
        missing("similar word", "Confidence intervals are ranges.");
        missing("other level", "CONFIDENCE: certain\nText");
        missing("longer word", "CONFIDENCE: lower bounds are known");
        missing("compound", "Confidence: high-quality samples matter");
        missing("cut line", "CONFIDENCE: hig");
        missing("cut word", "CONF");
        missing("empty", "");
        missing("blank", " \n ");
        missing("many blanks",
                "                                                                              "
                "                                    CONFIDENCE: high\nText");
        missing("umlaut first", "Über Confidence: high");
    }

    void confidenceLine()
    {
        QFETCH(const QByteArray, answer);
        QFETCH(const Confidence, confidence);
        QFETCH(const bool, isStated);
        QFETCH(const QByteArray, text);
        const Reading expected{text, confidence, isStated};
        QCOMPARE(readInPieces({answer}).text, text);
        QVERIFY(readInPieces({answer}) == expected);
        for (qsizetype a = 0; a <= answer.size(); ++a) {
            QVERIFY(readInPieces({answer.first(a), answer.sliced(a)}) == expected);
            for (qsizetype b = a; b <= answer.size(); ++b)
                QVERIFY(readInPieces({answer.first(a), answer.sliced(a, b - a), answer.sliced(b)}) == expected);
        }
        QList<QByteArray> bytes;
        for (const char c : answer)
            bytes.append(QByteArray(1, c));
        QVERIFY(readInPieces(bytes) == expected);
    }

    void confidenceIsKnownBeforeTheText()
    {
        ConfidenceReader reader;
        QVERIFY(reader.feed("CONFIDENCE: hi").isEmpty());
        QVERIFY(!reader.isDecided());
        QVERIFY(reader.feed("gh\n").isEmpty());
        QVERIFY(reader.isDecided());
        QCOMPARE(reader.confidence(), Confidence::High);
        QCOMPARE(reader.feed("T"), "T");

        ConfidenceReader plain;
        QCOMPARE(plain.feed("Th"), "Th"); // nothing is held longer than it must be
    }

    void shortAnswersAreNotTrusted()
    {
        QCOMPARE(assessed(Confidence::High, "Yes.", "Explain how TCP works"), Confidence::Low);
        QCOMPARE(assessed(Confidence::High, "Ja.", "Erkläre den Unterschied"), Confidence::Low);
        QCOMPARE(assessed(Confidence::High, "42", "Compute 6 * 7"), Confidence::High);
        QCOMPARE(assessed(Confidence::High, QByteArray(40, 'x'), "Explain how TCP works"), Confidence::High);
        QVERIFY(confidenceScore(Confidence::Medium) < escalationLimit);
        QVERIFY(confidenceScore(Confidence::High) > escalationLimit);
    }

    void plans_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QStringList>("tasks"); // "category:task"
        QTest::addColumn<qsizetype>("dropped");
        const auto row = [](const char *name, const char *answer, QStringList tasks, qsizetype dropped = 0) {
            QTest::newRow(name) << QByteArray(answer) << tasks << dropped;
        };
        row("plain", R"([{"id":"t1","task":"Add 1 and 2","category":"math"}])", {u"math:Add 1 and 2"_s});
        row("German", R"([{"task":"Übersetze „Öl“ ins Englische","category":"translation"}])",
            {u"translation:Übersetze „Öl“ ins Englische"_s});
        row("fence", "```json\n[{\"task\":\"A\",\"category\":\"general\"}]\n```", {u"general:A"_s});
        row("prose", R"(Here is the plan [draft]: [{"task":"A","category":"general"}] Hope that [helps]!)",
            {u"general:A"_s});
        row("German prose", R"(Hier ist der Plan: [{"task":"A","category":"general"}]. Viel Erfolg!)",
            {u"general:A"_s});
        row("numbered prose", R"(Plan [1]: [{"task":"A","category":"math"}])", {u"math:A"_s});
        row("thinking", R"(<think>[{"task":"draft","category":"math"}]</think>[{"task":"A","category":"general"}])",
            {u"general:A"_s});
        row("nested", R"([[{"task":"A","category":"math"}]])", {u"math:A"_s});
        row("object around", R"({"tasks":[{"task":"A","category":"math"}]})", {u"math:A"_s});
        row("single object", R"({"task":"A","category":"math"})", {u"math:A"_s});
        row("brackets in strings", "[{\"task\":\"Sort [3,1] and \\\"]\\\"\",\"category\":\"code_reviewer\"}]",
            {u"code_reviewer:Sort [3,1] and \"]\""_s});
        row("case and blanks", R"([{"task":" A ","category":" Math "}])", {u"math:A"_s});
        row("rubbish between", R"(["x", 7, null, {}, [], {"task":"A","category":"math"}, {"task":"","category":"math"},
            {"task":"B"}, {"task":"C","category":""}, {"task":"D","category":"astrology"}, {"task":5,"category":"math"},
            {"task":"E","category":["math"]}])",
            {u"math:A"_s}, 11);
        row("tools nobody has", R"([{"task":"A","category":"precision_tools"},{"task":"B","category":"math"}])",
            {u"math:B"_s}, 1);
        row("too many", R"([{"task":"1","category":"math"},{"task":"2","category":"math"},
            {"task":"3","category":"math"},{"task":"4","category":"math"},{"task":"5","category":"math"},
            {"task":"6","category":"math"},
            {"task":"7","category":"math"},{"task":"8","category":"math"},{"task":"9","category":"math"},
            {"task":"10","category":"math"}])",
            {u"math:1"_s, u"math:2"_s, u"math:3"_s, u"math:4"_s}, 6);
        for (const char *useless : {"", "I cannot do that.", "[", "[]", "{}", "[1,2]", "[{\"task\":\"A\"", "]][[",
                                    "[{\"task\":\"A\",\"category\":\"none\"}]", "\"[\"", "[[[[[[[[[[[[", "\xff[{}]"})
            row(useless, useless, {});
    }

    void plans()
    {
        QFETCH(const QByteArray, answer);
        QFETCH(const QStringList, tasks);
        QFETCH(const qsizetype, dropped);
        const auto plan = parsePlan(answer);
        QCOMPARE(plan.has_value(), !tasks.isEmpty());
        if (!plan)
            return;
        QStringList found;
        QSet<QString> ids;
        for (const PlanTask &task : plan->tasks) {
            found.append(experts::categoryName(task.category) + u':' + QString::fromUtf8(task.task));
            ids.insert(task.id);
        }
        QCOMPARE(found, tasks);
        QCOMPARE(ids.size(), tasks.size());
        QCOMPARE(plan->dropped.size(), dropped);
    }

    void planIdsAreUnique()
    {
        const auto plan = parsePlan(R"([{"id":"a","task":"A","category":"math"},{"id":"a","task":"B","category":"math"},
                                        {"id":7,"task":"C","category":"math"}])");
        QVERIFY(plan);
        QCOMPARE(plan->tasks[0].id, u"a"_s);
        QCOMPARE(plan->tasks[1].id, u"t2"_s);
        QCOMPARE(plan->tasks[2].id, u"7"_s);
    }

    void cuts()
    {
        QCOMPARE(characterCount("Äöß€"), 4);
        QCOMPARE(firstCharacters("Äöß€", 3).toByteArray(), "Äöß");
        QCOMPARE(cutAtSentence("Short.", 10).toByteArray(), "Short.");
        QCOMPARE(cutAtSentence("One sentence. Another one that is long", 25).toByteArray(), "One sentence.");
        QCOMPARE(cutAtSentence("Version 1.25 is what we have here", 15).toByteArray(), "Version 1.25 is");
        QCOMPARE(cutAtSentence("A block of text\n\nthe next block", 25).toByteArray(), "A block of text");
        QCOMPARE(cutAtSentence(QByteArray(100, 'x'), 10).toByteArray(), QByteArray(10, 'x'));
        QCOMPARE(characterCount(cutAtSentence(QByteArray("ü").repeated(100), 10)), 10);
    }

    void requestIsRead()
    {
        const ChatRequest chat = request(
            R"([{"role":"system","content":"Be brief."},
                {"role":"developer","content":[{"type":"text","text":"In verse."}]},
                {"role":"user","content":"q1"},{"role":"assistant","content":"a1"},
                {"role":"user","content":[{"type":"text","text":"Look:"},{"type":"text","text":"now"}]}])",
            R"(,"temperature":0.25,"stop":null,"seed":7,"stream":true,"user":"x")");
        QCOMPARE(chat.system(), "Be brief.\n\nIn verse.");
        QCOMPARE(chat.input(), "Look:\n\nnow");
        QVERIFY(!chat.hasImages());
        QVERIFY(chat.allowsFirstLine());
        QCOMPARE(chat.answerParameters(), R"("temperature":0.25,"seed":7,)");
        const QList<HistoryMessage> expected{{Speaker::User, "q1"}, {Speaker::Assistant, "a1"}};
        QCOMPARE(chat.history({}), expected);
    }

    void imagesAreSeen()
    {
        const ChatRequest chat = request(
            R"([{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}])");
        QVERIFY(chat.hasImages());
        QVERIFY(chat.inputContent().startsWith("[{\"type\":\"image_url\""));
    }

    void whatSpoilsTheFirstLine()
    {
        const QByteArray user = R"([{"role":"user","content":"q"}])";
        QVERIFY(request(user, R"(,"response_format":{"type":"text"})").allowsFirstLine());
        QVERIFY(!request(user, R"(,"response_format":{"type":"json_object"})").allowsFirstLine());
        QVERIFY(request(user, R"(,"stop":["END","STOP"])").allowsFirstLine());
        QVERIFY(!request(user, R"(,"stop":["END","\n"])").allowsFirstLine());
        QVERIFY(!request(user, R"(,"stop":"\n\n")").allowsFirstLine());
        QVERIFY(!request(user, R"(,"stop":":")").allowsFirstLine());
        QVERIFY(!request(user, R"(,"max_tokens":5)").allowsFirstLine());
        QVERIFY(request(user, R"(,"max_tokens":500)").allowsFirstLine());
    }

    void wrongRequests()
    {
        const auto error = [](const char *body) {
            const auto chat = ChatRequest::parse(body);
            return chat ? Error() : chat.error();
        };
        QCOMPARE(error(R"({"messages":[{"role":"system","content":"x"}]})").param, u"messages"_s);
        QCOMPARE(error(R"({"messages":[{"role":"user","content":" "}]})").param, u"messages[0].content"_s);
        QCOMPARE(error(R"({"messages":7})").code, ErrorCode::InvalidRequest);
        QCOMPARE(error(R"({"messages":[7]})").code, ErrorCode::InvalidRequest);
        QCOMPARE(error(R"({)").code, ErrorCode::InvalidRequest);
        QCOMPARE(error(R"({})").code, ErrorCode::InvalidRequest);
    }

    void historyDropsWholeTurns()
    {
        QByteArray messages = "[";
        for (int i = 0; i < 8; ++i) {
            const QByteArray n = QByteArray::number(i);
            messages += R"({"role":"user","content":)" + json::quoted(QByteArray("q" + n)) + "},";
            const QByteArray reply = "a" + n + QByteArray(100, '.');
            messages += R"({"role":"assistant","content":)" + json::quoted(reply) + "},";
        }
        messages += R"({"role":"user","content":"now"}])";
        const ChatRequest chat = request(messages);
        QCOMPARE(chat.history({.turns = 4, .characters = 3'000}).size(), 8);
        QCOMPARE(chat.history({.turns = 4, .characters = 3'000}).first().text, "q4");
        QCOMPARE(chat.history({.turns = 4, .characters = 250}).size(), 4);
        QCOMPARE(chat.history({.turns = 0, .characters = 250}).size(), 0);
        const auto shortened = chat.history({.turns = 4, .characters = 60});
        QCOMPARE(shortened.size(), 2);
        QVERIFY(characterCount(shortened.first().text) + characterCount(shortened.last().text) <= 60);
    }

    void toolResultsReachTheInput()
    {
        const ChatRequest chat = request(
            R"([{"role":"user","content":"q"},{"role":"assistant","content":null},{"role":"tool","content":"17"}])");
        QCOMPARE(chat.input(), "q\n\nResult of a tool:\n17");
    }

    void chunksAreRead()
    {
        const auto text = readChunk(R"({"choices":[{"index":0,"delta":{"content":"Ä\u00f6"},"finish_reason":null}]})");
        QCOMPARE(text->text, "Äö");
        QVERIFY(text->finishReason.isEmpty());
        const auto end = readChunk(R"({"choices":[{"delta":{},"finish_reason":"length"}],"usage":null})");
        QCOMPARE(end->finishReason, "length");
        const auto usage = readChunk(R"({"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3}})");
        QCOMPARE(usage->usage->promptTokens, 7);
        QCOMPARE(usage->usage->completionTokens, 3);
        QVERIFY(readChunk(R"({"choices":null,"usage":{"prompt_tokens":1}})")->usage);
        const auto thought = readChunk(R"({"choices":[{"delta":{"reasoning_content":"hm","content":null}}]})");
        QCOMPARE(thought->reasoningCharacters, 2);
        QCOMPARE(readChunk(R"({"error":{"message":"out of memory"}})").error().code, ErrorCode::BadGateway);
        QCOMPARE(readChunk("garbage").error().code, ErrorCode::BadGateway);
        QCOMPARE(readChunk("[]").error().code, ErrorCode::BadGateway);
    }

    void bodiesAreJson()
    {
        ChatBody body;
        body.addSystem("a \"b\"\n");
        body.addHistory({{Speaker::User, "q"}, {Speaker::Assistant, "a"}});
        body.addUser("now");
        body.setParameters(R"("temperature":0.5,)");
        const QByteArray json = body.json();
        QVERIFY(json::validate(json));
        const ChatRequest read = *ChatRequest::parse(json);
        QCOMPARE(read.system(), "a \"b\"\n");
        QCOMPARE(read.input(), "now");
        QCOMPARE(read.history({}).size(), 2);
        QCOMPARE(read.answerParameters(), R"("temperature":0.5,)");
    }

    void modesAreNamed()
    {
        QCOMPARE(modeFromModelId(u"moe-orchestrator"), Mode::Default);
        QCOMPARE(modeFromModelId(u"moe-orchestrator-plan"), Mode::Plan);
        QVERIFY(!modeFromModelId(u"moe-orchestrator-"));
        QCOMPARE(modelIdOf(Mode::Concise), "moe-orchestrator-concise"_L1);
        QVERIFY(isModeAvailable(Mode::Default));
        QVERIFY(isModeAvailable(Mode::Research));
        QVERIFY(!isModeAvailable(Mode::Agent));
    }
};

QTEST_GUILESS_MAIN(TestPipelineParts)
#include "tst_pipelineparts.moc"
