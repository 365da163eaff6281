// SPDX-License-Identifier: Apache-2.0
// A question through the whole pipeline: planner, experts, merger, each on scripted nodes.
#include "tests/integration/daemonfixture.h"

#include <QJsonArray>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe::test;

class OrchestratedTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void planExpertsMerge();
    void streams();
    void passesSureExpertOn();
    void unusablePlan();
    void failingExpert();
    void failingMerger();
    void mergerCutMidStream();
    void everythingFails();
    void clientsInstructionsReachAnswer();
    void smallBudgetsRefuseAtOnceOrNever();
    void oneAnswerOnly();
    void noUserMessage();
    void largeQuestion();
    void judgeDown();
    void everythingDown();

private:
    void script(const QByteArrayList &rules);
    [[nodiscard]] HttpResponse ask(const QByteArray &more = {}) const;
    /// Bodies that reached a node, those of probes left out.
    [[nodiscard]] QByteArrayList calls(std::size_t node);

    enum NodeIndex : std::size_t { Judges, Experts };
    DaemonFixture m_daemon;
};

// Below the class, because moc stumbles over some raw strings.
namespace {

constexpr auto experts = R"({"math":[{"model":"small:4b","endpoint":"experts"}],
    "science":[{"model":"small:4b","endpoint":"experts"}],"general":[{"model":"small:4b","endpoint":"experts"}]})";

// Rules are JSON texts; the system prompts tell who is asking.
QByteArray planned(const QByteArray &plan)
{
    return R"({"role":"system","contains":"You split a user","answer":")" + QByteArray(plan).replace("\"", "\\\"")
        + R"(","usage":{"prompt_tokens":100,"completion_tokens":10}})";
}
QByteArray task(const QByteArray &category, const QByteArray &text)
{
    return R"({"id":")" + category + R"(","task":")" + text + R"(","category":")" + category + R"("})";
}
QByteArray expert(const QByteArray &prompt, const QByteArray &answer, const QByteArray &more = {})
{
    return R"({"role":"system","contains":")" + prompt + R"(","chunks":[)" + answer
        + R"(],"first_token_ms":200,"usage":{"prompt_tokens":20,"completion_tokens":2})" + more + '}';
}
QByteArray merged(const QByteArray &more = {})
{
    return R"({"role":"system","contains":"You write the final answer","chunks":["It is ","42, ","they say."],)"
           R"("usage":{"prompt_tokens":300,"completion_tokens":30})"
        + more + '}';
}

const QByteArray mathematician = expert("You are a mathematician", R"("CONFID","ENCE: high\n","The sum ","is 42.")");
const QByteArray scientist = expert("You are a scien", R"("CONFIDENCE: medium\n","It is ","chlorophyll.")");
const QByteArray twoTasks = planned('[' + task("math", "Add up.") + ',' + task("science", "Explain green.") + ']');
const QByteArray oneTask = planned('[' + task("math", "Add up.") + ']');
const QByteArray question = "What is 40 + 2, and why is grass green?";

}

void OrchestratedTest::initTestCase()
{
    m_daemon.setVariable(u"JUDGE_MODEL"_s, u"judge:14b"_s);
    m_daemon.setVariable(u"EXPERT_MODELS"_s, QString::fromLatin1(experts));
    m_daemon.addNode(u"judges"_s, R"({"models":[{"name":"judge:14b","context_length":32768}]})", R"("parallel":4)");
    m_daemon.addNode(u"experts"_s, R"({"profile":"openai","models":[{"name":"small:4b"}]})", R"("parallel":4)");
    QVERIFY(m_daemon.start());
}

void OrchestratedTest::cleanupTestCase() { QCOMPARE(m_daemon.stop(), QByteArray()); }

void OrchestratedTest::script(const QByteArrayList &rules)
{
    const QJsonObject changes = jsonOf(R"({"rules":[)" + rules.join(',') + "]}");
    QVERIFY(!changes.isEmpty());
    for (const std::size_t node : {Judges, Experts}) {
        QVERIFY(m_daemon.node(node).configure(changes));
        m_daemon.node(node).reset();
    }
}

HttpResponse OrchestratedTest::ask(const QByteArray &more) const
{
    return m_daemon.chat(chatBody("moe-orchestrator", question, more));
}

