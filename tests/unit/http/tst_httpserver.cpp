// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/epolldispatcher.h"
#include "tests/support/rawhttpclient.h"
#include "tests/unit/http/serverfixture.h"

#include <QRegularExpression>
#include <QTest>

using namespace moe;
using namespace moe::test;
using namespace std::chrono_literals;

namespace {
QByteArray get(const QByteArray &path, const RawHttpClient::Headers &headers = {})
{
    return RawHttpClient::request("GET", path, headers);
}
}

class TestHttpServer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersWhatWasAsked()
    {
        ServerFixture fixture;
        RawHttpClient client;
        QVERIFY(client.connectTo(fixture.port()));
        QVERIFY(client.exchange(RawHttpClient::request("POST", "/echo?a=b", {{"X-Test", " value "}}, "body")));
        QCOMPARE(client.response().status, 200);
        QCOMPARE(client.response().body, QByteArray("/echo||a=b|value|body"));
        QVERIFY(client.response().header("x-request-id")->startsWith("req_"));
        QVERIFY(client.response().header("date")->endsWith("GMT"));
        QCOMPARE(client.response().header("content-type"), QByteArray("text/plain"));
        QVERIFY(!client.isClosed());
        // Exactly one length: another parser in front of us must not have to choose.
        int lengths = 0;
        for (const auto &[name, value] : client.response().headers)
            lengths += name.toLower() == "content-length";
        QCOMPARE(lengths, 1);

        client.nextResponse();
        QVERIFY(client.exchange(get("/tail/a%40b/c")));
        QCOMPARE(client.response().body, QByteArray("/tail/a%40b/c|a@b/c|||"));
    }

    void manyRequestsOnOneConnection()
    {
        // Answers given at once once made QHttpServer slower with every request.
        ServerFixture fixture;
        RawHttpClient client;
        QVERIFY(client.connectTo(fixture.port()));
        for (int i = 0; i < 300; ++i) {
            client.nextResponse();
            QVERIFY(client.exchange(get(i % 3 ? "/echo" : "/later?x")));
            QCOMPARE(client.response().status, 200);
        }
        QCOMPARE(fixture.records().size(), 300);
    }

    void pipelinedRequestsAreAnsweredInOrder()
    {
        ServerFixture fixture;
        RawHttpClient client;
        QVERIFY(client.connectTo(fixture.port()));
        client.send(get("/later?1") + get("/echo?2") + RawHttpClient::request("POST", "/echo?3", {}, "body")
                    + get("/later?4"));
        for (const QByteArray &expected :
             {QByteArray("later 1"), QByteArray("/echo||2||"), QByteArray("/echo||3||body"), QByteArray("later 4")}) {
            QVERIFY(client.waitForResponse());
            QCOMPARE(client.response().body, expected);
            client.nextResponse();
        }
    }

    void bodyInPieces()
    {
        ServerFixture fixture;
        RawHttpClient client;
        QVERIFY(client.connectTo(fixture.port()));
        client.send("POST /echo HTTP/1.1\r\nHo");
        client.send("st: h\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nab");
        QTest::qWait(0);
        client.send("c\r\n2\r\nde\r\n0\r\nTrailer: x\r\n\r\n");
        QVERIFY(client.waitForResponse());
        QCOMPARE(client.response().body, QByteArray("/echo||||abcde"));
    }

    void largeBody()
    {
        ServerFixture fixture;
        RawHttpClient client;
        QVERIFY(client.connectTo(fixture.port()));
        const QByteArray body(5 * 1024 * 1024, 'b');
        QVERIFY(client.exchange(RawHttpClient::request("POST", "/echo", {}, body)));
        QCOMPARE(client.response().body, "/echo||||" + body);
    }

    void failuresHaveAnAnswer_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<int>("status");
        QTest::newRow("error") << get("/refuse") << 400;
        QTest::newRow("throws at once") << get("/throw") << 500;
        QTest::newRow("throws later") << get("/throwlater") << 500;
        QTest::newRow("no such path") << get("/nothing") << 404;
        QTest::newRow("no such method") << RawHttpClient::request("DELETE", "/echo") << 405;
        QTest::newRow("method nobody knows") << RawHttpClient::request("BREW", "/echo") << 405;
    }
    void failuresHaveAnAnswer()
    {
        QFETCH(QByteArray, request);
        QFETCH(int, status);
        ServerFixture fixture;
        RawHttpClient client;
        QVERIFY(client.connectTo(fixture.port()));
        QVERIFY(client.exchange(request));
        QCOMPARE(client.response().status, status);
        QVERIFY(client.response().header("x-request-id"));
        if (status == 405)
            QCOMPARE(client.response().header("allow"), QByteArray("GET, POST"));
        client.nextResponse();
        QVERIFY(client.exchange(get("/echo"))); // the connection is as good as before
        QCOMPARE(client.response().status, 200);
        QCOMPARE(fixture.records().first().status, status);
    }

    void headHasNoBody()
    {
        ServerFixture fixture;
        RawHttpClient client;
        QVERIFY(client.connectTo(fixture.port()));
        client.nextResponse(true);
        QVERIFY(client.exchange(RawHttpClient::request("HEAD", "/echo")));
        QCOMPARE(client.response().header("content-length"), QByteArray("9"));
        QCOMPARE(client.response().body, QByteArray());
        client.nextResponse();
        QVERIFY(client.exchange(get("/echo")));
        QCOMPARE(client.response().body, QByteArray("/echo||||"));
    }

    void closesWhenAsked_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<bool>("closes");
        QTest::newRow("1.1") << QByteArray("GET /echo HTTP/1.1\r\nHost: h\r\n\r\n") << false;
        QTest::newRow("1.1 close") << QByteArray("GET /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n") << true;
        QTest::newRow("1.0") << QByteArray("GET /echo HTTP/1.0\r\n\r\n") << true;
        QTest::newRow("1.0 keep-alive") << QByteArray("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n") << false;
    }
    void closesWhenAsked()
    {
        QFETCH(QByteArray, request);
        QFETCH(bool, closes);
        ServerFixture fixture;
        RawHttpClient client;
        QVERIFY(client.connectTo(fixture.port()));
        QVERIFY(client.exchange(request));
        QCOMPARE(client.response().body, QByteArray("/echo||||"));
        if (closes) {
            QCOMPARE(client.response().header("connection"), QByteArray("close"));
            QVERIFY(client.waitForClose());
        } else {
            client.nextResponse();
            QVERIFY(client.exchange(get("/echo")));
        }
    }

    void refusedHeadsClose_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("status");
        QTest::newRow("garbage") << QByteArray("\x16\x03\x01 what\n") << 400;
        QTest::newRow("both lengths") << QByteArray(
            "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\nbody")
                                      << 400;
        QTest::newRow("too large") << QByteArray(
            "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\nbegin")
                                   << 413;
        QTest::newRow("bad chunk") << QByteArray(
            "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
                                   << 400;
        QTest::newRow("smuggled second") << get("/echo").chopped(2)
                + "Content-Length : 5\r\n\r\nGET /echo HTTP/1.1\r\n\r\n"
                                         << 400;
    }
    void refusedHeadsClose()
    {
        QFETCH(QByteArray, bytes);
        ServerFixture fixture;
        RawHttpClient client;
        QVERIFY(client.connectTo(fixture.port()));
        QVERIFY(client.exchange(bytes));
        QTEST(client.response().status, "status");
        client.send(get("/echo")); // nothing of what follows is served
        QVERIFY(client.waitForClose());
        QCOMPARE(fixture.records().size(), 0);
    }

    void oversizedChunkedBody()
    {
        http::ConnectionLimits limits;
        limits.request.bodyBytes = 1000;
        ServerFixture fixture(limits);
        RawHttpClient client;
        QVERIFY(client.connectTo(fixture.port()));
        client.send("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1F4\r\n" + QByteArray(500, 'x')
                    + "\r\n1F5\r\n");
        QVERIFY(client.waitForResponse());
        QCOMPARE(client.response().status, 413);
    }

    void unwantedBodiesAreNotRead_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<QByteArray>("begin");
        QTest::addColumn<int>("status");
        const QByteArray length = "Content-Length: 30000000\r\n";
        QTest::newRow("length") << QByteArray("POST /guarded") << length << 200;
        QTest::newRow("chunked") << QByteArray("POST /guarded") << QByteArray("Transfer-Encoding: chunked\r\n") << 200;
        QTest::newRow("asks first") << QByteArray("POST /guarded") << QByteArray("Expect: 100-continue\r\n") + length
                                    << 200;
        QTest::newRow("no such path") << QByteArray("POST /nowhere") << length << 404;
        QTest::newRow("wrong method") << QByteArray("PUT /echo") << length << 405;
    }

    void unwantedBodiesAreNotRead()
    {
        QFETCH(const QByteArray, head);
        QFETCH(const QByteArray, begin);
        QFETCH(const int, status);
        ServerFixture fixture;
        RawHttpClient client;
        QVERIFY(client.connectTo(fixture.port()));
        client.send(head + " HTTP/1.1\r\nHost: h\r\n" + begin + "\r\n");
        QVERIFY(client.waitForResponse());
        QCOMPARE(client.response().status, status);
        QCOMPARE(client.response().header("connection").value_or(""), QByteArray("close"));
        if (status == 200)
            QCOMPARE(client.response().body, QByteArray("/guarded||||"));
        QTRY_COMPARE(fixture.records().size(), 1);
        client.send("1\r\nx\r\n0\r\n\r\nGET /echo HTTP/1.1\r\nHost: h\r\n\r\n"); // of the body, whatever it looks like
        QVERIFY(client.waitForClose());
        QCOMPARE(fixture.records().size(), 1);
    }

    void wantedBodiesAreRead()
    {
        ServerFixture fixture;
        RawHttpClient client;
        QVERIFY(client.connectTo(fixture.port()));
        client.send("POST /guarded HTTP/1.1\r\nHost: h\r\nX-Pass: yes\r\nContent-Length: 4\r\n\r\n");
        client.send("body");
        QVERIFY(client.waitForResponse());
        QCOMPARE(client.response().body, QByteArray("/guarded||||body"));
        // What came with its head is there already: asking would save nothing.
        QVERIFY(client.exchange(RawHttpClient::request("POST", "/guarded", {}, "body")));
        QCOMPARE(client.response().body, QByteArray("/guarded||||body"));
    }

    void continueIsSaidOnce()
    {
        ServerFixture fixture;
        RawHttpClient client;
        QVERIFY(client.connectTo(fixture.port()));
        client.send("POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
        QTRY_COMPARE(client.received(),
                     QByteArray("HTTP/1.1 100 Continue\r\n\r\n").size()); // the parser passes over it
        client.send("body");
        QVERIFY(client.waitForResponse());
        QCOMPARE(client.response().body, QByteArray("/echo||||body"));
    }

    void leavingClientStopsItsRequest_data()
    {
        QTest::addColumn<bool>("isReset");
        QTest::newRow("closed") << false;
        QTest::newRow("reset") << true;
    }
    void leavingClientStopsItsRequest()
    {
        QFETCH(bool, isReset);
        ServerFixture fixture;
        RawHttpClient client;
        QVERIFY(client.connectTo(fixture.port()));
        client.send(get("/wait"));
        QTRY_COMPARE(fixture.waiting(), 1);
        isReset ? client.reset() : client.close();
        QTRY_COMPARE(fixture.waiting(), 0);
        QTRY_COMPARE(fixture.records().size(), 1);
        QVERIFY(fixture.records().first().isCancelled);
        QTRY_COMPARE(fixture.gate().count(), 0);
    }

    void abortedRequestsAreToldWhy()
    {
        ServerFixture fixture;
        RawHttpClient client;
        QVERIFY(client.connectTo(fixture.port()));
        client.send(get("/wait"));
        QTRY_COMPARE(fixture.waiting(), 1);
        fixture.abortWaiting(Error::of(ErrorCode::Unavailable, QStringLiteral("ended")));
        fixture.abortWaiting(Error::of(ErrorCode::Unavailable, QStringLiteral("ended")));
        QVERIFY(client.waitForResponse());
        QCOMPARE(client.response().status, 503);
        QCOMPARE(client.response().body, QByteArray("\"ended\""));
        QCOMPARE(fixture.waiting(), 0);
        QVERIFY(!fixture.records().first().isCancelled);
        fixture.abortWaiting(Error::internal(QStringLiteral("too late")));
        client.nextResponse();
        QVERIFY(client.exchange(get("/echo")));
        QCOMPARE(client.response().status, 200);
    }

    void leavingMidRequestIsHarmless()
    {
        ServerFixture fixture;
        for (const QByteArray &part :
             {QByteArray("GE"), QByteArray("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nhalf")}) {
            RawHttpClient client;
            QVERIFY(client.connectTo(fixture.port()));
            client.send(part);
            QTRY_COMPARE(fixture.gate().count(), 1);
            client.reset();
            QTRY_COMPARE(fixture.gate().count(), 0);
        }
        QCOMPARE(fixture.records().size(), 0);
    }

    void silenceIsNotWaitedForForever()
    {
        http::ConnectionLimits limits;
        limits.headTime = 0s;
        limits.idleTime = 0s;
        ServerFixture fixture(limits);
        RawHttpClient half;
        QVERIFY(half.connectTo(fixture.port()));
        half.send("GET / HT");
        RawHttpClient idle;
        QVERIFY(idle.connectTo(fixture.port()));
        QVERIFY(half.waitForResponse());
        QCOMPARE(half.response().status, 408);
        QVERIFY(half.waitForClose());
        QVERIFY(idle.waitForClose());
        QCOMPARE(idle.received(), 0);
    }

    void tooManyConnectionsAreTurnedAway()
    {
        ServerFixture fixture({}, nullptr, 2);
        RawHttpClient first;
        RawHttpClient second;
        RawHttpClient third;
        QVERIFY(first.connectTo(fixture.port()));
        QVERIFY(second.connectTo(fixture.port()));
        QVERIFY(first.exchange(get("/echo")));
        QVERIFY(second.exchange(get("/echo")));
        QVERIFY(third.connectTo(fixture.port()));
        QVERIFY(third.waitForClose());
        first.close();
        QTRY_COMPARE(fixture.gate().count(), 1);
        RawHttpClient fourth;
        QVERIFY(fourth.connectTo(fixture.port()));
        QVERIFY(fourth.exchange(get("/echo")));
    }

    void portsAreProvenFree()
    {
        ServerFixture fixture;
        const auto taken = http::ListeningSocket::openShared(QHostAddress::LocalHost, fixture.port(), 1);
        QVERIFY(!taken);
        QCOMPARE(taken.error().code, ErrorCode::Conflict);
        QVERIFY(taken.error().message.contains(QString::number(fixture.port())));
    }
};

int main(int argc, char **argv)
{
    QCoreApplication::setEventDispatcher(new http::EpollDispatcher);
    QCoreApplication application(argc, argv);
    TestHttpServer test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_httpserver.moc"
