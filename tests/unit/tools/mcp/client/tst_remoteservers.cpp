// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/client/remotelist.h"
#include "tests/unit/tools/mcp/client/remotefixture.h"

#include <QElapsedTimer>
#include <QTest>

using namespace moe;
using namespace moe::test;
using namespace moe::tools::mcp;
using namespace std::chrono_literals;

/// Tools of other servers in our catalogue.
class RemoteServersTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void offersWhatTheServerHas();
    void callsWhatTheServerHas();
    void refusesWhatIsTooLarge();
    void hidesWhatIsAway();
    void followsTheList();
    void cancelsOnTheOtherSide();
    void givesUpWhatTakesTooLong();
    void stopsAreHeard();
    void changesOnlyWhatHasChanged();
    void builtInToolsWin();
    void pausesLongerAndLonger();
    void losesWhoFallsSilent();
    void livesWithOddServers();
    void tellsWhatIsWrongWithArguments_data();
    void tellsWhatIsWrongWithArguments();
    void leavesOutWhatItCannotOffer();
    void doesNotListForEver();
    void doesNotListWithoutPause();
    void saysOnlyWhatIsNew();
    void leavesOutWhatIsPassedOn_data();
    void leavesOutWhatIsPassedOn();

private:
    [[nodiscard]] QStringList names() const;
    void use(const QList<RemoteConfig> &configs) { m_servers->setServers(configs); }
    void useScript(ScriptedLink::Script script);
    Result<ToolResult> call(const QString &name, const QByteArray &arguments, RequestContext context = {}) const
    {
        return QCoro::waitFor(m_catalogue->call(name, arguments, std::move(context)));
    }

    const SystemClock m_clock;
    std::unique_ptr<Catalogue> m_catalogue;
    std::unique_ptr<TaskScope> m_scope;
    std::unique_ptr<OtherServer> m_other;
    std::unique_ptr<RemoteServers> m_servers;
    RemoteServers::MakeLink m_makeLink;
    int m_published = 0;
};

static RemoteConfig serverNamed(const QString &name) { return {name, QUrl(u"http://other.test/mcp"_s), {}, {}, true}; }

void RemoteServersTest::init()
{
    m_catalogue = std::make_unique<Catalogue>(ToolList(), m_clock);
    m_scope = std::make_unique<TaskScope>();
    m_other = std::make_unique<OtherServer>(m_clock);
    m_makeLink = [this](const RemoteConfig &) { return m_other->connect(); };
    m_servers = std::make_unique<RemoteServers>(
        [this](ToolList tools) {
            ++m_published;
            m_catalogue->setFurther(std::move(tools));
        },
        *m_scope, [this](const RemoteConfig &config) { return m_makeLink(config); }, shortTimes());
    ToolList tools = addingTools(7);
    tools.push_back(std::make_shared<WaitingTool>());
    m_other->setTools(tools);
}

void RemoteServersTest::cleanup()
{
    m_scope->requestStop();
    QCoro::waitFor(m_scope->join());
    QCOMPARE(names(), QStringList()); // nothing is left of them
    m_servers.reset();
    m_other.reset();
}

QStringList RemoteServersTest::names() const
{
    QStringList names;
    for (const auto &tool : *m_catalogue->tools())
        names.append(tool->info().name);
    return names;
}

void RemoteServersTest::useScript(ScriptedLink::Script script)
{
    m_makeLink = [script](const RemoteConfig &) -> Result<std::shared_ptr<Link>> {
        return std::make_shared<ScriptedLink>(script);
    };
    use({serverNamed(u"odd"_s)});
}

void RemoteServersTest::offersWhatTheServerHas()
{
    QVERIFY(m_servers->states().isEmpty());
    use({serverNamed(u"far"_s)});
    QTRY_COMPARE(names().size(), 8); // in three pages
    QCOMPARE(names().first(), u"far__add_00"_s);
    QCOMPARE(names().last(), u"far__wait"_s);
    const ToolInfo info = m_catalogue->find(u"far__add_00"_s)->info();
    QCOMPARE(info.title, u"Adding"_s);
    QCOMPARE(QJsonDocument::fromJson(info.inputSchema)[u"type"].toString(), u"object"_s);
    QCOMPARE(info.outputSchema, QByteArray()); // callers would refuse results that are not like that
    QCOMPARE(m_servers->states().first().name, u"far"_s);
    QVERIFY(m_servers->states().first().isUp);
    QCOMPARE(m_servers->states().first().tools, 8);
}