QByteArrayList OrchestratedTest::calls(std::size_t node)
{
    QByteArrayList bodies;
    for (const auto &record : m_daemon.node(node).state.records()) {
        if (record.request.method == "POST" && record.request.path != "/api/show")
            bodies.append(record.request.body);
    }
    return bodies;
}

void OrchestratedTest::planExpertsMerge()
{
    script({twoTasks, mathematician, scientist, merged()});
    const HttpResponse response = ask();
    QVERIFY2(response.status == 200, response.body.constData());
    QCOMPARE(textOf(response), QByteArray("It is 42, they say."));
    QCOMPARE(finishReasonOf(response), QByteArray("stop"));
    QCOMPARE(calls(Judges).size(), 2);
    QCOMPARE(calls(Experts).size(), 2);
    QCOMPARE(m_daemon.node(Experts).state.peakRunningGenerations(), 2);
    QVERIFY2(calls(Judges).last().contains("chlorophyll") && calls(Judges).last().contains("is 42."),
             calls(Judges).last().constData());

    const QJsonObject answer = jsonOf(response);
    QCOMPARE(answer[u"model"].toString(), u"moe-orchestrator"_s);
    QCOMPARE(answer[u"usage"][u"prompt_tokens"].toInt(), 100 + 20 + 20 + 300);
    QCOMPARE(answer[u"usage"][u"completion_tokens"].toInt(), 10 + 2 + 2 + 30);
    const QJsonValue moe = answer[u"moe"];
    QCOMPARE(moe[u"trace_id"].toString().toLatin1(), *response.header("x-request-id"));
    QCOMPARE(moe[u"plan"].toArray().size(), 2);
    QCOMPARE(moe[u"plan"][0][u"category"].toString(), u"math"_s);
    QCOMPARE(moe[u"experts"].toArray().size(), 2);
    QVERIFY(moe[u"degraded"].toArray().isEmpty());
    int completionTokens = 0;
    for (const QJsonValue &call : moe[u"usage_breakdown"].toArray())
        completionTokens += call[u"completion_tokens"].toInt();
    QCOMPARE(completionTokens, 44);
}

void OrchestratedTest::streams()
{
    script({twoTasks, mathematician, scientist, merged()});
    const HttpResponse response = ask(R"("stream":true,"stream_options":{"include_usage":true})");
    QVERIFY2(endsProperly(response), response.body.constData());
    const QByteArray text = textOf(response);
    QVERIFY2(text.startsWith("<think>\n"), text.constData());
    QVERIFY2(text.endsWith("</think>\n\nIt is 42, they say."), text.constData());
    QCOMPARE(text.count("think>"), 2);
    for (const char *line : {"plan: 2 tasks (math, science)", "merging 2 answers"})
        QVERIFY2(text.contains(line), text.constData());
    for (const char *hidden : {"CONFIDENCE", "You are", "Add up."}) // neither prompts nor the confidence line
        QVERIFY2(!text.contains(hidden), text.constData());
    const QByteArrayList frames = framesOf(response);
    QCOMPARE(jsonOf(frames.first())[u"choices"][0][u"delta"][u"role"].toString(), u"assistant"_s);
    QCOMPARE(jsonOf(frames[frames.size() - 2])[u"usage"][u"completion_tokens"].toInt(), 44);
    QSet<QString> ids;
    for (const QByteArray &frame : frames.first(frames.size() - 1))
        ids.insert(jsonOf(frame)[u"id"].toString());
    QCOMPARE(ids.size(), 1);
}

void OrchestratedTest::passesSureExpertOn()
{
    script({oneTask, mathematician, merged()});
    const HttpResponse whole = ask();
    QCOMPARE(textOf(whole), QByteArray("The sum is 42."));
    QCOMPARE(calls(Judges).size(), 1);
    QCOMPARE(calls(Experts).size(), 1);
    const HttpResponse stream = ask(R"("stream":true)");
    QVERIFY(endsProperly(stream));
    QVERIFY2(textOf(stream).endsWith("</think>\n\nThe sum is 42."), textOf(stream).constData());
    QVERIFY(!stream.body.contains("CONFIDENCE"));
    QVERIFY(!stream.body.contains("\"usage\""));
}

