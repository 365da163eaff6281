// SPDX-License-Identifier: Apache-2.0
// Whatever a client sends: a clear 4xx or a closed connection, others served on, no key in the log.
#include "tests/integration/daemonfixture.h"

#include <QRandomGenerator>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe::test;

namespace {

constexpr qsizetype mebibyte = 1024 * 1024;

QByteArray chunked(const QByteArray &body, qsizetype size)
{
    QByteArray text;
    for (qsizetype at = 0; at < body.size(); at += size) {
        const QByteArray piece = body.mid(at, size);
        text += QByteArray::number(piece.size(), 16) + "\r\n" + piece + "\r\n";
    }
    return text + "0\r\n\r\n";
}

}

class BadInputTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void wrongDocuments_data();
    void wrongDocuments();
    void wrongPathsAndMethods();
    void wrongHeads_data();
    void wrongHeads();
    void smuggledRequestIsNotServed();
    void halfRequestAndSilence();
    void garbageOnManyConnections();
    void largeBodies();
    void largeBodyWithoutKey();
    void largeBodyDelaysNobody();
    void closesWhenAsked();
    void answersPipelinedInOrder();
    void continuesWhenExpected();
    void headHasNoBody();
    void keyInStrangePlaces();

private:
    [[nodiscard]] QByteArray headers() const { return "Host: x\r\nAuthorization: Bearer " + m_daemon.key() + "\r\n"; }

    DaemonFixture m_daemon;
};

void BadInputTest::initTestCase()
{
    m_daemon.addNode(u"one"_s, R"({"profile":"openai","models":[{"name":"m:1b","context_length":10000000}]})",
                     R"("parallel":64)");
    m_daemon.addArguments({u"--max-connections"_s, u"5000"_s});
    QVERIFY(m_daemon.start());
}

void BadInputTest::cleanupTestCase()
{
    QCOMPARE(m_daemon.chat(chatBody("m:1b", "still there?")).status, 200);
    QCOMPARE(m_daemon.stop(), QByteArray());
}

