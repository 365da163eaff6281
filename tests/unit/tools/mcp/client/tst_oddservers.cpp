// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/client/remotelist.h"
#include "tests/unit/tools/mcp/client/remotefixture.h"

#include <QElapsedTimer>
#include <QTest>

using namespace moe;
using namespace moe::test;
using namespace moe::tools::mcp;
using namespace std::chrono_literals;

/// Other servers that do what they should not.
class OddServersTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void refusesWhatIsTooLarge();
    void losesWhoFallsSilent();
    void livesWithOddServers();
    void tellsWhatIsWrongWithArguments_data();
    void tellsWhatIsWrongWithArguments();
    void leavesOutWhatItCannotOffer();
    void doesNotListForEver();
    void doesNotListWithoutPause();
    void leavesOutWhatIsPassedOn_data();
    void leavesOutWhatIsPassedOn();

private:
    [[nodiscard]] QStringList names() const { return namesOf(*m_catalogue); }
    void useScript(ScriptedLink::Script script);
    Result<ToolResult> call(const QString &name, const QByteArray &arguments) const
    {
        return QCoro::waitFor(m_catalogue->call(name, arguments, {}));
    }

    const SystemClock m_clock;
    std::unique_ptr<Catalogue> m_catalogue;
    std::unique_ptr<TaskScope> m_scope;
    std::unique_ptr<RemoteServers> m_servers;
};

void OddServersTest::init()
{
    m_catalogue = std::make_unique<Catalogue>(ToolList(), m_clock);
    m_scope = std::make_unique<TaskScope>();
}

void OddServersTest::cleanup()
{
    m_scope->requestStop();
    QCoro::waitFor(m_scope->join());
    m_servers.reset();
}

void OddServersTest::useScript(ScriptedLink::Script script)
{
    m_servers = std::make_unique<RemoteServers>([this](ToolList tools) { m_catalogue->setFurther(std::move(tools)); },
                                                *m_scope,
                                                [script](const RemoteConfig &) -> Result<std::shared_ptr<Link>> {
                                                    return std::make_shared<ScriptedLink>(script);
                                                },
                                                shortTimes());
    m_servers->setServers({{u"odd"_s, QUrl(u"http://other.test/mcp"_s), {}, {}, true}});
}

