// SPDX-License-Identifier: Apache-2.0
#include "shared/wire/httpstatus.h"
#include "shared/wire/linesplitter.h"
#include "shared/wire/sseparser.h"

#include <QRandomGenerator>
#include <QSet>
#include <QTest>

using namespace moe;

namespace {

// Events as "type|data"; the unterminated rest, if any, begins with '?', a failure is "!".
QByteArrayList eventsOf(const QByteArrayList &pieces, qsizetype maxBytes = 1000)
{
    QByteArrayList events;
    SseParser parser(maxBytes);
    for (const QByteArray &piece : pieces) {
        // A copy of its own, freed at once, so that a view kept too long is noticed.
        const auto copy = std::make_unique<QByteArray>(piece.constData(), piece.size());
        const auto fed = parser.feed(
            *copy, [&](const SseEvent &event) { events << event.type.toByteArray() + '|' + event.data.toByteArray(); });
        if (!fed)
            return events << "!";
    }
    if (const auto rest = parser.finish())
        events << '?' + rest->type.toByteArray() + '|' + rest->data.toByteArray();
    return events;
}

QByteArrayList linesOf(const QByteArrayList &pieces, qsizetype maxBytes = 1000)
{
    QByteArrayList lines;
    LineSplitter splitter(maxBytes);
    for (const QByteArray &piece : pieces) {
        const auto copy = std::make_unique<QByteArray>(piece.constData(), piece.size());
        if (!splitter.feed(*copy, [&](QByteArrayView line) { lines << line.toByteArray(); }))
            return lines << "!";
    }
    if (const auto rest = splitter.finish())
        lines << '?' + rest->toByteArray();
    return lines;
}

QByteArrayList cut(QByteArray text, QRandomGenerator &random)
{
    QByteArrayList pieces;
    while (!text.isEmpty()) {
        const qsizetype size = std::min<qsizetype>(text.size(), random.bounded(5));
        pieces << text.first(size);
        text.remove(0, size);
    }
    return pieces;
}

}

