// SPDX-License-Identifier: Apache-2.0
// Faults, and what the node notices of its clients, over real sockets.
#include "tests/simnode/rawclient.h"
#include "tests/simnode/simnode.h"

#include <QElapsedTimer>
#include <QJsonDocument>
#include <QScopeGuard>
#include <QTest>

#include <cerrno>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace Qt::StringLiterals;
using namespace moe::sim;

class SimNodeFaultsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cutsAfterBytes();
    void resets();
    void strikesBeforeTheHead_data();
    void strikesBeforeTheHead();
    void stallsUntilTheClientGoes();
    void sendsGarbage();
    void answersStatus();
    void probesFailToo();
    void slowHeaders();
    void errorInStream();
    void endlessOutputHonoursBackPressure();
    void closesAfterPromisingKeepAlive();
    void noticesClientsGoing_data();
    void noticesClientsGoing();

private:
    void start(const QByteArray &json);
    [[nodiscard]] quint16 port() const { return m_node->serverPort(); }
    [[nodiscard]] NodeState &state() const { return m_node->node().state; }
    [[nodiscard]] Outcome lastOutcome() const { return state().records().back().outcome; }
    void ask(RawClient &client, const QByteArray &more = {}) const;

    std::unique_ptr<SimNode> m_node;
};

namespace {

constexpr auto answer = R"({"models":[{"name":"m"}],"rules":[{"answer":"one two three four","fault":)";

QByteArray withFault(const QByteArray &fault) { return answer + fault + "}]}"; }

}

void SimNodeFaultsTest::start(const QByteArray &json)
{
    QJsonParseError error;
    const auto document = QJsonDocument::fromJson(json, &error);
    QVERIFY2(document.isObject(), qPrintable(error.errorString()));
    auto node = SimNode::start(document.object());
    QVERIFY2(node, node ? "" : qPrintable(node.error().message));
    m_node = std::move(*node);
}

void SimNodeFaultsTest::ask(RawClient &client, const QByteArray &more) const
{
    client.sendRequest("POST", "/api/chat", R"({"model":"m","messages":[{"role":"user","content":"x"}])" + more + "}");
}

void SimNodeFaultsTest::cutsAfterBytes()
{
    for (const int at : {0, 1, 150, 200}) {
        start(withFault(R"({"cut_after_bytes":)" + QByteArray::number(at) + "}"));
        RawClient client(port());
        ask(client);
        const auto reply = client.reply();
        QCOMPARE(reply.status, 200);
        QCOMPARE(reply.body.size(), at);
        QVERIFY(!reply.isWhole);
        QCOMPARE(client.socket.error(), QAbstractSocket::RemoteHostClosedError);
        QCOMPARE(lastOutcome(), Outcome::Cut);
        QCOMPARE(state().records().back().bodyBytesSent, at);
    }
    start(withFault(R"({"cut_after_bytes":20})"));
    RawClient client(port());
    ask(client, R"(,"stream":false)");
    QCOMPARE(client.reply().body.size(), 20);
}

void SimNodeFaultsTest::resets()
{
    start(withFault(R"({"reset_at_byte":30})"));
    // Not a QTcpSocket: it reports an orderly end and a reset alike.
    const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto closing = qScopeGuard([client] { ::close(client); });
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    QCOMPARE(::connect(client, reinterpret_cast<const sockaddr *>(&address), sizeof(address)), 0);
    const QByteArray body = R"({"model":"m","messages":[{"role":"user","content":"x"}]})";
    const QByteArray request = "POST /api/chat HTTP/1.1\r\nHost: h\r\nContent-Length: "
        + QByteArray::number(body.size()) + "\r\n\r\n" + body;
    QCOMPARE(::send(client, request.constData(), size_t(request.size()), 0), request.size());
    QByteArray received;
    std::array<char, 4096> buffer;
    int error = 0;
    QVERIFY(QTest::qWaitFor([&] {
        const auto count = ::recv(client, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count > 0)
            received.append(buffer.data(), count);
        error = count < 0 && errno != EAGAIN ? errno : 0;
        return count == 0 || error != 0;
    }));
    QCOMPARE(error, ECONNRESET);
    QCOMPARE(parseReply(received).body.size(), 30);
    QCOMPARE(lastOutcome(), Outcome::Reset);
    QCOMPARE(state().liveGenerations(), 0);
}

