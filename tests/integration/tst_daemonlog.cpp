// SPDX-License-Identifier: Apache-2.0
// What the daemon writes to its log, and what it never does.
#include "tests/integration/daemonfixture.h"

#include <QJsonDocument>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe::test;

namespace {

const QByteArray prompt = "Zanzibar";  // in every prompt
const QByteArray wrongKey = "moe-sk-0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";

QList<QJsonObject> linesOf(const QByteArray &log)
{
    QList<QJsonObject> lines;
    for (const QByteArray &line : log.split('\n')) {
        if (!line.isEmpty())
            lines.append(jsonOf(line));
    }
    return lines;
}

}

class DaemonLogTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void linesOfARequestHaveItsId();
    void tellsNoSecrets();
    void levelChangesWhileRunning();

private:
    [[nodiscard]] QByteArray orchestratedId(const QByteArray &text);
    [[nodiscard]] bool hasLine(const QString &component, const QString &message, const QByteArray &requestId);

    std::unique_ptr<DaemonFixture> m_daemon;
    quint16 m_deadPort = 0;
};

void DaemonLogTest::init()
{
    m_daemon = std::make_unique<DaemonFixture>();
    m_daemon->setVariable(u"JUDGE_MODEL"_s, u"judge:14b"_s);
    m_daemon->setVariable(u"EXPERT_MODELS"_s, uR"({"general":[{"model":"expert:4b"}]})"_s);
    m_daemon->addNode(u"ollama"_s, R"({"models":[{"name":"judge:14b"},{"name":"expert:4b"}],"rules":[
        {"contains":"no plan","answer":"I would rather not."},
        {"role":"system","contains":"You split a user","answer_json":[
            {"id":"a","task":"Tell of Zanzibar","category":"general"},{"id":"b","task":"Zanzibar","category":"none"}]},
        {"contains":"break","answer":"some text","fault":{"cut_after_bytes":150}},
        {"contains":"refuse","fault":{"status":400,"message":"Zanzibar is too much for me"}},
        {"contains":"fail","fault":{"status":500,"message":"Zanzibar at http://127.0.0.1:1/ failed"}}]})");
    m_daemon->addNode(u"vllm"_s, R"({"profile":"openai","models":[{"name":"other:8b"}],"rules":[
        {"contains":"break","answer":"some text","fault":{"garbage_at_byte":40}},
        {"contains":"fail","fault":{"status":503,"message":"Zanzibar"}}]})");
    m_deadPort = DaemonFixture::deadPort();
    m_daemon->addServer(u"gone"_s, m_deadPort, false);
}

void DaemonLogTest::cleanup()
{
    QCOMPARE(m_daemon->stop(), QByteArray()); // looks for keys, upstream tokens and addresses too
    m_daemon.reset();
}

/// Asks the orchestrator and returns the request's id.
QByteArray DaemonLogTest::orchestratedId(const QByteArray &text)
{
    const HttpResponse response = m_daemon->chat(chatBody("moe-orchestrator", text));
    return response.status == 200 ? response.header("x-request-id").value_or("") : QByteArray();
}

/// Waits for a line.
bool DaemonLogTest::hasLine(const QString &component, const QString &message, const QByteArray &requestId)
{
    return QTest::qWaitFor([&] {
        return std::ranges::any_of(linesOf(m_daemon->process().errors()), [&](const QJsonObject &line) {
            return line[u"component"].toString() == component && line[u"message"].toString() == message
                && line[u"request_id"].toString().toLatin1() == requestId;
        });
    });
}