void OrchestratedTest::unusablePlan()
{
    script({planned("I would rather not."), expert("You are", R"("CONFIDENCE: high\n","A general ","answer.")")});
    const HttpResponse response = ask();
    QCOMPARE(textOf(response), QByteArray("A general answer."));
    const QJsonValue moe = jsonOf(response)[u"moe"];
    QCOMPARE(moe[u"plan"].toArray().size(), 1);
    QCOMPARE(moe[u"plan"][0][u"category"].toString(), u"general"_s);
    QVERIFY(moe[u"degraded"][0].toString().startsWith(u"planner:"));
    QCOMPARE(calls(Judges).size(), 2); // one more try
}

void OrchestratedTest::failingExpert()
{
    script({twoTasks, expert("You are a mathematician", R"("x")", R"(,"fault":{"status":500})"), scientist, merged()});
    const HttpResponse response = ask();
    QCOMPARE(textOf(response), QByteArray("It is 42, they say."));
    QVERIFY(calls(Judges).last().contains("chlorophyll"));
    const QJsonArray degraded = jsonOf(response)[u"moe"][u"degraded"].toArray();
    QCOMPARE(degraded.size(), 1);
    QVERIFY2(degraded[0].toString().contains(u"math"), qPrintable(degraded[0].toString()));
}

void OrchestratedTest::failingMerger()
{
    script({twoTasks, mathematician, scientist, merged(R"(,"fault":{"cut_after_bytes":0})")});
    const HttpResponse response = ask(R"("stream":true)");
    QVERIFY2(endsProperly(response), response.body.constData());
    QVERIFY2(textOf(response).endsWith("</think>\n\nThe sum is 42."), textOf(response).constData());
}

void OrchestratedTest::mergerCutMidStream()
{
    script({twoTasks, mathematician, scientist, merged(R"(,"fault":{"cut_after_bytes":160})")});
    const HttpResponse response = ask(R"("stream":true)");
    QCOMPARE(response.status, 200);
    QVERIFY2(endsWithError(response), response.body.constData());
    QVERIFY2(textOf(response).contains("</think>\n\nIt is "), textOf(response).constData());
}

