// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fakeclock.h"
#include "tests/support/processundertest.h"
#include "tests/support/rawhttpclient.h"
#include "tests/support/testdirectory.h"

#include <QTcpServer>
#include <QTest>

#include <csignal>

using namespace moe::test;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

/// Accepts connections and keeps the newest.
struct Server {
    QTcpServer server;
    QTcpSocket *peer = nullptr; // owned by the server

    Server()
    {
        server.listen(QHostAddress::LocalHost);
        QObject::connect(&server, &QTcpServer::newConnection, &server,
                         [this] { peer = server.nextPendingConnection(); });
    }
};

}

class TestSupport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void clockStandsStill()
    {
        FakeClock clock;
        const auto steady = clock.steady();
        const auto system = clock.system();
        QVERIFY(clock.steady() == steady);
        clock.advance(1500ms);
        QVERIFY(clock.steady() - steady == 1500ms);
        QVERIFY(clock.system() - system == 1500ms);
        clock.setSystem(system - 24h);
        QVERIFY(clock.steady() - steady == 1500ms);
        QVERIFY(clock.system() == system - 24h);
    }

    void directoryKeepsFiles()
    {
        QString path;
        {
            const TestDirectory directory;
            path = directory.write(u"a/b/file"_s, "content");
            QVERIFY(directory.contains(u"a/b/file"_s));
            QVERIFY(!directory.contains(u"other"_s));
            QCOMPARE(directory.read(u"a/b/file"_s), "content");
        }
        QVERIFY(!QFileInfo::exists(path));
    }

    void processReportsReadyAndEnds()
    {
        const TestDirectory directory;
        ProcessUnderTest process(u"/bin/sh"_s,
                                 {u"-c"_s,
                                  u"trap 'exit 0' TERM; echo started; echo oops >&2; : > \"$READY\"; "
                                  "while :; do sleep 0.01; done"_s});
        process.setVariable(u"READY"_s, directory.file(u"ready"_s));
        QVERIFY(process.start());
        QVERIFY(process.waitForFile(directory.file(u"ready"_s)));
        QVERIFY(process.waitForOutput("started"));
        QVERIFY(process.waitForOutput("oops"));
        QVERIFY(process.isRunning());
        QVERIFY(process.stop());
        QCOMPARE(process.exitStatus(), 0);
    }

    void processThatEndsEarlyIsNotWaitedFor()
    {
        ProcessUnderTest process(u"/bin/sh"_s, {u"-c"_s, u"exit 3"_s});
        QVERIFY(process.start());
        QElapsedTimer timer;
        timer.start();
        QVERIFY(!process.waitForFile(u"/nonexistent/ready"_s, 60s));
        QVERIFY(timer.durationElapsed() < 30s);
        QCOMPARE(process.exitStatus(), 3);
        ProcessUnderTest missing(u"/nonexistent/program"_s, {});
        QVERIFY(!missing.start());
    }

    void processIsKilledByASignalOrByItsOwner()
    {
        qint64 pid = 0;
        {
            ProcessUnderTest process(u"/bin/sleep"_s, {u"1000"_s});
            QVERIFY(process.start());
            process.kill();
            QVERIFY(process.waitForExit());
            QCOMPARE(process.exitStatus(), -SIGKILL);
            QVERIFY(process.start());
            pid = process.pid();
            QCOMPARE(::kill(pid_t(pid), 0), 0);
        }
        QCOMPARE(::kill(pid_t(pid), 0), -1);
    }

    void responsesAtEveryCut_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::newRow("length") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello") << 200
                                << QByteArray("hello");
        QTest::newRow("empty") << QByteArray("HTTP/1.1 401 \r\ncontent-length:0\r\n\r\n") << 401 << QByteArray();
        QTest::newRow("no body") << QByteArray("HTTP/1.1 204 No Content\r\nX: y\r\n\r\n") << 204 << QByteArray();
        QTest::newRow("chunks") << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                              "3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: z\r\n\r\n")
                                << 200 << QByteArray("abc0123456789");
        QTest::newRow("interim") << QByteArray(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
                                 << 200 << QByteArray("x");
    }
    void responsesAtEveryCut()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        for (qsizetype cut = 0; cut < bytes.size(); ++cut) {
            HttpResponseParser parser;
            parser.feed(bytes.first(cut));
            QVERIFY(!parser.response().isComplete);
            parser.feed(bytes.sliced(cut) + "HTTP");
            QVERIFY(parser.response().isComplete);
            QCOMPARE(parser.error(), "");
            QCOMPARE(parser.response().status, status);
            QCOMPARE(parser.response().body, body);
            QCOMPARE(parser.rest(), "HTTP");
            parser.begin();
            parser.close();
            QCOMPARE(parser.error(), "closed in the middle of a response");
        }
    }

    void wrongResponsesFail_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("status") << QByteArray("HTTP/1.1 20 OK\r\n\r\n");
        QTest::newRow("protocol") << QByteArray("ICY 200 OK\r\n\r\n");
        QTest::newRow("two framings") << QByteArray(
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n");
        QTest::newRow("signed length") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n");
        QTest::newRow("chunk size") << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n");
        QTest::newRow("chunk too long") << QByteArray(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n");
        QTest::newRow("header") << QByteArray("HTTP/1.1 200 OK\r\nNo colon\r\n\r\n");
    }
    void wrongResponsesFail()
    {
        QFETCH(QByteArray, bytes);
        HttpResponseParser parser;
        parser.feed(bytes);
        QVERIFY(!parser.error().isEmpty());
        QVERIFY(!parser.response().isComplete);
    }

    void bodyUntilClose()
    {
        HttpResponseParser parser;
        parser.feed("HTTP/1.0 200 OK\r\n\r\nabc");
        QVERIFY(!parser.response().isComplete);
        parser.close();
        QVERIFY(parser.response().isComplete);
        QCOMPARE(parser.response().body, "abc");
        parser.begin(true);
        parser.feed("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
        QVERIFY(parser.response().isComplete);
    }

    void events()
    {
        const QByteArray body
            = "event: ping\r\ndata: {}\r\n\r\n: beat\n\ndata: one\ndata:two\n\n\n\ndata: unfinished\n";
        QCOMPARE(sseEvents(body), (QList<SseEvent>{{"ping", "{}", {}}, {{}, {}, "beat"}, {{}, "one\ntwo", {}}}));
    }

    void clientExchanges()
    {
        Server server;
        RawHttpClient client;
        QVERIFY(client.connectTo(server.server.serverPort()));
        QTRY_VERIFY(server.peer);
        const QByteArray request = "POST /x HTTP/1.1\r\nHost: localhost\r\nA: b\r\nContent-Length: 4\r\n\r\nbody";
        client.send(RawHttpClient::request("POST", "/x", {{"A", "b"}}, "body"));
        QTRY_COMPARE(server.peer->bytesAvailable(), request.size());
        QCOMPARE(server.peer->readAll(), request);
        server.peer->write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\ndata: one\n\n\r\n");
        QVERIFY(client.waitUntil([](const HttpResponse &response) { return response.events().size() == 1; }));
        QVERIFY(!client.response().isComplete);
        QVERIFY(!client.waitForResponse(20ms));
        server.peer->write("0\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        QVERIFY(client.waitForResponse());
        client.nextResponse();
        QVERIFY(client.waitForResponse());
        QCOMPARE(client.response().status, 404);
        QCOMPARE(client.response().header("CONTENT-length"), "0");
        server.peer->disconnectFromHost();
        QVERIFY(client.waitForClose());
        QVERIFY(!client.isReset());
        QCOMPARE(client.error(), "");
    }

    void clientSeesACutAnswer()
    {
        Server server;
        RawHttpClient client;
        QVERIFY(client.connectTo(server.server.serverPort()));
        QTRY_VERIFY(server.peer);
        server.peer->write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
        server.peer->disconnectFromHost();
        QVERIFY(!client.waitForResponse());
        QVERIFY(client.isClosed());
        QCOMPARE(client.error(), "closed in the middle of a response");
        QCOMPARE(client.response().body, "abc");
    }

    void clientClosesInThreeWays()
    {
        Server server;
        RawHttpClient client;
        QVERIFY(client.connectTo(server.server.serverPort()));
        QTRY_VERIFY(server.peer);
        client.closeSending();
        QTRY_COMPARE(server.peer->state(), QAbstractSocket::UnconnectedState);
        QCOMPARE(server.peer->error(), QAbstractSocket::RemoteHostClosedError);

        server.peer = nullptr;
        RawHttpClient resetting;
        QVERIFY(resetting.connectTo(server.server.serverPort()));
        QTRY_VERIFY(server.peer);
        resetting.reset();
        QTRY_COMPARE(server.peer->state(), QAbstractSocket::UnconnectedState);
    }

    void clientThatReadsNothingFillsTheWindow()
    {
        Server server;
        RawHttpClient client;
        QVERIFY(client.connectTo(server.server.serverPort()));
        QTRY_VERIFY(server.peer);
        client.stopReading();
        constexpr qsizetype size = 32 * 1024 * 1024;
        server.peer->write("HTTP/1.1 200 OK\r\nContent-Length: " + QByteArray::number(size) + "\r\n\r\n");
        server.peer->write(QByteArray(size, 'x'));
        QVERIFY(!client.waitUntil([](const HttpResponse &response) { return response.status != 0; }, 50ms));
        QVERIFY(server.peer->bytesToWrite() > size / 2);
        client.resumeReading();
        QVERIFY(client.waitForResponse());
        QCOMPARE(client.response().body.size(), size);
    }
};

QTEST_GUILESS_MAIN(TestSupport)
#include "tst_support.moc"
