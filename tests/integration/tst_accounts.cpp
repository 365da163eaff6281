// SPDX-License-Identifier: Apache-2.0
// Who may do what, and for how much: over HTTP, set with moectl, against simulated nodes.
#include "daemon/dialect/openairequest.h"
#include "tests/integration/daemonfixture.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe;
using namespace moe::test;

namespace {

constexpr qint64 answerTokens = 20;
const QByteArray limited = R"("max_tokens":20)";

/// What a request with this body is thought to need.
qint64 reservationOf(const QByteArray &body)
{
    return dialect::parseChatRequest(body)->promptTokensEstimate + answerTokens;
}

}

class AccountsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void nothingIsAllowedByDefault();
    void modelsAreAllowedByServer();
    void keysAreBoundToProfiles();
    void modesAreAllowedByName();
    void blockedAndUnblocked();
    void budgetLetsExactlyTenThrough();
    void tooManyRequestsAreWrittenDown();
    void usageIsChargedAndKept();
    void killedDaemonLosesNothing();
    void killedDaemonChargesWhatWasStreamed();
    void wrongArguments();

private:
    QJsonObject done(const QStringList &arguments) const;
    void grant(const QString &type, const QString &resource);
    [[nodiscard]] HttpResponse chat(const QByteArray &body) const;
    [[nodiscard]] QJsonObject daily() const
    {
        return done({u"budget"_s, u"show"_s, u"--user"_s, u"anna"_s})[u"daily"].toObject();
    }

    std::unique_ptr<DaemonFixture> m_daemon;
    QByteArray m_key; // anna's, who may do nothing
};

void AccountsTest::init()
{
    m_daemon = std::make_unique<DaemonFixture>();
    const QByteArray usage = R"("usage":{"prompt_tokens":)"
        + QByteArray::number(reservationOf(chatBody("m:1b", "exact", limited)) - answerTokens)
        + R"(,"completion_tokens":20})";
    const QByteArray rules = R"("rules":[{"contains":"exact","answer":"done","first_token_ms":300,)" + usage
        + R"(},{"contains":"slow","chunks":["word "],"repeat":10000,"tokens_per_second":50},{"chunks":["word "],"repeat":20}])";
    m_daemon->addNode(u"one"_s, R"({"profile":"openai","models":[{"name":"m:1b"},{"name":"m:2b"}],)" + rules + '}',
                      R"("parallel":64)");
    m_daemon->addNode(u"two"_s, R"({"models":[{"name":"m:1b"}],)" + rules + '}', R"("parallel":64)");
    m_daemon->setVariable(u"JUDGE_MODEL"_s, u"m:1b"_s);
    QVERIFY(m_daemon->start());
    done({u"user"_s, u"add"_s, u"anna"_s});
    m_key = done({u"key"_s, u"create"_s, u"--user"_s, u"anna"_s, u"--label"_s, u"x"_s})[u"key"].toString().toLatin1();
    QVERIFY(!m_key.isEmpty());
}

void AccountsTest::cleanup()
{
    QCOMPARE(m_daemon->stop(), QByteArray());
    m_daemon.reset();
}

QJsonObject AccountsTest::done(const QStringList &arguments) const
{
    const CommandResult result = m_daemon->moectl(QStringList{u"--json"_s} + arguments);
    if (result.status != 0)
        qWarning("moectl %s: %s", qUtf8Printable(arguments.join(u' ')), result.errors.constData());
    return jsonOf(result.output);
}

void AccountsTest::grant(const QString &type, const QString &resource)
{
    QVERIFY(done({u"permission"_s, u"grant"_s, u"--user"_s, u"anna"_s, u"--type"_s, type, u"--resource"_s, resource})
                .contains(u"changed"));
}

HttpResponse AccountsTest::chat(const QByteArray &body) const
{
    const auto client = m_daemon->connect();
    (void)client->exchange(
        RawHttpClient::request("POST", "/v1/chat/completions", {{"Authorization", "Bearer " + m_key}}, body));
    return client->response();
}