void BadInputTest::wrongDocuments_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("param");
    const auto chat = [](const char *name, const QByteArray &body, const QByteArray &param) {
        QTest::newRow(name) << QByteArray("/v1/chat/completions") << body << param;
    };
    chat("nothing", "", "");
    chat("no JSON", "hello", "");
    chat("unfinished", R"({"model":"m:1b","messages":[)", "");
    chat("two documents", chatBody("m:1b", "x") + chatBody("m:1b", "x"), "");
    chat("an array", "[]", "body");
    chat("trailing comma", R"({"model":"m:1b","messages":[{"role":"user","content":"x"}],})", "");
    chat("invalid UTF-8", chatBody("m:1b", "\xff\xfe"), "");
    chat("nested deeply", QByteArray("[").repeated(100'000), "");
    chat("no model", R"({"messages":[{"role":"user","content":"x"}]})", "model");
    chat("model is a number", R"({"model":1,"messages":[{"role":"user","content":"x"}]})", "model");
    chat("no messages", R"({"model":"m:1b"})", "messages");
    chat("messages are text", R"({"model":"m:1b","messages":"x"})", "messages");
    chat("empty messages", R"({"model":"m:1b","messages":[]})", "messages");
    chat("unknown role", R"({"model":"m:1b","messages":[{"role":"king","content":"x"}]})", "messages[0].role");
    chat("content is a number", R"({"model":"m:1b","messages":[{"role":"user","content":7}]})", "messages[0].content");
    chat("stream is text", chatBody("m:1b", "x", R"("stream":"yes")"), "stream");
    chat("temperature is text", chatBody("m:1b", "x", R"("temperature":"hot")"), "temperature");
    chat("temperature too high", chatBody("m:1b", "x", R"("temperature":99)"), "temperature");
    chat("negative max_tokens", chatBody("m:1b", "x", R"("max_tokens":-1)"), "max_tokens");
    chat("tools are an object", chatBody("m:1b", "x", R"("tools":{})"), "tools");
    QTest::newRow("no prompt") << QByteArray("/v1/completions") << QByteArray(R"({"model":"m:1b"})")
                               << QByteArray("prompt");
    QTest::newRow("no input") << QByteArray("/v1/embeddings") << QByteArray(R"({"model":"m:1b"})")
                              << QByteArray("input");
    QTest::newRow("input is a number") << QByteArray("/v1/embeddings") << QByteArray(R"({"model":"m:1b","input":3})")
                                       << QByteArray("input");
}

void BadInputTest::wrongDocuments()
{
    QFETCH(const QByteArray, path);
    QFETCH(const QByteArray, body);
    QFETCH(const QByteArray, param);
    const HttpResponse response = m_daemon.post(path, body);
    const QByteArray code = jsonOf(response)[u"error"][u"code"].toString().toUtf8();
    QCOMPARE(errorProblem(response, 400, code), QByteArray());
    if (!param.isEmpty())
        QCOMPARE(jsonOf(response)[u"error"][u"param"].toString().toUtf8(), param);
}

void BadInputTest::wrongPathsAndMethods()
{
    for (const QByteArray &path : {"/"_ba, "/v1"_ba, "/v1/chat"_ba, "/v1/chat/completions/"_ba, "/../etc/passwd"_ba,
                                   "/v1/models%00"_ba, "/%ff"_ba}) {
        const HttpResponse response = m_daemon.get(path);
        QVERIFY2(response.status == 404 || response.status == 400,
                 QByteArray(path + ": " + QByteArray::number(response.status)).constData());
        QVERIFY(response.header("x-request-id"));
    }
    const std::tuple<QByteArray, QByteArray, QByteArray> wrong[] = {{"GET", "/v1/chat/completions", "POST"},
                                                                    {"PUT", "/v1/embeddings", "POST"},
                                                                    {"DELETE", "/v1/models", "GET"},
                                                                    {"POST", "/health", "GET"},
                                                                    {"BREW", "/v1/models", "GET"}};
    for (const auto &[method, path, allowed] : wrong) {
        const auto client = m_daemon.connect();
        QVERIFY(client->exchange(RawHttpClient::request(method, path, m_daemon.authorization())));
        QCOMPARE(
            errorProblem(client->response(), 405, jsonOf(client->response())[u"error"][u"code"].toString().toUtf8()),
            QByteArray());
        QVERIFY(client->response().header("allow").value_or("").contains(allowed));
    }
}

void BadInputTest::wrongHeads_data()
{
    QTest::addColumn<QByteArray>("request");
    const QByteArray post = "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n";
    const QByteArray known = "POST /v1/chat/completions HTTP/1.1\r\n" + headers(); // without a key no body is read
    const auto add = [](const char *name, const QByteArray &request) { QTest::newRow(name) << request; };
    add("two lengths", post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}");
    add("the same length twice", post + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}");
    add("a list of lengths", post + "Content-Length: 2, 2\r\n\r\n{}");
    add("plus sign", post + "Content-Length: +2\r\n\r\n{}");
    add("minus sign", post + "Content-Length: -1\r\n\r\n{}");
    add("overflow", post + "Content-Length: 18446744073709551618\r\n\r\n{}");
    add("hexadecimal", post + "Content-Length: 0x2\r\n\r\n{}");
    add("empty length", post + "Content-Length: \r\n\r\n{}");
    add("length beside chunked", post + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    add("chunked beside length", post + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n");
    add("chunked twice", post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n");
    add("disguised chunked", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n");
    add("space before the colon", "GET /health HTTP/1.1\r\nHost : x\r\n\r\n");
    add("folded header", "GET /health HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n");
    add("bare LF", "GET /health HTTP/1.1\nHost: x\n\n");
    add("bare LF once", "GET /health HTTP/1.1\r\nHost: x\nA: b\r\n\r\n");
    add("bare CR", "GET /health HTTP/1.1\r\nHost: x\rA: b\r\n\r\n");
    add("NUL", "GET /health HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n"_ba);
    add("no Host", "GET /health HTTP/1.1\r\n\r\n");
    add("two Hosts", "GET /health HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n");
    add("no version", "GET /health\r\nHost: x\r\n\r\n");
    add("a strange version", "GET /health HTTP/1.7.2\r\nHost: x\r\n\r\n");
    add("no colon", "GET /health HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n");
    add("wrong chunk size", known + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n");
    add("signed chunk size", known + "Transfer-Encoding: chunked\r\n\r\n+2\r\n{}\r\n0\r\n\r\n");
    add("chunk longer than told", known + "Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n");
    add("TLS", QByteArray::fromHex("160301020001000001fc0303") + QByteArray(64, 'x') + "\r\n\r\n");
}

void BadInputTest::wrongHeads()
{
    QFETCH(const QByteArray, request);
    const auto client = m_daemon.connect();
    QVERIFY2(client->exchange(request), client->error().constData());
    QVERIFY2(client->response().status == 400 || client->response().status == 501, client->response().body.constData());
    QVERIFY(jsonOf(client->response())[u"error"][u"message"].isString());
    QVERIFY(client->response().header("x-request-id"));
    client->close();
    QVERIFY(client->waitForClose());
}

/// What hides behind an ambiguous head never reaches a handler.
void BadInputTest::smuggledRequestIsNotServed()
{
    const qsizetype before = qsizetype(m_daemon.node(0).state.records().back().id);
    const QByteArray hidden = m_daemon.chatRequest(chatBody("m:1b", "smuggled"));
    const auto client = m_daemon.connect();
    client->send("POST /v1/models HTTP/1.1\r\n" + headers() + "Content-Length: " + QByteArray::number(hidden.size())
                 + "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden);
    QVERIFY(client->waitForResponse());
    QCOMPARE(client->response().status, 400);
    QVERIFY(client->waitForClose());
    for (const auto &record : m_daemon.node(0).state.records())
        QVERIFY(qsizetype(record.id) <= before || !record.request.body.contains("smuggled"));
}

void BadInputTest::halfRequestAndSilence()
{
    std::vector<DaemonFixture::ClientPtr> clients;
    const QByteArray whole = m_daemon.chatRequest(chatBody("m:1b", "x"));
    for (qsizetype i = 0; i < whole.size() - 1; i += 3) {
        clients.push_back(m_daemon.connect());
        clients.back()->send(whole.first(i));
    }
    for (int i = 0; i < 10; ++i)
        QCOMPARE(m_daemon.chat(chatBody("m:1b", "x")).status, 200);
    for (const auto &client : clients)
        QCOMPARE(client->response().status, 0);
    // Whoever goes on in time is served.
    clients.back()->send(whole.last(whole.size() - (whole.size() - 2) / 3 * 3));
    QVERIFY(clients.back()->waitForResponse());
    QCOMPARE(clients.back()->response().status, 200);
}

void BadInputTest::garbageOnManyConnections()
{
    constexpr quint32 seed = 4711;
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    std::vector<DaemonFixture::ClientPtr> clients;
    for (int i = 0; i < 1'000; ++i) {
        clients.push_back(m_daemon.connect());
        QByteArray garbage(random.bounded(1, 2'000), Qt::Uninitialized);
        for (char &c : garbage)
            c = char(random.bounded(256));
        clients.back()->send((random.bounded(2) == 0 ? "POST /v1/chat/completions HTTP/1.1\r\n"_ba + headers() : ""_ba)
                             + garbage + "\r\n\r\n");
        if (i % 50 == 0)
            QCOMPARE(m_daemon.chat(chatBody("m:1b", "x")).status, 200);
    }
    for (const auto &client : clients) {
        QVERIFY(client->waitUntil([](const HttpResponse &response) { return response.isComplete; }));
        QVERIFY2(client->response().status >= 400 && client->response().status < 500,
                 client->response().body.constData());
    }
    clients.clear();
    QCOMPARE(m_daemon.chat(chatBody("m:1b", "x")).status, 200);
}

void BadInputTest::largeBodies()
{
    const QByteArray passes = chatBody("m:1b", QByteArray("large ").repeated(5 * mebibyte / 6));
    QVERIFY(passes.size() > 5'000'000);
    QCOMPARE(m_daemon.chat(passes).status, 200);
    QCOMPARE(m_daemon.node(0).state.records().back().request.body.size(), passes.size());
    const auto client = m_daemon.connect();
    const QByteArray head = "POST /v1/chat/completions HTTP/1.1\r\n" + headers();
    QVERIFY(client->exchange(head + "Transfer-Encoding: chunked\r\n\r\n" + chunked(passes, 10'000)));
    QCOMPARE(client->response().status, 200);

    const QByteArray refused(33 * mebibyte, 'x');
    for (const QByteArray &request :
         {QByteArray(head + "Content-Length: " + QByteArray::number(refused.size()) + "\r\n\r\n" + refused),
          QByteArray(head + "Transfer-Encoding: chunked\r\n\r\n" + chunked(refused, mebibyte))}) {
        const auto large = m_daemon.connect();
        QVERIFY(large->exchange(request, std::chrono::seconds(30)));
        QCOMPARE(errorProblem(large->response(), 413, "request_too_large"), QByteArray());
    }
}

/// The bound is generous here; the benchmark has the figure.
/// Whoever has no key is told so before anything large is read.
void BadInputTest::largeBodyWithoutKey()
{
    for (const QByteArray &credentials : QByteArrayList{"", "Authorization: Bearer moe-sk-wrong\r\n"}) {
        const auto client = m_daemon.connect();
        client->send("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n" + credentials
                     + "Content-Length: 30000000\r\n\r\n" + QByteArray(100'000, ' '));
        QVERIFY(client->waitForResponse());
        QCOMPARE(errorProblem(client->response(), 401, "invalid_api_key"), QByteArray());
        QVERIFY(client->waitForClose());
    }
}

void BadInputTest::largeBodyDelaysNobody()
{
    const QByteArray large = m_daemon.chatRequest(chatBody("m:1b", QByteArray("large ").repeated(5 * mebibyte / 6)));
    const auto sender = m_daemon.connect();
    const auto other = m_daemon.connect();
    const QByteArray small = RawHttpClient::request("GET", "/health");
    for (qsizetype at = 0; at < large.size(); at += 256 * 1024) {
        sender->send(large.mid(at, 256 * 1024));
        QVERIFY(other->exchange(small));
        QCOMPARE(other->response().status, 200);
    }
    QVERIFY(sender->waitForResponse());
    QCOMPARE(sender->response().status, 200);
}

void BadInputTest::closesWhenAsked()
{
    for (const QByteArray &request :
         {QByteArray("GET /v1/models HTTP/1.1\r\nConnection: close\r\n" + headers() + "\r\n"),
          QByteArray("GET /v1/models HTTP/1.0\r\n" + headers() + "\r\n")}) {
        const auto client = m_daemon.connect();
        QVERIFY(client->exchange(request));
        QCOMPARE(client->response().status, 200);
        QVERIFY(client->waitForClose());
    }
    const auto stream = m_daemon.connect();
    const QByteArray body = chatBody("m:1b", "x", R"("stream":true)");
    stream->send("POST /v1/chat/completions HTTP/1.0\r\n" + headers()
                 + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    QVERIFY(stream->waitForClose());
    QVERIFY(!stream->response().header("transfer-encoding"));
    QVERIFY2(endsProperly(stream->response()), stream->response().body.constData());
}

void BadInputTest::answersPipelinedInOrder()
{
    const auto client = m_daemon.connect();
    QByteArray requests;
    for (int i = 0; i < 20; ++i) {
        requests += i % 2 == 0 ? m_daemon.chatRequest(chatBody("m:1b", "x")) : RawHttpClient::request("GET", "/health");
        requests += i % 5 == 4 ? RawHttpClient::request("GET", "/nothing") : QByteArray();
    }
    client->nextResponse();
    client->send(requests);
    for (int i = 0; i < 20; ++i) {
        QVERIFY2(client->waitForResponse(), client->error().constData());
        QCOMPARE(client->response().status, 200);
        QCOMPARE(client->response().body.contains("choices"), i % 2 == 0);
        client->nextResponse();
        if (i % 5 == 4) {
            QVERIFY(client->waitForResponse());
            QCOMPARE(client->response().status, 404);
            client->nextResponse();
        }
    }
}

void BadInputTest::continuesWhenExpected()
{
    const QByteArray body = chatBody("m:1b", "x");
    const auto client = m_daemon.connect();
    client->send("POST /v1/chat/completions HTTP/1.1\r\n" + headers()
                 + "Expect: 100-continue\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n");
    QTRY_VERIFY(client->received() >= 25);
    if (client->response().status == 100)
        client->nextResponse();
    client->send(body);
    QVERIFY(
        client->waitUntil([](const HttpResponse &response) { return response.status == 200 && response.isComplete; }));
}

void BadInputTest::headHasNoBody()
{
    const auto client = m_daemon.connect();
    for (int i = 0; i < 3; ++i) {
        QVERIFY(client->exchange(RawHttpClient::request("HEAD", "/v1/models", m_daemon.authorization())));
        QCOMPARE(client->response().status, 200);
        QVERIFY(client->response().body.isEmpty());
        QVERIFY(client->response().header("content-length").value_or("0").toInt() > 0);
        QVERIFY(client->exchange(RawHttpClient::request("GET", "/v1/models", m_daemon.authorization())));
        QVERIFY(!client->response().body.isEmpty());
    }
}

/// The fixture searches all output for the key at the end.
void BadInputTest::keyInStrangePlaces()
{
    const QByteArray &key = m_daemon.key();
    for (const QByteArray &path : QByteArrayList{"/v1/models?api_key=" + key, "/" + key, "/v1/models/" + key})
        QVERIFY(!m_daemon.get(path).body.isEmpty());
    QVERIFY(!m_daemon.chat(chatBody(key, "x")).body.isEmpty());
    QVERIFY(!m_daemon.chat("{\"" + key).body.isEmpty());
    QCOMPARE(m_daemon.outputProblem(), QByteArray());
}

QTEST_GUILESS_MAIN(BadInputTest)
#include "tst_badinput.moc"
