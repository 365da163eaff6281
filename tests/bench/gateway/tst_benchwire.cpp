// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/gateway/frames.h"
#include "tests/bench/gateway/responseparser.h"

#include <QTest>

using namespace moe::bench;

class TestBenchWire : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void responses_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<ResponseParser::State>("state");
        QTest::addColumn<QByteArray>("body");
        using enum ResponseParser::State;
        QTest::newRow("length") << QByteArray("HTTP/1.1 200 OK\r\ncontent-LENGTH: 5\r\n\r\nhello") << Complete
                                << QByteArray("hello");
        QTest::newRow("empty") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") << Complete
                               << QByteArray();
        QTest::newRow("chunks") << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                              "5\r\nhello\r\nA;x=y\r\n, my world\r\n0\r\n\r\n")
                                << Complete << QByteArray("hello, my world");
        QTest::newRow("chunks and a trailer")
            << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: y\r\n\r\n")
            << Complete << QByteArray("a");
        QTest::newRow("continue first") << QByteArray(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na")
                                        << Complete << QByteArray("a");
        QTest::newRow("body cut") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell") << Fixed
                                  << QByteArray("hell");
        QTest::newRow("last chunk missing")
            << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n") << ChunkSize
            << QByteArray("a");
        QTest::newRow("more than promised")
            << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab") << Bad << QByteArray("a");
        QTest::newRow("no length") << QByteArray("HTTP/1.1 200 OK\r\n\r\nab") << Bad << QByteArray();
        QTest::newRow("two lengths") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na")
                                     << Bad << QByteArray();
        QTest::newRow("length and chunks")
            << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\na") << Bad
            << QByteArray();
        QTest::newRow("chunk longer than said")
            << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n") << Bad
            << QByteArray("a");
        QTest::newRow("no chunk size") << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n")
                                       << Bad << QByteArray();
        QTest::newRow("not HTTP") << QByteArray("SSH-2.0-OpenSSH\r\n\r\n") << Bad << QByteArray();
    }

    /// The same in one piece and in pieces of every size.
    void responses()
    {
        QFETCH(const QByteArray, bytes);
        for (qsizetype piece = bytes.size(); piece > 0; --piece) {
            ResponseParser parser;
            std::string body;
            for (qsizetype at = 0; at < bytes.size(); at += piece)
                parser.feed(bytes.mid(at, piece).toStdString(), [&](std::string_view part) { body += part; });
            QTEST(parser.state(), "state");
            QTEST(QByteArray::fromStdString(body), "body");
        }
    }

    void connectionStaysOrEnds()
    {
        const auto isKept = [](std::string_view head) {
            ResponseParser parser;
            parser.feed(head, [](std::string_view) { });
            return parser.isComplete() && parser.isKeptAlive();
        };
        QVERIFY(isKept("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        QVERIFY(!isKept("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
        QVERIFY(!isKept("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"));
    }

    void streams_data()
    {
        QTest::addColumn<std::string>("bytes");
        QTest::addColumn<quint64>("frames");
        QTest::addColumn<bool>("isWhole");
        const std::string first = frameEvent(0, 1'000);
        const std::string second = frameEvent(1, 2'000);
        const std::string end(finishEvents());
        QTest::newRow("whole") << first + second + end << quint64(2) << true;
        QTest::newRow("heartbeats between") << first + ": beat\n\n" + second + end << quint64(2) << true;
        QTest::newRow("not ended") << first + second << quint64(2) << false;
        QTest::newRow("no finish reason") << first + "data: [DONE]\n\n" << quint64(1) << false;
        QTest::newRow("one missing") << second + end << quint64(1) << false;
        QTest::newRow("one doubled") << first + first + end << quint64(2) << false;
        QTest::newRow("order changed") << second + first + end << quint64(2) << false;
        QTest::newRow("frame after the finish")
            << first + end.substr(0, end.find("\n\n") + 2) + second + end << quint64(2) << false;
        QTest::newRow("more after the end") << first + end + "data: {}\n\n" << quint64(1) << false;
        QTest::newRow("two events in one") << first.substr(0, first.size() - 2) + second + end << quint64(1) << false;
        QTest::newRow("one newline only") << first.substr(0, first.size() - 1) + second + end << quint64(1) << false;
        QTest::newRow("stamp cut") << "data: {\"content\":\"t0001\"}\n\n" + end << quint64(1) << false;
    }

    void streams()
    {
        QFETCH(const std::string, bytes);
        for (const std::size_t piece : {std::size_t(1), std::size_t(7), bytes.size()}) {
            FrameReader reader;
            std::uint64_t lastNumber = 0;
            std::uint64_t lastSentAt = 0;
            for (std::size_t at = 0; at < bytes.size(); at += piece)
                reader.feed(std::string_view(bytes).substr(at, piece), [&](std::uint64_t number, std::uint64_t sentAt) {
                    lastNumber = number;
                    lastSentAt = sentAt;
                });
            QTEST(quint64(reader.frames()), "frames");
            QTEST(reader.isWhole(), "isWhole");
            if (reader.isWhole())
                QCOMPARE(lastSentAt, lastNumber * 1'000 + 1'000);
        }
    }

    void framesAreOfTheSizeThatIsReported()
    {
        QCOMPARE(frameEvent(0, monotonicNow()).size(), std::size_t(165));
        QCOMPARE(frameEvent(1'149'424, monotonicNow()).size(), std::size_t(165));
    }
};

QTEST_GUILESS_MAIN(TestBenchWire)
#include "tst_benchwire.moc"