void AccountsTest::nothingIsAllowedByDefault()
{
    const auto denied = [](const HttpResponse &response, const QByteArray &type, const QByteArray &resource) {
        const QByteArray problem = errorProblem(response, 403, "permission_denied");
        const QByteArray message = jsonOf(response)[u"error"][u"message"].toString().toUtf8();
        return !problem.isEmpty() ? problem : message.contains(type) && message.contains(resource) ? "" : message;
    };
    QCOMPARE(denied(chat(chatBody("m:1b", "x")), "model_endpoint", "m:1b"), QByteArray());
    QCOMPARE(denied(chat(chatBody("m:1b@one", "x")), "model_endpoint", "m:1b@one"), QByteArray());
    QCOMPARE(denied(chat(chatBody("m:1b", "x", R"("stream":true)")), "model_endpoint", "m:1b"), QByteArray());
    QCOMPARE(denied(chat(chatBody("moe-orchestrator", "x")), "moe_mode", "moe-orchestrator"), QByteArray());
    const auto client = m_daemon->connect();
    const RawHttpClient::Headers headers{{"Authorization", "Bearer " + m_key}};
    for (const char *path : {"/v1/embeddings", "/v1/completions"}) {
        QVERIFY(client->exchange(
            RawHttpClient::request("POST", path, headers, R"({"model":"m:1b","input":"x","prompt":"x"})")));
        QCOMPARE(denied(client->response(), "model_endpoint", "m:1b"), QByteArray());
        client->nextResponse();
    }
    QVERIFY(client->exchange(RawHttpClient::request("GET", "/v1/models", headers)));
    QVERIFY(jsonOf(client->response())[u"data"].toArray().isEmpty());
    client->nextResponse();
    QVERIFY(client->exchange(RawHttpClient::request("GET", "/v1/models/m:1b", headers)));
    QCOMPARE(client->response().status, 404);
    QVERIFY(m_daemon->node(0).state.records().empty() || m_daemon->metric("moe_upstream_calls_total") <= 0);
}

void AccountsTest::keysAreBoundToProfiles()
{
    grant(u"model_endpoint"_s, u"*"_s);
    grant(u"moe_mode"_s, u"*"_s);
    m_key = done({u"key"_s, u"create"_s, u"--user"_s, u"anna"_s, u"--label"_s, u"bound"_s, u"--profile"_s,
                  u"coding"_s})[u"key"]
                .toString()
                .toLatin1();
    for (const char *model : {"m:1b", "moe-orchestrator"}) {
        const HttpResponse refused = chat(chatBody(model, "x"));
        QCOMPARE(errorProblem(refused, 403, "permission_denied"), QByteArray());
        QVERIFY(jsonOf(refused)[u"error"][u"message"].toString().contains(u"cc_profile \"coding\""_s));
    }
    done({u"permission"_s, u"grant"_s, u"--user"_s, u"anna"_s, u"--type"_s, u"cc_profile"_s, u"--resource"_s,
          u"coding"_s, u"--accept-unknown"_s});
    QCOMPARE(chat(chatBody("m:1b", "x")).status, 200);
    const QJsonArray records = done({u"usage"_s, u"list"_s, u"--user"_s, u"anna"_s})[u"items"].toArray();
    QVERIFY(std::ranges::all_of(records, [](const QJsonValue &record) { return record[u"profile"] == u"coding"_s; }));
}

void AccountsTest::modelsAreAllowedByServer()
{
    grant(u"model_endpoint"_s, u"m:1b@two"_s);
    for (int i = 0; i < 5; ++i) {
        const HttpResponse response = chat(chatBody("m:1b", "x"));
        QCOMPARE(response.status, 200);
        QCOMPARE(response.header("x-moe-server").value_or(""), QByteArray("two"));
    }
    QCOMPARE(chat(chatBody("m:1b@one", "x")).status, 403);
    QCOMPARE(chat(chatBody("m:2b", "x")).status, 403);
    grant(u"model_endpoint"_s, u"*@one"_s);
    QCOMPARE(chat(chatBody("m:2b", "x")).status, 200);
    done({u"permission"_s, u"revoke"_s, u"--user"_s, u"anna"_s, u"--type"_s, u"model_endpoint"_s, u"--resource"_s,
          u"*@one"_s});
    QCOMPARE(chat(chatBody("m:2b", "x")).status, 403);
}

void AccountsTest::modesAreAllowedByName()
{
    grant(u"moe_mode"_s, u"moe-orchestrator-research"_s);
    QCOMPARE(chat(chatBody("moe-orchestrator", "x")).status, 403);
    QCOMPARE(chat(chatBody("moe-orchestrator-research", "x")).status, 200);
    grant(u"moe_mode"_s, u"moe_orchestrated"_s);
    QCOMPARE(chat(chatBody("moe-orchestrator", "x")).status, 200);
    QVERIFY(daily()[u"used"].toInteger() > 0); // all legs count
}

