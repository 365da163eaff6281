// SPDX-License-Identifier: Apache-2.0
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
    void hidesWhatIsAway();
    void followsTheList();
    void cancelsOnTheOtherSide();
    void givesUpWhatTakesTooLong();
    void stopsAreHeard();
    void changesOnlyWhatHasChanged();
    void builtInToolsWin();
    void pausesLongerAndLonger();
    void saysOnlyWhatIsNew();

private:
    [[nodiscard]] QStringList names() const { return namesOf(*m_catalogue); }
    void use(const QList<RemoteConfig> &configs) { m_servers->setServers(configs); }
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

QTEST_GUILESS_MAIN(RemoteServersTest)
#include "tst_remoteservers.moc"
