// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fakeclock.h"
#include "tests/unit/tools/mcp/mcpfixture.h"

#include <QTest>

using namespace moe;
using namespace moe::test;
using namespace moe::tools::mcp;

/// A client and a server, message by message.
class McpSessionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void negotiates_data();
    void negotiates();
    void wantsInitializeFirst();
    void answersWhatIsWrong_data();
    void answersWhatIsWrong();
    void listsInPages();
    void listsNoMoreThanAPageHolds();
    void listsWhatComesBehindALostTool();
    void offersNoMoreThanItMay();
    void callsATool_data();
    void callsATool();
    void cancels();
    void endStopsWhatIsUnderWay();
    void refusesAnIdTwice();
    void asksTheClient();
    void asksNobodyWhoDidNotOffer();
    void keepsKnownCapabilitiesOnly();
    void tellsProgressAndLogs();

private:
    QJsonObject ask(const QByteArray &method, const QByteArray &params = "{}");
    QCoro::Task<> begin(QByteArray text);
    void initialize(QByteArrayView revision, const QByteArray &capabilities = "{}");

    SystemClock m_clock;
    std::unique_ptr<Catalogue> m_catalogue;
    std::unique_ptr<Server> m_server;
    std::shared_ptr<Session> m_session;
    std::shared_ptr<Recorder> m_outlet;
    std::shared_ptr<OpenBox> m_box;
    int m_lastId = 0;
};

void McpSessionTest::init()
{
    m_catalogue = std::make_unique<Catalogue>(addingTools(7), m_clock);
    m_server = std::make_unique<Server>(ServerInfo{u"test"_s, u"A test"_s, u"1"_s, u"Count with it."_s});
    addTools(*m_server, 3);
    addLogging(*m_server);
    m_session = std::make_shared<Session>(*m_server, "s");
    m_outlet = std::make_shared<Recorder>();
    m_box = std::make_shared<OpenBox>(*m_catalogue);
}

void McpSessionTest::cleanup()
{
    QCOMPARE(m_session->running(), 0);
    m_session.reset();
}

QCoro::Task<> McpSessionTest::begin(QByteArray text)
{
    const auto messages = readMessages(text);
    return m_session->handle(messages->list.first(), {m_outlet, m_box}, {});
}

/// What is answered at once.
QJsonObject McpSessionTest::ask(const QByteArray &method, const QByteArray &params)
{
    QCoro::waitFor(begin(requestText(QByteArray::number(++m_lastId), method, params)));
    return m_outlet->last();
}

void McpSessionTest::initialize(QByteArrayView revision, const QByteArray &capabilities)
{
    const QJsonObject answer = ask("initialize",
                                   R"({"protocolVersion":")" + revision.toByteArray() + R"(","capabilities":)"
                                       + capabilities + R"(,"clientInfo":{"name":"c","version":"1"}})");
    QVERIFY2(answer.contains(u"result"), QJsonDocument(answer).toJson().constData());
}

void McpSessionTest::negotiates_data()
{
    QTest::addColumn<QByteArray>("asked");
    QTest::addColumn<QString>("given");
    for (const QByteArrayView name : revisionNames)
        QTest::newRow(name.toByteArray().constData()) << name.toByteArray() << QString::fromLatin1(name);
    QTest::newRow("future") << QByteArray("2030-01-01") << u"2025-11-25"_s;
}

void McpSessionTest::negotiates()
{
    QFETCH(const QByteArray, asked);
    initialize(asked);
    const QJsonObject result = m_outlet->last()[u"result"].toObject();
    QTEST(result[u"protocolVersion"].toString(), "given");
    QCOMPARE(result[u"serverInfo"][u"name"].toString(), u"test"_s);
    QCOMPARE(result[u"serverInfo"].toObject().contains(u"title"), hasStructuredContent(*m_session->revision()));
    QCOMPARE(result[u"instructions"].toString(), u"Count with it."_s);
    QVERIFY(result[u"capabilities"].toObject().contains(u"tools"));
    QVERIFY(result[u"capabilities"].toObject().contains(u"logging"));
    QCOMPARE(ask("initialize", R"({"protocolVersion":"2025-06-18"})")[u"error"][u"code"].toInt(), -32600);
}