void OrchestratedTest::everythingFails()
{
    script({R"({"answer":"x","fault":{"status":500}})"});
    const HttpResponse whole = ask();
    QVERIFY2(errorProblem(whole, 502, "bad_gateway").isEmpty()
                 || errorProblem(whole, 503, "no_healthy_server").isEmpty(), // once the breakers are open
             whole.body.constData());
    // The breakers are open now; a server that works again is let in again.
    script({oneTask, mathematician});
    QTRY_COMPARE_WITH_TIMEOUT(ask().status, 200, 30'000);
}

void OrchestratedTest::clientsInstructionsReachAnswer()
{
    script({twoTasks, mathematician, scientist, merged()});
    const HttpResponse response = m_daemon.chat(
        R"({"model":"moe-orchestrator","temperature":0.25,"messages":[{"role":"system","content":"Speak like a pirate."},)"
        R"({"role":"user","content":"My name is Ada."},{"role":"assistant","content":"Hello."},)"
        R"({"role":"user","content":"Add and explain."}]})");
    QCOMPARE(response.status, 200);
    const QJsonObject merger = jsonOf(calls(Judges).last());
    QVERIFY(merger[u"messages"][0][u"content"].toString().contains(u"Speak like a pirate."));
    QVERIFY(calls(Judges).last().contains("My name is Ada."));
    QCOMPARE(merger[u"options"][u"temperature"].toDouble(), 0.25);
}

/// Once a stream has begun it ends with an answer, however little is left for its experts.
void OrchestratedTest::smallBudgetsRefuseAtOnceOrNever()
{
    script({twoTasks, mathematician, scientist, merged()});
    const QStringList user{u"--user"_s, u"tester"_s};
    int refused = 0;
    int answered = 0;
    for (qint64 left = 0; left <= 6'000; left += left < 2'000 ? 100 : 1'000) {
        const auto shown = m_daemon.moectl(QStringList{u"--json"_s, u"budget"_s, u"show"_s} + user);
        const qint64 used = jsonOf(shown.output)[u"total"][u"used"].toInteger();
        QCOMPARE(m_daemon.moectl(QStringList{u"budget"_s, u"set"_s, u"--total"_s, QString::number(used + left)} + user)
                     .status,
                 0);
        const HttpResponse response = ask(R"("stream":true)");
        if (response.status == 429) {
            QCOMPARE(errorProblem(response, 429, "budget_exceeded"), QByteArray());
            ++refused;
            QCOMPARE(answered, 0); // more is never refused
        } else {
            QVERIFY2(endsProperly(response), response.body.constData());
            const QByteArray text = textOf(response);
            QVERIFY2(text.size() > text.indexOf("</think>") + 10, response.body.constData());
            ++answered;
        }
    }
    QCOMPARE_GT(refused, 2);
    QCOMPARE_GT(answered, 5);
    QCOMPARE(m_daemon.moectl(QStringList{u"budget"_s, u"set"_s, u"--total"_s, u"none"_s} + user).status, 0);
}

void OrchestratedTest::oneAnswerOnly()
{
    for (const QByteArray &more : {R"("n":2)"_ba, R"("n":2,"stream":true)"_ba}) {
        const HttpResponse response = ask(more);
        QCOMPARE(errorProblem(response, 400, "unsupported_parameter"), QByteArray());
        QCOMPARE(jsonOf(response)[u"error"][u"param"].toString(), u"n"_s);
    }
}

void OrchestratedTest::noUserMessage()
{
    const HttpResponse response
        = m_daemon.chat(R"({"model":"moe-orchestrator","stream":true,"messages":[{"role":"system","content":"x"}]})");
    QCOMPARE(response.status, 400);
    QCOMPARE(jsonOf(response)[u"error"][u"param"].toString(), u"messages"_s);
}

/// Of the size that is read beside the event loop.
void OrchestratedTest::largeQuestion()
{
    script({oneTask, mathematician});
    const QByteArray filler = R"("metadata":{"note":")" + QByteArray(2 * 1024 * 1024, 'x') + R"("})";
    const HttpResponse whole = ask(filler);
    QVERIFY2(whole.status == 200, whole.body.constData());
    QCOMPARE(textOf(whole), QByteArray("The sum is 42."));
    QVERIFY(endsProperly(ask(R"("stream":true,)" + filler)));
    const HttpResponse invalid
        = m_daemon.chat(R"({"model":"moe-orchestrator","messages":[{"role":"system","content":"x"}],)" + filler + '}');
    QCOMPARE(invalid.status, 400);
    QCOMPARE(jsonOf(invalid)[u"error"][u"param"].toString(), u"messages"_s);
}

/// Another model judges in its place.
void OrchestratedTest::judgeDown()
{
    DaemonFixture daemon;
    daemon.setVariable(u"JUDGE_MODEL"_s, u"judge:14b"_s);
    daemon.setVariable(u"JUDGE_ENDPOINT"_s, u"gone"_s);
    daemon.addServer(u"gone"_s, DaemonFixture::deadPort(), false);
    daemon.addNode(u"here"_s, R"({"models":[{"name":"small:4b"}]})");
    QVERIFY(daemon.start());
    const HttpResponse whole = daemon.chat(chatBody("moe-orchestrator", question));
    QVERIFY2(whole.status == 200, whole.body.constData());
    const HttpResponse stream = daemon.chat(chatBody("moe-orchestrator", question, R"("stream":true)"));
    QVERIFY2(endsProperly(stream), stream.body.constData());
    QCOMPARE(daemon.stop(), QByteArray());
}

/// Nothing was sent yet, so there is a real status.
void OrchestratedTest::everythingDown()
{
    DaemonFixture daemon;
    daemon.setVariable(u"JUDGE_MODEL"_s, u"judge:14b"_s);
    daemon.addServer(u"gone"_s, DaemonFixture::deadPort(), false);
    QVERIFY(daemon.start());
    for (const QByteArray &more : {""_ba, R"("stream":true)"_ba}) {
        const HttpResponse response = daemon.chat(chatBody("moe-orchestrator", question, more));
        QCOMPARE(errorProblem(response, 503, "service_unavailable"), QByteArray());
        QVERIFY(response.header("retry-after"));
    }
    QCOMPARE(daemon.stop(), QByteArray());
}

QTEST_GUILESS_MAIN(OrchestratedTest)
#include "tst_orchestrated.moc"