class TestStreams : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sseTellsWhenToComeBack()
    {
        SseParser parser;
        const auto ignore = [](const SseEvent &) { };
        QVERIFY(parser.feed("data: a\n\n", ignore));
        QVERIFY(!parser.retry());
        QVERIFY(parser.feed("retry: 15", ignore));
        QVERIFY(parser.feed("00\n\n", ignore));
        QCOMPARE(parser.retry().value_or(0), 1500);
        for (const char *const line : {"retry: soon\n", "retry: -1\n", "retry:\n", "retry: 99999999999999999999\n"})
            QVERIFY(parser.feed(line, ignore));
        QCOMPARE(parser.retry().value_or(0), 1500);
    }

    void sse_data()
    {
        QTest::addColumn<QByteArray>("stream");
        QTest::addColumn<QByteArrayList>("events");
        const auto row = [](const char *name, const char *stream, const QByteArrayList &events) {
            QTest::newRow(name) << QByteArray(stream) << events;
        };
        row("nothing", "", {});
        row("lf", "data: a\n\ndata: b\n\n", {"|a", "|b"});
        row("cr", "data: a\r\rdata: b\r\r", {"|a", "|b"});
        row("crlf", "data: a\r\n\r\ndata: b\r\n\r\n", {"|a", "|b"});
        row("mixed", "data: a\r\n\ndata: b\n\r\ndata: c\r\r\n", {"|a", "|b", "|c"});
        row("no blank", "data:a\n\n", {"|a"});
        row("one blank only", "data:  a\n\n", {"| a"});
        row("several lines", "data: a\ndata: b\ndata:\n\n", {"|a\nb\n"});
        row("named", "event: ping\ndata: {}\n\ndata: x\n\n", {"ping|{}", "|x"});
        row("last name wins", "event: one\nevent: two\ndata: x\n\n", {"two|x"});
        row("name after data", "data: x\nevent: one\n\n", {"one|x"});
        row("comments", ": ping\n\n:\ndata: a\n: in between\ndata: b\n\n", {"|a\nb"});
        row("ignored fields", "id: 7\nretry: 10\nother: x\ndata: a\nnothing\n\n", {"|a"});
        row("no data, no event", "event: x\n\ndata: a\n\n", {"|a"});
        row("empty data", "data\n\ndata:\n\n", {"|", "|"});
        row("colons in data", "data: {\"a\":1}\n\n", {"|{\"a\":1}"});
        row("mark",
            "\xEF\xBB\xBF"
            "data: a\n\n",
            {"|a"});
        row("mark in front of a comment", "\xEF\xBB\xBF: c\ndata: a\n\n", {"|a"});
        row("only a mark at the begin",
            "data: a\n\n\xEF\xBB\xBF"
            "data: b\n\n",
            {"|a"});
        row("characters", "data: \xC3\xA4\xF0\x9F\x98\x80\n\n", {"|\xC3\xA4\xF0\x9F\x98\x80"});
        row("blank line missing", "data: a\n\ndata: [DONE]\n", {"|a", "?|[DONE]"});
        row("line end missing", "data: a\n\nevent: e\ndata: {\"cu", {"|a", "?e|{\"cu"});
        row("cut in a name", "data: a\n\ndat", {"|a"});
        row("cut before data", "data: a\n\nevent: x\n", {"|a"});
        row("blank lines only", "\n\n\r\n\r\r", {});
    }
    void sse()
    {
        QFETCH(QByteArray, stream);
        QFETCH(QByteArrayList, events);
        QCOMPARE(eventsOf({stream}), events);
        for (qsizetype at = 0; at <= stream.size(); ++at) // every place to cut, with an empty piece too
            QCOMPARE(eventsOf({stream.first(at), QByteArray(), stream.sliced(at)}), events);
        QByteArrayList bytes;
        for (const char c : stream)
            bytes << QByteArray(1, c);
        QCOMPARE(eventsOf(bytes), events);
        QRandomGenerator random(7);
        for (int round = 0; round < 20; ++round)
            QCOMPARE(eventsOf(cut(stream, random)), events);
    }

    void sseEventsAreBounded()
    {
        const QByteArray line = "data: " + QByteArray(40, 'x');
        QCOMPARE(eventsOf({"data: a\n\n" + line + "\n\n"}, 46).size(), 2);
        QCOMPARE(eventsOf({"data: a\n\n" + line + "y\n\n"}, 46), (QByteArrayList{"|a", "!"}));
        QCOMPARE(eventsOf({"data: a\n\n", line + "y"}, 46), (QByteArrayList{"|a", "!"})); // without its end
        QCOMPARE(eventsOf({line + "\n" + line + "\n\n"}, 60), (QByteArrayList{"!"})); // many lines
        QCOMPARE(eventsOf({":" + QByteArray(61, 'c')}, 60), (QByteArrayList{"!"})); // an endless comment
        QCOMPARE(eventsOf({QByteArray(": ping\n").repeated(100) + "data: a\n\n"}, 60), QByteArrayList{"|a"});
        SseParser parser(10);
        QVERIFY(!parser.feed("data: 0123456789\n", [](const SseEvent &) { }));
        const auto after
            = parser.feed("\n\ndata: a\n\n", [](const SseEvent &) { QFAIL("an event after the failure"); });
        QCOMPARE(after.error().code, ErrorCode::BadGateway);
        QVERIFY(!parser.finish());
    }

    void sseDoesNotCopyWhatLiesWhole()
    {
        const QByteArray stream = "data: first\n\ndata: second\n\n";
        SseParser parser;
        QList<const char *> places;
        QVERIFY(parser.feed(stream, [&](const SseEvent &event) { places << event.data.data(); }));
        QCOMPARE(places, (QList<const char *>{stream.constData() + 6, stream.constData() + 19}));
    }

    void lines_data()
    {
        QTest::addColumn<QByteArray>("stream");
        QTest::addColumn<QByteArrayList>("lines");
        QTest::newRow("nothing") << QByteArray() << QByteArrayList();
        QTest::newRow("lf") << QByteArray("{}\n[]\n") << QByteArrayList{"{}", "[]"};
        QTest::newRow("crlf") << QByteArray("{}\r\n[]\r\n") << QByteArrayList{"{}", "[]"};
        QTest::newRow("empty lines") << QByteArray("\n{}\n\r\n\n[]\n") << QByteArrayList{"{}", "[]"};
        QTest::newRow("end missing") << QByteArray("{}\n{\"cu") << QByteArrayList{"{}", "?{\"cu"};
        QTest::newRow("cr inside") << QByteArray("a\rb\n") << QByteArrayList{"a\rb"};
    }
    void lines()
    {
        QFETCH(QByteArray, stream);
        QFETCH(QByteArrayList, lines);
        QCOMPARE(linesOf({stream}), lines);
        for (qsizetype at = 0; at <= stream.size(); ++at)
            QCOMPARE(linesOf({stream.first(at), QByteArray(), stream.sliced(at)}), lines);
        QRandomGenerator random(11);
        for (int round = 0; round < 20; ++round)
            QCOMPARE(linesOf(cut(stream, random)), lines);
    }

    void linesAreBounded()
    {
        QCOMPARE(linesOf({"0123456789\r\n"}, 10), QByteArrayList{"0123456789"});
        QCOMPARE(linesOf({"0123456789\r", "\n"}, 10), QByteArrayList{"0123456789"});
        QCOMPARE(linesOf({"x\n0123456789a\n"}, 10), (QByteArrayList{"x", "!"}));
        QCOMPARE(linesOf({"0123456789ab"}, 10), QByteArrayList{"!"});
    }

    void everyErrorHasAStatus()
    {
        for (int code = 0; code <= int(ErrorCode::Internal); ++code) {
            const int status = httpStatus(ErrorCode(code));
            QVERIFY2(status >= 400 && status < 600, QByteArray::number(status).constData());
            QVERIFY(httpReason(status) != QLatin1StringView("Error"));
        }
        QCOMPARE(httpStatus(ErrorCode::NotFound), 404);
        QCOMPARE(httpStatus(ErrorCode::BudgetExceeded), 429);
        QCOMPARE(httpStatus(ErrorCode::Timeout), 504);
    }
};

QTEST_APPLESS_MAIN(TestStreams)
#include "tst_streams.moc"