void McpSessionTest::wantsInitializeFirst()
{
    QCOMPARE(ask("ping")[u"result"].toObject(), QJsonObject());
    QCOMPARE(ask("tools/list")[u"error"][u"code"].toInt(), -32600);
    QCOMPARE(ask("initialize")[u"error"][u"code"].toInt(), -32602);
    initialize("2025-06-18");
    QVERIFY(ask("tools/list").contains(u"result"));
}

void McpSessionTest::answersWhatIsWrong_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("params");
    QTest::addColumn<int>("code");
    const auto row = [](const char *name, const QByteArray &method, const QByteArray &params, int code) {
        QTest::newRow(name) << method << params << code;
    };
    row("method", "tools/steal", "{}", -32601);
    row("no method", "", "{}", -32601);
    row("cursor", "tools/list", R"({"cursor":"!"})", -32602);
    row("empty cursor", "tools/list", R"({"cursor":""})", -32602);
    row("cursor of another type", "tools/list", R"({"cursor":5})", -32602);
    row("no name", "tools/call", R"({"arguments":{}})", -32602);
    row("arguments", "tools/call", R"({"name":"add_00","arguments":[1,2]})", -32602);
    row("meta", "tools/call", R"({"name":"add_00","_meta":7})", -32602);
    row("tool", "tools/call", R"({"name":"steal"})", -32602);
    row("level", "logging/setLevel", R"({"level":"loud"})", -32602);
}

void McpSessionTest::answersWhatIsWrong()
{
    QFETCH(const QByteArray, method);
    QFETCH(const QByteArray, params);
    initialize("2025-11-25");
    QTEST(ask(method, params)[u"error"][u"code"].toInt(), "code");
}

void McpSessionTest::listsInPages()
{
    initialize("2025-06-18");
    QStringList names;
    QList<qsizetype> pages;
    QByteArray cursor;
    do {
        const QByteArray params = cursor.isEmpty() ? "{}"_ba : R"({"cursor":")" + cursor + "\"}";
        const QJsonObject page = ask("tools/list", params)[u"result"].toObject();
        pages.append(page[u"tools"].toArray().size());
        for (const QJsonValue tool : page[u"tools"].toArray()) {
            names.append(tool[u"name"].toString());
            QCOMPARE(tool[u"inputSchema"][u"type"].toString(), u"object"_s);
            QCOMPARE(tool[u"outputSchema"][u"type"].toString(), u"object"_s);
        }
        cursor = page[u"nextCursor"].toString().toLatin1();
    } while (!cursor.isEmpty());
    QCOMPARE(pages, (QList<qsizetype>{3, 3, 1}));
    QCOMPARE(names.size(), 7);
    QVERIFY(std::ranges::is_sorted(names));
}

/// A tool that has much to say about itself.
class LongTool final : public Tool
{
public:
    LongTool(QString name, qsizetype bytes)
        : m_info{std::move(name), {}, {}, R"({"type":"object","x":")" + QByteArray(bytes, 'x') + "\"}", {}}
    { }
    [[nodiscard]] const ToolInfo &info() const override { return m_info; }
    [[nodiscard]] Task<ToolResult> call(QByteArray, RequestContext) const override { co_return ToolResult(); }

private:
    const ToolInfo m_info;
};

static ToolList longTools(int count, qsizetype bytes)
{
    ToolList tools;
    for (int i = 0; i < count; ++i)
        tools.push_back(std::make_shared<LongTool>(u"long_%1"_s.arg(i, 2, 10, QLatin1Char('0')), bytes));
    return tools;
}