void DaemonLogTest::linesOfARequestHaveItsId()
{
    QVERIFY(m_daemon->start());
    const QByteArray planned = orchestratedId("Where is Zanzibar?");
    QVERIFY(!planned.isEmpty());
    QVERIFY(hasLine(u"pipeline"_s, u"Entries of the plan were dropped"_s, planned));
    QVERIFY(hasLine(u"pipeline"_s, u"Orchestrated"_s, planned));
    QVERIFY(hasLine(u"http"_s, u"Request"_s, planned));
    const QByteArray degraded = orchestratedId("no plan for Zanzibar");
    QVERIFY(!degraded.isEmpty());
    QVERIFY(hasLine(u"pipeline"_s, u"The answer is degraded"_s, degraded));

    for (const QJsonObject &line : linesOf(m_daemon->process().errors())) {
        QVERIFY2(line[u"component"].toString() != u"qt", qPrintable(line[u"message"].toString()));
        const QByteArray text = QJsonDocument(line).toJson(QJsonDocument::Compact);
        QVERIFY2(!line.isEmpty() && !line[u"message"].toString().isEmpty(), text.constData());
        for (const QByteArray &id : {planned, degraded}) // in its field and nowhere else
            QCOMPARE(text.count(id), line[u"request_id"].toString().toLatin1() == id ? 1 : 0);
    }
}

void DaemonLogTest::tellsNoSecrets()
{
    QVERIFY(m_daemon->start());
    for (const QByteArray &model : {"judge:14b"_ba, "other:8b"_ba, "moe-orchestrator"_ba, "nothing:1b"_ba}) {
        for (const QByteArray &words : {"tell"_ba, "fail"_ba, "break"_ba, "refuse"_ba, "no plan"_ba}) {
            for (const QByteArray &more : {QByteArray(), R"("stream":true)"_ba})
                QVERIFY(m_daemon->chat(chatBody(model, words + " Zanzibar", more)).status >= 200);
        }
    }
    QCOMPARE(m_daemon->chat(R"({"model":"judge:14b","messages":"Zanzibar"})").status, 400);
    QCOMPARE(m_daemon->chat(R"({"Zanzibar")").status, 400);
    QVERIFY(m_daemon->post("/v1/embeddings", R"({"model":"judge:14b","input":"Zanzibar"})").status >= 400);
    const auto client = m_daemon->connect();
    QVERIFY(client->exchange(RawHttpClient::request("GET", "/v1/models", {{"Authorization", "Bearer " + wrongKey}})));
    QCOMPARE(client->response().status, 401);
    QVERIFY(m_daemon->moectl({u"status"_s}).status == 0);
    QVERIFY(m_daemon->moectl({u"key"_s, u"revoke"_s, QString::fromLatin1(wrongKey)}).status != 0);

    const QByteArray log = m_daemon->process().output() + m_daemon->process().errors();
    QVERIFY(log.contains(R"("server":"gone")")); // by its name only
    const QByteArrayList secrets{prompt,
                                 wrongKey,
                                 m_daemon->key(),
                                 "127.0.0.1:1"_ba,
                                 "upstream-secret"_ba,
                                 ":" + QByteArray::number(m_deadPort)};
    for (const QByteArray &secret : secrets)
        QVERIFY2(!log.contains(secret), log.mid(std::max<qsizetype>(log.indexOf(secret) - 300, 0), 600).constData());
}

void DaemonLogTest::levelChangesWhileRunning()
{
    m_daemon->setVariable(u"LOG_LEVEL"_s, u"info"_s);
    QVERIFY(m_daemon->start());
    const auto requestId = [this] { return m_daemon->get("/v1/models").header("x-request-id").value_or(""); };
    const auto before = requestId();
    QCOMPARE(m_daemon->moectl({u"log"_s, u"level"_s, u"http"_s, u"debug"_s}).status, 0);
    const auto during = requestId();
    QVERIFY(hasLine(u"http"_s, u"Request"_s, during));
    QCOMPARE(m_daemon->moectl({u"log"_s, u"level"_s, u"http"_s, u"info"_s}).status, 0);
    const auto after = requestId();
    QCOMPARE(m_daemon->moectl({u"log"_s, u"level"_s, u"debug"_s}).status, 0); // all of them
    QVERIFY(hasLine(u"http"_s, u"Request"_s, requestId()));
    QVERIFY(!m_daemon->process().errors().contains(before)); // lines come in order: it would be there by now
    QVERIFY(!m_daemon->process().errors().contains(after));
}

QTEST_GUILESS_MAIN(DaemonLogTest)
#include "tst_daemonlog.moc"