void SimNodeFaultsTest::strikesBeforeTheHead_data()
{
    QTest::addColumn<QByteArray>("fault");
    QTest::addColumn<QByteArray>("received");
    QTest::newRow("cut") << R"({"cut_after_bytes":-1})"_ba << ""_ba;
    QTest::newRow("reset") << R"({"reset_at_byte":-1})"_ba << ""_ba;
    QTest::newRow("garbage") << R"({"garbage_at_byte":-1})"_ba << FaultGate::garbage().toByteArray();
}

void SimNodeFaultsTest::strikesBeforeTheHead()
{
    QFETCH(QByteArray, fault);
    start(withFault(fault));
    for (const QByteArray &stream : {"true"_ba, "false"_ba}) {
        RawClient client(port());
        ask(client, ",\"stream\":" + stream);
        QVERIFY(client.waitForClose());
        QTEST(client.received, "received");
        QCOMPARE(state().records().back().status, 0);
    }
}

void SimNodeFaultsTest::stallsUntilTheClientGoes()
{
    for (const int at : {-1, 0, 150}) {
        start(withFault(R"({"stall_at_byte":)" + QByteArray::number(at) + "}"));
        RawClient client(port());
        ask(client);
        QTRY_COMPARE(state().liveGenerations(), 1);
        if (at >= 0)
            QVERIFY(client.waitForBytes("Transfer-Encoding"));
        QTRY_COMPARE(parseReply(client.received).body.size(), std::max(0, at));
        QCOMPARE(lastOutcome(), Outcome::Running);
        client.socket.abort();
        QTRY_COMPARE(state().liveGenerations(), 0);
        QCOMPARE(lastOutcome(), Outcome::ClientGone);
    }
}

void SimNodeFaultsTest::sendsGarbage()
{
    start(withFault(R"({"garbage_at_byte":40})"));
    RawClient client(port());
    ask(client);
    const auto reply = client.reply();
    QVERIFY(reply.isWhole);
    QCOMPARE(reply.body.sliced(40, 32), FaultGate::garbage());
    QCOMPARE(reply.frames().size(), 5); // 5 of 6 lines are still JSON
}

void SimNodeFaultsTest::answersStatus()
{
    start(withFault(R"({"status":503,"retry_after":7,"message":"simulated overload","times":1})"));
    RawClient client(port());
    ask(client);
    const auto reply = client.reply();
    QCOMPARE(reply.status, 503);
    QCOMPARE(reply.header("Retry-After"), "7");
    QCOMPARE(reply.json()["error"_L1].toString(), u"simulated overload");
    client.received.clear();
    ask(client);
    QCOMPARE(client.reply().status, 200); // the same connection goes on, the fault is used up
}

void SimNodeFaultsTest::probesFailToo()
{
    start(R"({"fault":{"status":500,"scope":"all"}})");
    QCOMPARE(get(port(), "/api/tags").status, 500);
    QCOMPARE(get(port(), "/v1/models").status, 500);
    QCOMPARE(post(port(), "/sim/config", R"({"fault":{"status":500}})").status, 200);
    QCOMPARE(get(port(), "/api/tags").status, 200);
    QCOMPARE(post(port(), "/sim/config", R"({"fault":{"cut_after_bytes":5,"scope":"all"}})").status, 200);
    const auto cut = get(port(), "/api/version");
    QCOMPARE(cut.body.size(), 5);
    QVERIFY(!cut.isWhole);
}