void McpSessionTest::listsNoMoreThanAPageHolds()
{
    initialize("2025-06-18");
    ToolList tools = longTools(2, largestPage / 2 - 1000);
    tools.push_back(std::make_shared<LongTool>(u"long_2"_s, largestPage * 2));
    tools.push_back(std::make_shared<LongTool>(u"long_3"_s, 10));
    const Catalogue catalogue(tools, m_clock);
    m_box = std::make_shared<OpenBox>(catalogue);
    QList<qsizetype> pages;
    QByteArray params = "{}";
    while (!params.isEmpty()) {
        const QJsonObject page = ask("tools/list", params)[u"result"].toObject();
        pages.append(page[u"tools"].toArray().size());
        const QByteArray cursor = page[u"nextCursor"].toString().toLatin1();
        params = cursor.isEmpty() ? QByteArray() : "{\"cursor\":\"" + cursor + "\"}";
    }
    QCOMPARE(pages, (QList<qsizetype>{2, 1, 1}));
}

void McpSessionTest::offersNoMoreThanItMay()
{
    Catalogue catalogue(addingTools(2), m_clock);
    QCOMPARE(catalogue.setFurther(longTools(5, Catalogue::mostFurther / 4 - 1000)), 1);
    QCOMPARE(catalogue.tools()->size(), 6);
    QVERIFY(!catalogue.find(u"long_04"_s));
    QCOMPARE(catalogue.builtIn().size(), 2);
    QCOMPARE(catalogue.setFurther({}), 0);
    QCOMPARE(catalogue.tools()->size(), 2);
}

void McpSessionTest::listsWhatComesBehindALostTool()
{
    initialize("2025-06-18");
    const QByteArray cursor = ask("tools/list")[u"result"][u"nextCursor"].toString().toLatin1();
    Catalogue smaller(ToolList(), m_clock);
    ToolList left = addingTools(7);
    left.erase(left.begin() + 2); // the one the cursor names
    smaller.setFurther(left);
    m_box = std::make_shared<OpenBox>(smaller);
    const QJsonValue first = ask("tools/list", R"({"cursor":")" + cursor + "\"}")[u"result"][u"tools"][0];
    QCOMPARE(first[u"name"].toString(), u"add_03"_s);
}

void McpSessionTest::callsATool_data()
{
    QTest::addColumn<QByteArray>("revision");
    for (const QByteArrayView name : revisionNames)
        QTest::newRow(name.toByteArray().constData()) << name.toByteArray();
}

void McpSessionTest::callsATool()
{
    QFETCH(const QByteArray, revision);
    initialize(revision);
    const bool isStructured = hasStructuredContent(*revisionNamed(revision));
    const QJsonObject right = ask("tools/call", R"({"name":"add_01","arguments":{"a":1,"b":2}})")[u"result"].toObject();
    QCOMPARE(right[u"content"][0][u"text"].toString(), u"1 + 2 = 3"_s);
    QCOMPARE(right.contains(u"structuredContent"), isStructured);
    if (isStructured)
        QCOMPARE(right[u"structuredContent"][u"sum"].toInt(), 3);
    QCOMPARE(right[u"content"][1][u"text"].toString(), u"{\"sum\":3}"_s);
    QCOMPARE(right[u"content"].toArray().size(), 2);
    QVERIFY(!right.contains(u"isError"));

    for (const QByteArray arguments : {R"({"a":-1,"b":2})", R"({"a":1})", R"({"a":1,"b":2,"c":3})"}) {
        const QJsonObject wrong
            = ask("tools/call", R"({"name":"add_01","arguments":)" + arguments + '}')[u"result"].toObject();
        QVERIFY(wrong[u"isError"].toBool());
        QVERIFY(!wrong[u"content"][0][u"text"].toString().isEmpty());
        QVERIFY(!wrong.contains(u"structuredContent"));
    }
}

void McpSessionTest::cancels()
{
    initialize("2025-06-18");
    const auto waiting = begin(requestText("\"w\"", "tools/call", R"({"name":"wait"})"));
    QCOMPARE(m_session->running(), 1);
    const qsizetype before = m_outlet->messages().size();
    QCoro::waitFor(begin(notificationText("notifications/cancelled", R"({"requestId":"other"})")));
    QCoro::waitFor(begin(notificationText("notifications/cancelled", R"({})")));
    QCoro::waitFor(begin(notificationText("notifications/unknown", R"({})")));
    QCOMPARE(m_session->running(), 1);
    QCoro::waitFor(begin(notificationText("notifications/cancelled", R"({"requestId":"w","reason":"late"})")));
    QTRY_COMPARE(m_session->running(), 0);
    QVERIFY(waiting.isReady());
    QCOMPARE(m_outlet->messages().size(), before); // nobody waits for an answer
}