void OddServersTest::refusesWhatIsTooLarge()
{
    useScript([](const Message &message) -> QByteArrayList {
        if (message.method == "initialize")
            return {resultText(message.id, "{\"protocolVersion\":\"2025-06-18\"}")};
        if (message.method == "tools/list")
            return {resultText(message.id, "{\"tools\":[{\"name\":\"big\",\"inputSchema\":{\"type\":\"object\"}}]}")};
        if (message.method == "tools/call")
            return {resultText(message.id, QByteArray("{\"content\":[" + textBlock(QString(70'000, u'x')) + "]}"))};
        return {resultText(message.id, "{}")};
    });
    QTRY_COMPARE(names(), QStringList{u"odd__big"_s});
    QCOMPARE(call(u"odd__big"_s, "{}").error().reason, u"result_too_large"_s);
    const QByteArray large = "{\"a\":\"" + QByteArray(1024 * 1024, 'x') + "\"}";
    QCOMPARE(call(u"odd__big"_s, large).error().reason, u"arguments_too_large"_s);
}

void OddServersTest::losesWhoFallsSilent()
{
    int connections = 0;
    bool isSilent = false;
    useScript([&connections, &isSilent](const Message &message) -> QByteArrayList {
        if (message.method == "initialize") {
            ++connections;
            return isSilent ? QByteArrayList()
                            : QByteArrayList{resultText(message.id, "{\"protocolVersion\":\"2025-03-26\"}")};
        }
        if (message.method == "tools/list")
            return {resultText(message.id, "{\"tools\":[{\"name\":\"t\",\"inputSchema\":{\"type\":\"object\"}}]}")};
        if (isSilent)
            return {};
        return {errorText(message.id, RpcCode::MethodNotFound, u"no ping"_s)}; // a sign of life too
    });
    QTRY_COMPARE(names(), QStringList{u"odd__t"_s});
    QTest::qWait(250); // several pings
    QCOMPARE(connections, 1);
    isSilent = true;
    QTRY_COMPARE(names(), QStringList());
    QTRY_COMPARE_GE(connections, 3); // it is tried again, as long as it is silent
    QCOMPARE(names(), QStringList());
    isSilent = false;
    QTRY_COMPARE(names(), QStringList{u"odd__t"_s});
}

void OddServersTest::livesWithOddServers()
{
    useScript([](const Message &message) -> QByteArrayList {
        if (message.kind != Message::Kind::Request)
            return {};
        QByteArray result = "{}";
        if (message.method == "initialize")
            result = "{\"protocolVersion\":\"2024-11-05\"}";
        else if (message.method == "tools/list")
            result = "{\"tools\":[{\"name\":\"t\",\"inputSchema\":{\"type\":\"object\"}}]}";
        else if (message.method == "tools/call")
            result = "{\"content\":[{\"type\":\"image\",\"data\":\"\"},{\"type\":\"text\",\"text\":\"a\"},{\"type\":"
                     "\"text\",\"text\":"
                     "\"b\"}],\"structuredContent\":[1]}";
        // noise, answers to what was never asked, questions, and the answer twice
        return {"not JSON at all",
                "[]",
                "{\"jsonrpc\":\"2.0\",\"id\":987654,\"result\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"result\":{}}",
                requestText("7", "ping", "{}"),
                requestText("8", "sampling/createMessage", "{}"),
                notificationText("notifications/message", "{}"),
                resultText(message.id, result),
                resultText(message.id, "{\"tools\":7}")};
    });
    QTRY_COMPARE(names(), QStringList{u"odd__t"_s});
    const auto result = call(u"odd__t"_s, "{}");
    QVERIFY(result);
    QCOMPARE(result->text, u"a\nb"_s);
    QCOMPARE(result->structured, QByteArray()); // it is no object
}

void OddServersTest::tellsWhatIsWrongWithArguments_data()
{
    QTest::addColumn<QByteArray>("error");
    QTest::addColumn<QString>("reason");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *name, const QByteArray &error, const QString &reason, const QString &message) {
        QTest::newRow(name) << error << reason << message;
    };
    const QByteArray wrong = "{\"code\":-32602,\"message\":";
    row("wrong", wrong + "\"no\\tsuch \\u001b[1mcity\"}", u"invalid_arguments"_s, u"nosuch [1mcity"_s);
    row("long", wrong + '"' + QByteArray(1'000, 'x') + "\"}", u"invalid_arguments"_s, QString(300, u'x'));
    row("no words", wrong + "\"\"}", u"invalid_arguments"_s, u"The tool server takes the arguments for wrong."_s);
    row("another", "{\"code\":-32603,\"message\":\"at 10.0.0.1\"}", u"remote_failed"_s, u"The tool server refused."_s);
    row("no code", "{\"message\":\"at 10.0.0.1\"}", u"remote_failed"_s, u"The tool server refused."_s);
}

void OddServersTest::tellsWhatIsWrongWithArguments()
{
    QFETCH(const QByteArray, error);
    useScript([error](const Message &message) -> QByteArrayList {
        if (message.method == "initialize")
            return {resultText(message.id, "{\"protocolVersion\":\"2025-06-18\"}")};
        if (message.method == "tools/list")
            return {resultText(message.id, "{\"tools\":[{\"name\":\"t\",\"inputSchema\":{\"type\":\"object\"}}]}")};
        return {QByteArray("{\"jsonrpc\":\"2.0\",\"id\":" + message.id + ",\"error\":" + error + '}')};
    });
    QTRY_COMPARE(names(), QStringList{u"odd__t"_s});
    const auto result = call(u"odd__t"_s, "{}");
    QVERIFY(!result);
    QTEST(result.error().reason, "reason");
    QTEST(result.error().message, "message");
    const bool isOurs = result.error().code == ErrorCode::InvalidRequest;
    QCOMPARE(isOurs, result.error().reason == u"invalid_arguments"_s);
    QTest::qWait(150); // pings are refused alike
    QVERIFY(m_servers->states().first().isUp);
}

void OddServersTest::leavesOutWhatItCannotOffer()
{
    QByteArrayList tools;
    for (int i = 0; i < 300; ++i)
        tools.append("{\"name\":\"t" + QByteArray::number(i) + "\",\"inputSchema\":{\"type\":\"object\"}}");
    tools.prepend(
        "{\"name\":\"t0\",\"inputSchema\":{\"type\":\"object\",\"title\":\"first\"}}"); // the first of a name counts
    tools.prepend("{\"name\":\"with space\",\"inputSchema\":{\"type\":\"object\"}}");
    tools.prepend("{\"name\":\"" + QByteArray(80, 'n') + "\",\"inputSchema\":{\"type\":\"object\"}}");
    tools.prepend("{\"name\":\"\",\"inputSchema\":{\"type\":\"object\"}}");
    tools.prepend("{\"name\":\"no_schema\"}");
    tools.prepend("{\"name\":\"array\",\"inputSchema\":[]}");
    tools.prepend("{\"name\":\"talks\",\"inputSchema\":{\"type\":\"object\"},\"description\":\""
                  + QByteArray(10'000, 'd') + "\"}");
    tools.prepend("7");
    const QByteArray list = "{\"tools\":[" + tools.join(',') + "]}";
    useScript([list](const Message &message) -> QByteArrayList {
        return {
            resultText(message.id, message.method == "tools/list" ? list : "{\"protocolVersion\":\"2025-11-25\"}"_ba)};
    });
    QTRY_COMPARE(names().size(), mostRemoteTools);
    QVERIFY(std::ranges::all_of(names(), [](const QString &name) { return name.startsWith(u"odd__t"_s); }));
    QVERIFY(!names().contains(u"odd__talks"_s));
    QCOMPARE(m_catalogue->find(u"odd__t0"_s)->info().inputSchema,
             QByteArray("{\"type\":\"object\",\"title\":\"first\"}"));
}

void OddServersTest::doesNotListForEver()
{
    int pages = 0;
    useScript([&pages](const Message &message) -> QByteArrayList {
        if (message.method == "initialize")
            return {resultText(message.id, "{\"protocolVersion\":\"2025-11-25\"}")};
        if (message.method != "tools/list")
            return {resultText(message.id, "{}")};
        const QByteArray number = QByteArray::number(++pages);
        const QByteArray page = "{\"tools\":[{\"name\":\"t" + number
            + "\",\"inputSchema\":{\"type\":\"object\"}}],\"nextCursor\":\"" + number + "\"}";
        return {resultText(message.id, page)};
    });
    QTRY_COMPARE(names().size(), mostPages);
    QCOMPARE(pages, mostPages);
}

void OddServersTest::doesNotListWithoutPause()
{
    QList<qint64> lists;
    QElapsedTimer timer;
    timer.start();
    useScript([&lists, &timer](const Message &message) -> QByteArrayList {
        if (message.method != "tools/list")
            return {resultText(message.id, "{\"protocolVersion\":\"2025-11-25\"}")};
        lists.append(timer.elapsed());
        return {notificationText("notifications/tools/list_changed", "{}"), resultText(message.id, "{\"tools\":[]}")};
    });
    QTRY_COMPARE_GE(lists.size(), 5);
    for (qsizetype i = 1; i < 5; ++i)
        QCOMPARE_GE(lists[i] - lists[i - 1], 18);
}

void OddServersTest::leavesOutWhatIsPassedOn_data()
{
    QTest::addColumn<QByteArray>("peer");
    QTest::addColumn<QStringList>("offered");
    QTest::newRow("our kind") << QByteArray("\"sovereign-moe\"") << QStringList{u"odd__own"_s};
    QTest::newRow("another") << QByteArray("\"other\"") << QStringList{u"odd__a__b"_s, u"odd__own"_s};
    QTest::newRow("no name") << QByteArray("7") << QStringList{u"odd__a__b"_s, u"odd__own"_s};
}

void OddServersTest::leavesOutWhatIsPassedOn()
{
    QFETCH(const QByteArray, peer);
    QFETCH(const QStringList, offered);
    useScript([peer](const Message &message) -> QByteArrayList {
        if (message.method != "tools/list")
            return {resultText(
                message.id, QByteArray("{\"protocolVersion\":\"2025-11-25\",\"serverInfo\":{\"name\":" + peer + "}}"))};
        const QByteArray schema = ",\"inputSchema\":{\"type\":\"object\"}}";
        return {resultText(
            message.id, QByteArray("{\"tools\":[{\"name\":\"own\"" + schema + ",{\"name\":\"a__b\"" + schema + "]}"))};
    });
    QTRY_COMPARE(names(), offered);
}

QTEST_GUILESS_MAIN(OddServersTest)
#include "tst_oddservers.moc"