void SimNodeFaultsTest::slowHeaders()
{
    start(withFault(R"({"slow_headers_ms":80})"));
    RawClient client(port());
    QElapsedTimer timer;
    timer.start();
    ask(client);
    QVERIFY(client.waitForBytes("HTTP/1.1 200"));
    QVERIFY(timer.elapsed() >= 79);
}

void SimNodeFaultsTest::errorInStream()
{
    start(withFault(R"({"error_in_stream_after":2,"message":"out of memory"})"));
    RawClient client(port());
    ask(client);
    const auto reply = client.reply();
    QVERIFY(reply.isWhole);
    QCOMPARE(reply.frames().size(), 3);
    QCOMPARE(reply.frames()[2]["error"_L1].toString(), u"out of memory");
    const auto events = post(port(), "/v1/chat/completions",
                             R"({"model":"m","stream":true,"messages":[{"role":"user","content":"x"}]})");
    QCOMPARE(events.frames()[2]["error"_L1]["message"_L1].toString(), u"out of memory");
    QVERIFY(!events.body.contains("[DONE]"));
}

void SimNodeFaultsTest::endlessOutputHonoursBackPressure()
{
    start(withFault(R"({"endless":true})"));
    for (const QByteArray &stream : {"true"_ba, "false"_ba}) {
        RawClient client(port());
        client.socket.setReadBufferSize(1024); // then Qt leaves the rest with the kernel
        QObject::disconnect(&client.socket, &QTcpSocket::readyRead, nullptr, nullptr);
        ask(client, ",\"stream\":" + stream);
        QTRY_COMPARE(state().liveGenerations(), 1);
        const auto sent = [this] { return state().records().empty() ? 0 : state().records().back().bodyBytesSent; };
        qint64 before = -1;
        QTRY_VERIFY_WITH_TIMEOUT(sent() > 100'000 && std::exchange(before, sent()) == sent(), 20'000);
        QVERIFY(sent() < 32 * 1024 * 1024);
        QCOMPARE(state().liveGenerations(), 1);
        client.socket.abort();
        QTRY_COMPARE(state().liveGenerations(), 0);
        QCOMPARE(lastOutcome(), Outcome::ClientGone);
    }
}

void SimNodeFaultsTest::closesAfterPromisingKeepAlive()
{
    start(withFault(R"({"close_after_answer":true})"));
    RawClient client(port());
    ask(client);
    QVERIFY(client.waitForClose());
    const auto reply = parseReply(client.received);
    QVERIFY(reply.isWhole);
    QCOMPARE(reply.header("Connection"), "keep-alive");
    QCOMPARE(lastOutcome(), Outcome::Completed);
}

void SimNodeFaultsTest::noticesClientsGoing_data()
{
    QTest::addColumn<QByteArray>("config");
    QTest::newRow("loading") << R"({"models":[{"name":"m","load_ms":60000}]})"_ba;
    QTest::newRow("first token") << R"({"models":[{"name":"m","first_token_ms":60000}]})"_ba;
    QTest::newRow("streaming") << R"({"models":[{"name":"m","tokens_per_second":5}]})"_ba;
    QTest::newRow("slow headers") << withFault(R"({"slow_headers_ms":60000})");
}

void SimNodeFaultsTest::noticesClientsGoing()
{
    QFETCH(QByteArray, config);
    start(config);
    for (int i = 0; i < 5; ++i) {
        RawClient client(port());
        ask(client);
        QTRY_COMPARE(state().liveGenerations(), 1);
        QElapsedTimer timer;
        timer.start();
        client.socket.abort();
        QVERIFY(QTest::qWaitFor([this] { return state().liveGenerations() == 0; }));
        QVERIFY2(timer.elapsed() < 50, qPrintable(QString::number(timer.elapsed())));
        QTRY_COMPARE(state().connections(), 0);
    }
    QCOMPARE(state().peakLiveGenerations(), 1);
}

QTEST_GUILESS_MAIN(SimNodeFaultsTest)
#include "tst_simnodefaults.moc"
