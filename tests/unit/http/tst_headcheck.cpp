// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/headcheck.h"

#include <QRandomGenerator>
#include <QTest>

using namespace moe::http;

namespace {

const QByteArray host = "Host: h\r\n";

/// 0: accepted, -1: more is needed, else the status it is refused with.
int verdict(const QByteArray &bytes, const RequestLimits &limits = {})
{
    qsizetype scanned = 0;
    const auto head = checkHead(bytes, scanned, limits);
    if (!head)
        return head.error().status;
    return *head ? 0 : -1;
}

}

class TestHeadCheck : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void heads_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("expected");
        const auto row
            = [](const char *name, const QByteArray &bytes, int expected) { QTest::newRow(name) << bytes << expected; };
        const QByteArray post = "POST /x HTTP/1.1\r\n" + host;
        row("plain", "GET / HTTP/1.1\r\nHost: h\r\n\r\n", 0);
        row("incomplete", "GET / HTTP/1.1\r\nHost: h\r\n", -1);
        row("nothing", "", -1);
        row("http 1.0 without host", "GET / HTTP/1.0\r\n\r\n", 0);
        row("options of the server", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", 0);
        row("empty header value", "GET / HTTP/1.1\r\nHost: h\r\nX-Y:\r\n\r\n", 0);
        row("tab around a value", "GET / HTTP/1.1\r\nHost: h\r\nX-Y:\t1 \t\r\n\r\n", 0);
        row("length", post + "Content-Length: 5\r\n\r\n", 0);
        row("length zero", post + "Content-Length: 0\r\n\r\n", 0);
        row("chunked", post + "Transfer-Encoding: chunked\r\n\r\n", 0);
        row("chunked, other case", post + "transfer-ENCODING: Chunked\r\n\r\n", 0);
        row("high bytes in a value", post + "X: \xC3\xA4\r\n\r\n", 0);

        row("missing host", "GET / HTTP/1.1\r\nX: y\r\n\r\n", 400);
        row("two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400);
        row("host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400);
        row("length and chunked", post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400);
        row("chunked and length", post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 400);
        row("two lengths", post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", 400);
        row("two equal lengths", post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", 400);
        row("length list", post + "Content-Length: 5, 5\r\n\r\n", 400);
        row("negative length", post + "Content-Length: -1\r\n\r\n", 400);
        row("signed length", post + "Content-Length: +5\r\n\r\n", 400);
        row("hexadecimal length", post + "Content-Length: 0x5\r\n\r\n", 400);
        row("empty length", post + "Content-Length:\r\n\r\n", 400);
        row("overflowing length", post + "Content-Length: 18446744073709551621\r\n\r\n", 400);
        row("length over the limit", post + "Content-Length: 34603008\r\n\r\n", 413);
        row("space before the colon", post + "Content-Length : 5\r\n\r\n", 400);
        row("continuation line", post + "X: a\r\n b\r\n\r\n", 400);
        row("no colon", post + "Nonsense\r\n\r\n", 400);
        row("empty name", post + ": x\r\n\r\n", 400);
        row("control character", post + "X: a\x01\r\n\r\n", 400);
        row("nul", post + QByteArray("X: a\0b\r\n\r\n", 10), 400);
        row("bare carriage return", post + "X: a\rb\r\n\r\n", 400);
        row("bare line feed in the request line", "GET / HTTP/1.1\nHost: h\r\n\r\n", 400);
        row("bare line feed after a header", "GET / HTTP/1.1\r\nHost: h\n\r\n", 400);
        row("bare line feed at the end", "GET / HTTP/1.1\r\nHost: h\r\n\n", 400);
        row("other encoding", post + "Transfer-Encoding: gzip\r\n\r\n", 501);
        row("encoding list", post + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501);
        row("two encodings", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400);
        row("chunked in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400);
        row("leading empty line", "\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", 400);
        row("two spaces", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400);
        row("no version", "GET /\r\nHost: h\r\n\r\n", 400);
        row("version 2", "GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505);
        row("no such version", "GET / HTTP/x\r\nHost: h\r\n\r\n", 400);
        row("absolute target", "GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n", 400);
        row("no slash", "GET x HTTP/1.1\r\nHost: h\r\n\r\n", 400);
        row("target with a high byte", "GET /\xC3 HTTP/1.1\r\nHost: h\r\n\r\n", 400);
        row("bad method", "G(T / HTTP/1.1\r\nHost: h\r\n\r\n", 400);
        row("tls", QByteArray("\x16\x03\x01\x02\x00\x01\x00\n", 8), 400);
        row("unknown expectation", post + "Expect: tea\r\n\r\n", 417);
        row("web socket", post + "Upgrade: WebSocket\r\nConnection: upgrade\r\n\r\n", 400);
        row("long target", "GET /" + QByteArray(9000, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n", 414);
        row("endless head", "GET / HTTP/1.1\r\nHost: h\r\nX: " + QByteArray(40'000, 'a'), 431);
        row("many headers", "GET / HTTP/1.1\r\nHost: h\r\n" + QByteArray("X: y\r\n").repeated(100) + "\r\n", 431);
    }
    void heads()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, expected);
        QCOMPARE(verdict(bytes), expected);

        // Arriving byte by byte, it is refused no later and accepted at the same byte.
        qsizetype scanned = 0;
        int last = -1;
        for (qsizetype size = 0; size <= bytes.size() && last == -1; ++size) {
            const auto head = checkHead(QByteArrayView(bytes).first(size), scanned, {});
            last = !head ? head.error().status : *head ? 0 : -1;
            if (last == 0)
                QCOMPARE((*head)->size, size);
        }
        QCOMPARE(last, expected);
    }

    void facts()
    {
        const QByteArray bytes
            = "POST /v1/x?y=1 HTTP/1.1\r\nHost: h\r\nExpect: 100-Continue\r\nContent-Length: 42\r\n\r\nbody";
        qsizetype scanned = 0;
        const RequestHead head = *checkHead(bytes, scanned, {}).value();
        QCOMPARE(head.method(bytes), QByteArrayView("POST"));
        QCOMPARE(head.target(bytes), QByteArrayView("/v1/x?y=1"));
        QCOMPARE(head.contentLength, 42);
        QCOMPARE(head.bodyKind, BodyKind::Length);
        QCOMPARE(head.size, bytes.size() - 4);
        QVERIFY(head.expectsContinue);
        QVERIFY(head.isKeepAlive);
    }

    void headerValues()
    {
        const QByteArray head = "GET / HTTP/1.1\r\nHost: h\r\nX-A:1\r\nx-ab: \t 2 \r\nX-A: 3\r\nEmpty:\r\n\r\n";
        QCOMPARE(headerValue(head, "x-a"), QByteArrayView("1"));
        QCOMPARE(headerValue(head, "X-AB"), QByteArrayView("2"));
        QCOMPARE(headerValue(head, "host"), QByteArrayView("h"));
        QVERIFY(headerValue(head, "empty").isEmpty());
        QVERIFY(headerValue(head, "x").isEmpty());
        QVERIFY(headerValue(head, "GET / HTTP/1.1").isEmpty());
    }

    void chunkedData()
    {
        ChunkedBody body{RequestLimits{}};
        QCOMPARE(body.consume("3;x\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: 1\r\n\r\nrest").value(), 36);
        QVERIFY(body.isComplete());
        QCOMPARE(body.takeData(), QByteArray("abc0123456789"));
    }

    void keepAlive_data()
    {
        QTest::addColumn<QByteArray>("version");
        QTest::addColumn<QByteArray>("connection");
        QTest::addColumn<bool>("isKept");
        QTest::newRow("1.1") << QByteArray("1.1") << QByteArray("X: y") << true;
        QTest::newRow("1.1 close") << QByteArray("1.1") << QByteArray("Connection: close") << false;
        QTest::newRow("1.1 list with close") << QByteArray("1.1") << QByteArray("Connection: te, Close") << false;
        QTest::newRow("1.1 not quite close") << QByteArray("1.1") << QByteArray("Connection: closed") << true;
        QTest::newRow("1.0") << QByteArray("1.0") << QByteArray("X: y") << false;
        QTest::newRow("1.0 keep-alive") << QByteArray("1.0") << QByteArray("Connection: Keep-Alive") << true;
        QTest::newRow("1.0 both") << QByteArray("1.0") << QByteArray("Connection: keep-alive, close") << false;
    }
    void keepAlive()
    {
        QFETCH(QByteArray, version);
        QFETCH(QByteArray, connection);
        const QByteArray bytes = "GET / HTTP/" + version + "\r\nHost: h\r\n" + connection + "\r\n\r\n";
        qsizetype scanned = 0;
        QTEST((*checkHead(bytes, scanned, {}).value()).isKeepAlive, "isKept");
    }

    void chunks_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("expected"); // bytes that belong to the body; -1: incomplete; -status: refused
        const auto row
            = [](const char *name, const QByteArray &bytes, int expected) { QTest::newRow(name) << bytes << expected; };
        row("empty body", "0\r\n\r\n", 5);
        row("one chunk", "3\r\nabc\r\n0\r\n\r\n", 13);
        row("and a next request", "3\r\nabc\r\n0\r\n\r\nGET /", 13);
        row("extension", "3;a=b\r\nabc\r\n0\r\n\r\n", 17);
        row("trailer", "0\r\nA: b\r\n\r\n", 11);
        row("leading zeros", "0003\r\nabc\r\n0\r\n\r\n", 16);
        row("incomplete", "3\r\nabc\r\n0\r\n", -1);
        row("no size", "\r\nabc", -400);
        row("no hexadecimal", "g\r\n", -400);
        row("signed", "+3\r\nabc\r\n", -400);
        row("space after the size", "3 \r\nabc\r\n", -400);
        row("bare line feed", "3\nabc\r\n", -400);
        row("data too long", "3\r\nabcd\r\n", -400);
        row("data without end", "3\r\nabc0\r\n", -400);
        row("huge size", "fffffffff\r\n", -413);
        row("over the limit", "3000000\r\n", -413);
    }
    void chunks()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, expected);
        const auto frame = [](const QByteArray &input, qsizetype step) -> int {
            ChunkedBody framing{RequestLimits{}};
            qsizetype total = 0;
            for (qsizetype at = 0; at < input.size() && !framing.isComplete(); at += step) {
                const auto taken = framing.consume(QByteArrayView(input).sliced(at, std::min(step, input.size() - at)));
                if (!taken)
                    return -taken.error().status;
                total += *taken;
            }
            return framing.isComplete() ? int(total) : -1;
        };
        QCOMPARE(frame(bytes, bytes.size()), expected);
        QCOMPARE(frame(bytes, 1), expected);
        QCOMPARE(frame(bytes, 2), expected);
    }
};

QTEST_APPLESS_MAIN(TestHeadCheck)
#include "tst_headcheck.moc"