void RemoteServersTest::callsWhatTheServerHas()
{
    use({serverNamed(u"far"_s)});
    QTRY_VERIFY(!names().isEmpty());
    const auto sum = call(u"far__add_03"_s, "{\"a\":2,\"b\":3}");
    QVERIFY(sum);
    QCOMPARE(sum->text, u"2 + 3 = 5"_s);
    QCOMPARE(sum->structured, QByteArray("{\"sum\":5}"));
    const auto failed = call(u"far__add_03"_s, "{\"a\":-2,\"b\":3}");
    QCOMPARE(failed.error().code, ErrorCode::BadGateway);
    QCOMPARE(failed.error().reason, u"remote_failed"_s);
    QCOMPARE(failed.error().message, u"Nothing negative."_s);
    QCOMPARE(call(u"far__add_03"_s, "[]").error().code, ErrorCode::InvalidRequest);
    QCOMPARE(call(u"far__add_03"_s, "{").error().code, ErrorCode::InvalidRequest);
    QCOMPARE(call(u"add_03"_s, "{}").error().code, ErrorCode::NotFound);
}

void RemoteServersTest::refusesWhatIsTooLarge()
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

void RemoteServersTest::hidesWhatIsAway()
{
    use({serverNamed(u"far"_s)});
    QTRY_VERIFY(!names().isEmpty());
    const auto tool = m_catalogue->find(u"far__add_00"_s); // somebody may still hold it
    m_other->die();
    QTRY_COMPARE(names(), QStringList());
    QVERIFY(!m_servers->states().first().isUp);
    QCOMPARE(QCoro::waitFor(tool->call("{}", {})).error().code, ErrorCode::Unavailable);
    m_other->isThere = true;
    QTRY_COMPARE(names().size(), 8);
    use({});
    QTRY_COMPARE(names(), QStringList());
    QTRY_COMPARE(m_scope->size(), 0);
    QCOMPARE(QCoro::waitFor(tool->call("{}", {})).error().reason, u"remote_away"_s);
}

void RemoteServersTest::followsTheList()
{
    use({serverNamed(u"far"_s)});
    QTRY_COMPARE(names().size(), 8);
    m_other->setTools(addingTools(2));
    QTRY_COMPARE(names(), (QStringList{u"far__add_00"_s, u"far__add_01"_s}));
    m_other->setTools({});
    QTRY_COMPARE(names(), QStringList());
    QVERIFY(m_servers->states().first().isUp);
    m_other->setTools(addingTools(1));
    QTRY_COMPARE(names().size(), 1);
    QCOMPARE(m_other->connections, 1);
}

void RemoteServersTest::cancelsOnTheOtherSide()
{
    use({serverNamed(u"far"_s)});
    QTRY_VERIFY(!names().isEmpty());
    std::stop_source stop;
    RequestContext context;
    context.stop = stop.get_token();
    QTimer::singleShot(20ms, this, [&stop] { stop.request_stop(); });
    QCOMPARE(call(u"far__wait"_s, "{}", context).error().code, ErrorCode::Cancelled);
    QTRY_COMPARE(m_other->session->running(), 0);
    QVERIFY(std::ranges::any_of(m_other->heard,
                                [](const QByteArray &text) { return text.contains("notifications/cancelled"); }));
}