void McpSessionTest::endStopsWhatIsUnderWay()
{
    initialize("2025-06-18");
    const auto waiting = begin(requestText("1", "tools/call", R"({"name":"wait"})"));
    m_session->end();
    QTRY_VERIFY(waiting.isReady());
    QVERIFY(m_session->mainStream()->isFinished());
}

void McpSessionTest::refusesAnIdTwice()
{
    initialize("2025-06-18");
    const auto waiting = begin(requestText("77", "tools/call", R"({"name":"wait"})"));
    QCoro::waitFor(begin(requestText("77", "ping", "{}")));
    QCOMPARE(m_outlet->last()[u"error"][u"code"].toInt(), -32600);
    m_session->end();
    QTRY_VERIFY(waiting.isReady());
}

void McpSessionTest::asksTheClient()
{
    initialize("2025-06-18", R"({"sampling":{}})");
    for (const bool isRight : {true, false}) {
        const auto waiting = begin(requestText("5", "tools/call", R"({"name":"ask"})"));
        const QJsonObject question = m_outlet->last();
        QCOMPARE(question[u"method"].toString(), u"sampling/createMessage"_s);
        const QByteArray id = QByteArray::number(question[u"id"].toInt());
        QCoro::waitFor(begin(resultText("\"nobody asked\"", "{}")));
        QVERIFY(!waiting.isReady());
        QCoro::waitFor(begin(isRight ? resultText(id, R"({"x":1})") : errorText(id, RpcCode::ServerError, u"no"_s)));
        QTRY_VERIFY(waiting.isReady());
        if (isRight)
            QCOMPARE(m_outlet->last()[u"result"][u"content"][0][u"text"].toString(), u"{\"x\":1}"_s);
        else
            QCOMPARE(m_outlet->last()[u"error"][u"code"].toInt(), -32000);
    }
}

void McpSessionTest::asksNobodyWhoDidNotOffer()
{
    initialize("2025-06-18", R"({"elicitation":{}})");
    QCOMPARE(ask("tools/call", R"({"name":"ask"})")[u"error"][u"code"].toInt(), -32000);
}

void McpSessionTest::keepsKnownCapabilitiesOnly()
{
    initialize("2025-06-18", R"({"roots":{},"own":{},"sampling":{}})");
    QVERIFY(m_session->clientOffers("sampling"));
    QVERIFY(m_session->clientOffers("roots"));
    QVERIFY(!m_session->clientOffers("own")); // nobody asks for it
}

void McpSessionTest::tellsProgressAndLogs()
{
    initialize("2025-06-18");
    const qsizetype before = m_outlet->messages().size();
    ask("tools/call", R"({"name":"talk"})");
    QCOMPARE(m_outlet->messages().size(), before + 2); // the grave one, and the answer
    ask("logging/setLevel", R"({"level":"debug"})");
    ask("tools/call", R"({"name":"talk","_meta":{"progressToken":"p"}})");
    const QByteArrayList messages = m_outlet->messages().sliced(before + 3);
    QCOMPARE(messages.size(), 4);
    const QJsonObject progress = QJsonDocument::fromJson(messages[0]).object()[u"params"].toObject();
    QCOMPARE(progress[u"progressToken"].toString(), u"p"_s);
    QCOMPARE(progress[u"progress"].toInt(), 1);
    QCOMPARE(progress[u"total"].toInt(), 2);
    QCOMPARE(QJsonDocument::fromJson(messages[1])[u"params"][u"level"].toString(), u"debug"_s);
}

QTEST_GUILESS_MAIN(McpSessionTest)
#include "tst_mcpsession.moc"
