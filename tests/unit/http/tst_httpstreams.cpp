// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/epolldispatcher.h"
#include "tests/support/rawhttpclient.h"
#include "tests/support/testdirectory.h"
#include "tests/unit/http/serverfixture.h"

#include <QSslSocket>
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

class TestHttpStreams : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void headOfAStreamIsAllThatIsSent()
    {
        ServerFixture fixture;
        RawHttpClient client;
        QVERIFY(client.connectTo(fixture.port()));
        client.nextResponse(true);
        client.send(RawHttpClient::request("HEAD", "/stream"));
        QVERIFY(client.waitUntil([](const HttpResponse &response) { return response.status == 200; }));
        fixture.step(); // nobody hears of it
        QVERIFY(client.waitForClose());
        QCOMPARE(client.error(), QByteArray());
        QVERIFY(client.response().body.isEmpty());
        fixture.finish();
        QTRY_COMPARE(fixture.server().activeRequests(), 0);
    }

    void eventsArriveAsTheyAreSent()
    {
        ServerFixture fixture;
        RawHttpClient client;
        QVERIFY(client.connectTo(fixture.port()));
        client.send(get("/stream"));
        QVERIFY(client.waitUntil([](const HttpResponse &response) { return response.status == 200; }));
        QCOMPARE(client.response().header("content-type"), QByteArray("text/event-stream; charset=utf-8"));
        QCOMPARE(client.response().header("cache-control"), QByteArray("no-cache"));
        QCOMPARE(client.response().header("x-accel-buffering"), QByteArray("no"));
        QCOMPARE(client.response().header("x-extra"), QByteArray("1"));
        for (int i = 0; i < 3; ++i) {
            fixture.step();
            QVERIFY(client.waitUntil([i](const HttpResponse &response) { return response.events().size() == i + 1; }));
            QCOMPARE(client.response().chunks, i + 1); // one flush an event
            QCOMPARE(client.response().events().last().data, "{\"step\":" + QByteArray::number(i) + '}');
        }
        client.close();
        QTRY_COMPARE(fixture.gate().count(), 0);
        fixture.step(); // whoever goes on streaming to nobody does no harm
        QCOMPARE(fixture.server().activeRequests(), 1);
        fixture.finish();
        QCOMPARE(fixture.server().activeRequests(), 0);
    }

    void oldProtocolHasNoChunks()
    {
        ServerFixture fixture;
        RawHttpClient client;
        QVERIFY(client.connectTo(fixture.port()));
        QVERIFY(client.exchange("GET /fail HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
        QVERIFY(!client.response().header("transfer-encoding"));
        QCOMPARE(client.response().header("connection"), QByteArray("close"));
        QCOMPARE(client.response().events().size(), 2);
        QVERIFY(client.waitForClose());
    }

    void failedStreamEndsWithItsLastEvent()
    {
        ServerFixture fixture;
        RawHttpClient client;
        QVERIFY(client.connectTo(fixture.port()));
        QVERIFY(client.exchange(get("/fail")));
        const auto events = client.response().events();
        QCOMPARE(events.size(), 2);
        QCOMPARE(events.first().comment, QByteArray("ping"));
        QCOMPARE(events.last().data, QByteArray("{\"error\":1}"));
        QVERIFY(client.waitForClose());
    }

    void abandonedStreamIsCut()
    {
        ServerFixture fixture;
        RawHttpClient client;
        QVERIFY(client.connectTo(fixture.port()));
        client.send(get("/abandon"));
        QVERIFY(client.waitForClose());
        QVERIFY(!client.response().isComplete); // no last chunk: nobody takes it for whole
    }

    void slowReaderHoldsTheHandler()
    {
        ServerFixture fixture;
        RawHttpClient client;
        QVERIFY(client.connectTo(fixture.port()));
        client.stopReading();
        client.send(get("/much"));
        QTRY_VERIFY(fixture.isStreamCongested());
        client.resumeReading();
        QVERIFY(client.waitForResponse(60s));
        QCOMPARE(client.response().events().size(), 1'000);
    }

    void stalledReaderIsCut()
    {
        http::ConnectionLimits limits;
        limits.stallTime = 0s;
        ServerFixture fixture(limits);
        RawHttpClient client;
        QVERIFY(client.connectTo(fixture.port()));
        client.stopReading();
        client.send(get("/much"));
        QTRY_VERIFY(fixture.isStreamCongested());
        QTRY_COMPARE(fixture.gate().count(), 0);
        QTRY_COMPARE(fixture.server().activeRequests(), 0);
    }

    void leavingWhileCongestedStopsTheHandler()
    {
        ServerFixture fixture;
        RawHttpClient client;
        QVERIFY(client.connectTo(fixture.port()));
        client.stopReading();
        client.send(get("/much"));
        QTRY_VERIFY(fixture.isStreamCongested());
        client.reset();
        QTRY_COMPARE(fixture.server().activeRequests(), 0);
        QVERIFY(fixture.records().first().isCancelled);
    }

    void drainLetsRequestsEnd()
    {
        ServerFixture fixture;
        RawHttpClient busy;
        RawHttpClient idle;
        QVERIFY(busy.connectTo(fixture.port()));
        QVERIFY(idle.connectTo(fixture.port()));
        QVERIFY(idle.exchange(get("/echo")));
        busy.send(get("/later?x"));
        QTRY_COMPARE(fixture.server().activeRequests(), 1);
        QCoro::waitFor(fixture.server().drain(std::chrono::steady_clock::now() + 1h));
        QVERIFY(busy.waitForResponse());
        QCOMPARE(busy.response().body, QByteArray("later x"));
        QCOMPARE(busy.response().header("connection"), QByteArray("close"));
        QVERIFY(idle.waitForClose());
        RawHttpClient late;
        QVERIFY(!late.connectTo(fixture.port()));
    }

    void drainStopsWhatTakesTooLong()
    {
        ServerFixture fixture;
        RawHttpClient client;
        QVERIFY(client.connectTo(fixture.port()));
        client.send(get("/wait"));
        QTRY_COMPARE(fixture.waiting(), 1);
        QCoro::waitFor(fixture.server().drain(std::chrono::steady_clock::now()));
        QCOMPARE(fixture.waiting(), 0);
        QVERIFY(client.waitForResponse());
        QCOMPARE(client.response().status, 503);
    }

    void encryptedAsWell()
    {
        TestDirectory directory;
        const QString certificate = directory.file(QStringLiteral("certificate.pem"));
        const QString key = directory.file(QStringLiteral("key.pem"));
        QVERIFY(http::TlsContext::makeSelfSigned(certificate, key,
                                                 {QStringLiteral("localhost"), QStringLiteral("127.0.0.1")}));
        QCOMPARE(QFile::permissions(key) & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
        const auto tls = http::TlsContext::fromFiles(certificate, key);
        QVERIFY(tls);
        QCOMPARE((*tls)->fingerprint().size(), 32 * 3 - 1);

        ServerFixture fixture({}, *tls);
        QSslSocket socket;
        socket.setPeerVerifyMode(QSslSocket::VerifyNone);
        QByteArray received;
        connect(&socket, &QSslSocket::readyRead, &socket, [&] { received += socket.readAll(); });
        socket.connectToHostEncrypted(QStringLiteral("127.0.0.1"), fixture.port());
        const QByteArray body(300'000, 'z');
        socket.write(RawHttpClient::request("POST", "/echo", {}, body));
        QTRY_VERIFY(received.endsWith(body));
        QVERIFY(received.startsWith("HTTP/1.1 200"));
        QCOMPARE(socket.peerCertificate().digest(QCryptographicHash::Sha256).toHex(':').toUpper(),
                 (*tls)->fingerprint().toLatin1());
        received.clear();
        socket.write(get("/echo", {{"Connection", "close"}}));
        QTRY_COMPARE(socket.state(), QAbstractSocket::UnconnectedState);
        QVERIFY(received.endsWith("/echo||||"));

        RawHttpClient plain; // not TLS at all
        QVERIFY(plain.connectTo(fixture.port()));
        plain.send(get("/echo"));
        QVERIFY(plain.waitForClose());
        QCOMPARE(plain.response().status, 0);
    }

    void badCertificatesAreNamed()
    {
        TestDirectory directory;
        const auto missing = http::TlsContext::fromFiles(directory.file(QStringLiteral("no.pem")),
                                                         directory.file(QStringLiteral("no.key")));
        QVERIFY(!missing);
        QVERIFY(missing.error().message.contains(QStringLiteral("no.pem")));
    }
};

int main(int argc, char **argv)
{
    QCoreApplication::setEventDispatcher(new http::EpollDispatcher);
    QCoreApplication application(argc, argv);
    TestHttpStreams test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_httpstreams.moc"