void AccountsTest::blockedAndUnblocked()
{
    grant(u"model_endpoint"_s, u"*"_s);
    QCOMPARE(chat(chatBody("m:1b", "x")).status, 200);
    QVERIFY(!done({u"user"_s, u"block"_s, u"anna"_s})[u"active"].toBool(true));
    QCOMPARE(chat(chatBody("m:1b", "x")).status, 401);
    done({u"user"_s, u"unblock"_s, u"anna"_s});
    QCOMPARE(chat(chatBody("m:1b", "x")).status, 200);
}

void AccountsTest::budgetLetsExactlyTenThrough()
{
    grant(u"model_endpoint"_s, u"*"_s);
    const QByteArray body = chatBody("m:1b", "exact", limited);
    const qint64 each = reservationOf(body);
    done({u"budget"_s, u"set"_s, u"--user"_s, u"anna"_s, u"--daily"_s, QString::number(10 * each)});
    std::vector<DaemonFixture::ClientPtr> clients;
    const QByteArray request
        = RawHttpClient::request("POST", "/v1/chat/completions", {{"Authorization", "Bearer " + m_key}}, body);
    for (int i = 0; i < 1'000; ++i)
        clients.push_back(m_daemon->connect());
    for (const auto &client : clients)
        client->send(request);
    int served = 0;
    int refused = 0;
    for (const auto &client : clients) {
        QVERIFY(client->waitForResponse());
        served += client->response().status == 200 ? 1 : 0;
        refused += errorProblem(client->response(), 429, "budget_exceeded").isEmpty() ? 1 : 0;
    }
    QCOMPARE(served, 10);
    QCOMPARE(refused, 990);
    QCOMPARE(daily()[u"used"].toInteger(), 10 * each);
    QCOMPARE(daily()[u"reserved"].toInteger(), 0);
    const HttpResponse refusal = chat(body);
    QCOMPARE(refusal.header("x-should-retry").value_or(""), QByteArray("false"));
}

void AccountsTest::tooManyRequestsAreWrittenDown()
{
    grant(u"model_endpoint"_s, u"*"_s);
    done({u"limits"_s, u"set"_s, u"--user"_s, u"anna"_s, u"--requests-per-minute"_s, u"1"_s});
    QCOMPARE(chat(chatBody("m:1b", "x")).status, 200);
    const HttpResponse refused = chat(chatBody("m:1b", "x"));
    QCOMPARE(errorProblem(refused, 429, "rate_limit_exceeded"), QByteArray());
    const auto records = [this] { return done({u"usage"_s, u"list"_s, u"--user"_s, u"anna"_s})[u"items"].toArray(); };
    QTRY_COMPARE(records().size(), 2);
    const QString request = QString::fromLatin1(refused.header("x-request-id").value_or("none"));
    const auto isOfRequest = [&request](const QJsonValue &record) {
        return record[u"request_id"] == request && record[u"status"] == u"error"_s;
    };
    QVERIFY(std::ranges::any_of(records(), isOfRequest));
    const auto isNamed = [this](const QJsonValue &entry) {
        return entry[u"action"] == u"request.refused"_s
            && m_key.startsWith(entry[u"actor"].toString().mid(4).toLatin1())
            && entry[u"actor"].toString().startsWith(u"key:");
    };
    QCOMPARE(m_daemon->stop(), QByteArray()); // what a minute has brought is written at its end, or now
    QVERIFY(m_daemon->start());
    QVERIFY(std::ranges::any_of(done({u"audit"_s, u"list"_s})[u"items"].toArray(), isNamed));
}

void AccountsTest::usageIsChargedAndKept()
{
    grant(u"model_endpoint"_s, u"*"_s);
    const QByteArray body = chatBody("m:1b", "exact", limited);
    const qint64 each = reservationOf(body);
    done({u"budget"_s, u"set"_s, u"--user"_s, u"anna"_s, u"--daily"_s, u"100000"_s});
    const HttpResponse whole = chat(body);
    QCOMPARE(whole.status, 200);
    QCOMPARE(whole.header("x-moe-budget-daily-remaining").value_or(""), QByteArray::number(100'000 - each));
    QCOMPARE(daily()[u"used"].toInteger(), each);

    // Who leaves pays for what had come.
    const auto client = m_daemon->connect();
    client->send(RawHttpClient::request("POST", "/v1/chat/completions", {{"Authorization", "Bearer " + m_key}},
                                        chatBody("m:1b", "slow", R"("stream":true)")));
    QVERIFY(client->waitUntil([](const HttpResponse &response) { return framesOf(response).size() > 20; }));
    client->reset();
    QTRY_COMPARE(daily()[u"reserved"].toInteger(), 0);
    const qint64 used = daily()[u"used"].toInteger() - each;
    QVERIFY2(used >= 20 && used < 2'000, QByteArray::number(used).constData());

    QCOMPARE(m_daemon->stop(), QByteArray());
    QVERIFY(m_daemon->start());
    QCOMPARE(daily()[u"used"].toInteger(), used + each);
}

void AccountsTest::killedDaemonLosesNothing()
{
    grant(u"model_endpoint"_s, u"*"_s);
    const QByteArray body = chatBody("m:1b", "exact", limited);
    const qint64 each = reservationOf(body);
    done({u"budget"_s, u"set"_s, u"--user"_s, u"anna"_s, u"--total"_s, u"1000000"_s});
    qint64 expected = 0;
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i <= round; ++i) {
            QCOMPARE(chat(body).status, 200);
            expected += each;
        }
        m_daemon->process().kill(); // at once: what was answered is written down
        QVERIFY(m_daemon->process().waitForExit(std::chrono::seconds(10)));
        QVERIFY(m_daemon->start());
        QCOMPARE(daily()[u"used"].toInteger(), expected);
        QCOMPARE(daily()[u"reserved"].toInteger(), 0);
    }
}

void AccountsTest::killedDaemonChargesWhatWasStreamed()
{
    grant(u"model_endpoint"_s, u"*"_s);
    done({u"budget"_s, u"set"_s, u"--user"_s, u"anna"_s, u"--daily"_s, u"1000000"_s});
    const QByteArray body = chatBody("m:1b", "slow", R"("stream":true)");
    const qint64 prompt = reservationOf(body) - answerTokens;
    const auto client = m_daemon->connect();
    client->send(RawHttpClient::request("POST", "/v1/chat/completions", {{"Authorization", "Bearer " + m_key}}, body));
    constexpr int perSecond = 50;
    QVERIFY(client->waitUntil([](const HttpResponse &response) { return framesOf(response).size() >= 3 * perSecond; },
                              std::chrono::seconds(60)));
    QVERIFY(daily()[u"reserved"].toInteger() > 0);
    const auto generated = [&client] { return framesOf(client->response()).size(); };
    const qint64 before = generated();
    m_daemon->process().kill();
    QVERIFY(m_daemon->process().waitForExit(std::chrono::seconds(10)));
    QVERIFY(client->waitForClose());
    QVERIFY(m_daemon->start());
    const qint64 used = daily()[u"used"].toInteger() - prompt;
    // What came in the last second may be missing; the first piece and the last may be no words.
    const QByteArray figures = QByteArray::number(used) + " of " + QByteArray::number(generated());
    QVERIFY2(used >= before - perSecond - 5 && used <= generated() + 5, figures.constData());
    QCOMPARE(daily()[u"reserved"].toInteger(), 0);
}

void AccountsTest::wrongArguments()
{
    const auto fails = [this](const QStringList &arguments, int status = 1) {
        return m_daemon->moectl(QStringList{u"--json"_s} + arguments).status == status;
    };
    const QStringList user{u"--user"_s, u"anna"_s};
    QVERIFY(
        fails(QStringList{u"permission"_s, u"grant"_s, u"--type"_s, u"nonsense"_s, u"--resource"_s, u"x"_s} + user));
    QVERIFY(fails(QStringList{u"permission"_s, u"grant"_s, u"--type"_s, u"skill"_s, u"--resource"_s, QString(201, u'x')}
                  + user));
    QVERIFY(fails({u"permission"_s, u"list"_s, u"--user"_s, u"nobody"_s}));
    for (const QString &limit : {u"-1"_s, u"9007199254740993"_s, u"1.5"_s, u"many"_s})
        QVERIFY2(fails(QStringList{u"budget"_s, u"set"_s, u"--daily"_s, limit} + user, 2), qPrintable(limit));
    QVERIFY(fails({u"user"_s, u"block"_s, u"nobody"_s}));
}

QTEST_GUILESS_MAIN(AccountsTest)
#include "tst_accounts.moc"