void RemoteServersTest::givesUpWhatTakesTooLong()
{
    use({serverNamed(u"far"_s)});
    QTRY_VERIFY(!names().isEmpty());
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(call(u"far__wait"_s, "{}").error().code, ErrorCode::Timeout);
    QVERIFY(timer.elapsed() >= 350); // its own limit, not that of built-in tools
    QVERIFY(timer.elapsed() < 2'000);
    QTRY_COMPARE(m_other->session->running(), 0);
    QVERIFY(call(u"far__add_00"_s, "{\"a\":1,\"b\":1}")); // goes on
}

void RemoteServersTest::stopsAreHeard()
{
    use({serverNamed(u"far"_s)});
    QTRY_VERIFY(!names().isEmpty());
    QTimer::singleShot(20ms, this, [this] { m_other->die(); });
    const auto ended = call(u"far__wait"_s, "{}");
    QCOMPARE(ended.error().code, ErrorCode::BadGateway);
    QVERIFY(!ended.error().message.contains(u"other.test"));
}

void RemoteServersTest::changesOnlyWhatHasChanged()
{
    use({serverNamed(u"one"_s), serverNamed(u"two"_s)});
    QTRY_COMPARE(names().size(), 16);
    QCOMPARE(m_other->connections, 2);
    RemoteConfig off = serverNamed(u"one"_s);
    off.isEnabled = false;
    use({off, serverNamed(u"two"_s), serverNamed(u"three"_s)});
    QVERIFY(names().contains(u"two__add_00"_s)); // never gone
    QTRY_COMPARE(names().size(), 16);
    QVERIFY(names().contains(u"three__add_00"_s));
    QCOMPARE(m_other->connections, 3);
}

void RemoteServersTest::builtInToolsWin()
{
    class Named final : public Tool
    {
    public:
        [[nodiscard]] const ToolInfo &info() const override { return m_info; }
        [[nodiscard]] Task<ToolResult> call(QByteArray, RequestContext) const override
        {
            co_return ToolResult{{}, u"ours"_s};
        }

    private:
        const ToolInfo m_info{u"far__add_00"_s, {}, {}, "{}"_ba, {}};
    };
    Catalogue ours({std::make_shared<Named>()}, m_clock);
    TaskScope scope;
    RemoteServers servers([&ours](ToolList tools) { ours.setFurther(std::move(tools)); }, scope, m_makeLink,
                          shortTimes());
    servers.setServers({serverNamed(u"far"_s)});
    QTRY_COMPARE(ours.tools()->size(), 8U);
    QCOMPARE(QCoro::waitFor(ours.call(u"far__add_00"_s, "{}", {}))->text, u"ours"_s);
    scope.requestStop();
    QCoro::waitFor(scope.join());
}

void RemoteServersTest::pausesLongerAndLonger()
{
    QElapsedTimer timer;
    timer.start();
    QList<qint64> attempts;
    m_makeLink = [&](const RemoteConfig &) -> Result<std::shared_ptr<Link>> {
        attempts.append(timer.elapsed());
        return failure(linkError(u"nobody there"_s));
    };
    use({serverNamed(u"far"_s)});
    QTRY_COMPARE_GE(attempts.size(), 7);
    const QList<qint64> least{10, 20, 40, 80, 80, 80}; // doubled, but not for ever
    for (qsizetype i = 0; i < least.size(); ++i)
        QCOMPARE_GE(attempts[i + 1] - attempts[i], least[i] - 2);
    QCOMPARE_LT(attempts[6] - attempts[0], 3'000);
}

void RemoteServersTest::losesWhoFallsSilent()
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

void RemoteServersTest::livesWithOddServers()
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

void RemoteServersTest::tellsWhatIsWrongWithArguments_data()
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

void RemoteServersTest::tellsWhatIsWrongWithArguments()
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

void RemoteServersTest::leavesOutWhatItCannotOffer()
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

void RemoteServersTest::doesNotListForEver()
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

void RemoteServersTest::doesNotListWithoutPause()
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

void RemoteServersTest::saysOnlyWhatIsNew()
{
    use({serverNamed(u"far"_s)});
    QTRY_COMPARE(names().size(), 8);
    const int published = m_published;
    const auto lists = [this] {
        return std::ranges::count_if(m_other->heard, [](const QByteArray &text) { return text.contains("/list"); });
    };
    const auto before = lists();
    ToolList same = addingTools(7);
    same.push_back(std::make_shared<WaitingTool>());
    m_other->setTools(same);
    QTRY_COMPARE_GE(lists(), before + 3); // all pages of it
    QVERIFY(call(u"far__add_00"_s, "{\"a\":1,\"b\":1}"));
    QCOMPARE(m_published, published);
    m_other->setTools(addingTools(8));
    QTRY_COMPARE(m_published, published + 1);
}

void RemoteServersTest::leavesOutWhatIsPassedOn_data()
{
    QTest::addColumn<QByteArray>("peer");
    QTest::addColumn<QStringList>("offered");
    QTest::newRow("our kind") << QByteArray("\"sovereign-moe\"") << QStringList{u"odd__own"_s};
    QTest::newRow("another") << QByteArray("\"other\"") << QStringList{u"odd__a__b"_s, u"odd__own"_s};
    QTest::newRow("no name") << QByteArray("7") << QStringList{u"odd__a__b"_s, u"odd__own"_s};
}

void RemoteServersTest::leavesOutWhatIsPassedOn()
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

QTEST_GUILESS_MAIN(RemoteServersTest)
#include "tst_remoteservers.moc"
