// SPDX-License-Identifier: Apache-2.0
// Tools of a program that is started for them: this one, again, with an argument that says how it behaves.
#include "daemon/tools/mcp/client/serverprocess.h"
#include "daemon/tools/mcp/client/stdiolink.h"
#include "tests/unit/tools/mcp/client/remotefixture.h"

#include <QTest>

#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <iostream>
#include <string>
#include <unistd.h>

using namespace moe;
using namespace moe::test;
using namespace moe::tools::mcp;
using namespace std::chrono_literals;

extern char **environ;

namespace {

QByteArray environmentText()
{
    QByteArrayList lines;
    for (char **line = environ; *line; ++line)
        lines.append(*line);
    std::ranges::sort(lines);
    return lines.join(' ');
}

/// What it has beside input and outputs.
int openDescriptors()
{
    int count = 0;
    for (int i = 3; i < 256; ++i)
        count += fcntl(i, F_GETFD) >= 0;
    return count;
}

QByteArray answerOf(const QByteArray &how, const Message &message)
{
    if (message.method == "initialize")
        return "{\"protocolVersion\":\"2025-06-18\"}";
    if (message.method == "tools/list")
        return "{\"tools\":[{\"name\":\"t\",\"inputSchema\":{\"type\":\"object\"}}]}";
    if (message.method != "tools/call")
        return "{}";
    if (how == "crash")
        std::raise(SIGABRT);
    if (how == "flood") {
        while (std::fputs("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", stdout) >= 0)
            ;
    }
    const QString told = u"%1|%2|%3"_s.arg(QString::fromUtf8(environmentText())).arg(openDescriptors()).arg(getpid());
    return "{\"content\":[" + textBlock(told) + "]}";
}

volatile std::sig_atomic_t isAsked = 0;

int child(const QByteArray &how)
{
    if (how == "obedient")
        std::signal(SIGTERM, [](int) { isAsked = 1; });
    if (how == "stubborn")
        std::signal(SIGTERM, SIG_IGN);
    if (how == "slow")
        usleep(500'000);
    std::fputs("noise on the errors\n", stderr);
    std::string line;
    while (std::getline(std::cin, line)) {
        const auto messages = readMessages(QByteArray::fromStdString(line));
        if (!messages || messages->list.first().kind != Message::Kind::Request)
            continue;
        const Message &message = messages->list.first();
        std::fputs("a line that is no message\n", stdout);
        const QByteArray answer = resultText(message.id, answerOf(how, message)) + '\n';
        std::fputs(answer.constData(), stdout);
        std::fflush(stdout);
    }
    while (how == "stubborn" || (how == "obedient" && !isAsked))
        usleep(1'000);
    if (how == "obedient")
        std::fputs("asked to end\n", stderr);
    return 0;
}

bool isAlive(int pid) { return kill(pid, 0) == 0; }

}

class StdioLinkTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void runsInNothingOfOurs();
    void takesLongMessages();
    void beginsAgain_data();
    void beginsAgain();
    void leavesNothingBehind_data();
    void leavesNothingBehind();
    void cannotBeStarted();
    void hasWhatItIsGiven();
    void mayBeginSlowly();
    void tellsOfErrorsWithinBounds();

private:
    void start(const QByteArray &how, const QByteArrayList &environment = {})
    {
        const QByteArray program = QCoreApplication::applicationFilePath().toUtf8();
        m_servers->setServers({{u"own"_s, {}, {}, {program, "--child", how}, true, environment}});
    }
    [[nodiscard]] bool isUp() const { return m_servers->states().first().isUp; }
    Result<ToolResult> call(const QByteArray &arguments = "{}") const
    {
        return QCoro::waitFor(m_catalogue->call(u"own__t"_s, arguments, {}));
    }

    const SystemClock m_clock;
    std::unique_ptr<Catalogue> m_catalogue;
    std::unique_ptr<TaskScope> m_scope;
    std::unique_ptr<RemoteServers> m_servers;
};

void StdioLinkTest::init()
{
    RemoteTimes times = shortTimes();
    times.answer = 20s; // a program needs its time to begin
    times.call = 20s;
    m_catalogue = std::make_unique<Catalogue>(ToolList(), m_clock);
    m_scope = std::make_unique<TaskScope>();
    m_servers = std::make_unique<RemoteServers>([this](ToolList tools) { m_catalogue->setFurther(std::move(tools)); },
                                                *m_scope, RemoteServers::links(), times);
}

void StdioLinkTest::cleanup()
{
    m_scope->requestStop();
    QCoro::waitFor(m_scope->join());
    m_servers.reset();
}

void StdioLinkTest::runsInNothingOfOurs()
{
    qputenv("MOE_SECRET", "secret");
    start("well");
    QTRY_VERIFY_WITH_TIMEOUT(isUp(), 20'000);
    const auto result = call();
    QVERIFY2(result, result ? "" : qUtf8Printable(result.error().message));
    QVERIFY2(result->text.startsWith(u"LANG=C.UTF-8 PATH=/usr/local/bin:/usr/bin:/bin|0|"_s),
             qUtf8Printable(result->text));
}

void StdioLinkTest::takesLongMessages()
{
    start("well");
    QTRY_VERIFY_WITH_TIMEOUT(isUp(), 20'000);
    QVERIFY(call("{\"a\":\n\"" + QByteArray(900 * 1024, 'x') + "\"}")); // more than a socket holds, and a line end
}

void StdioLinkTest::beginsAgain_data()
{
    QTest::addColumn<QByteArray>("how");
    QTest::newRow("crash") << QByteArray("crash");
    QTest::newRow("endless line") << QByteArray("flood");
}

void StdioLinkTest::beginsAgain()
{
    QFETCH(const QByteArray, how);
    start(how);
    for (int i = 0; i < 3; ++i) {
        QTRY_VERIFY_WITH_TIMEOUT(isUp(), 20'000);
        QCOMPARE(call().error().code, ErrorCode::BadGateway);
        QTRY_VERIFY_WITH_TIMEOUT(!isUp(), 20'000);
        QVERIFY(!m_catalogue->find(u"own__t"_s));
    }
}

void StdioLinkTest::leavesNothingBehind_data()
{
    QTest::addColumn<QByteArray>("how");
    QTest::addColumn<int>("least"); // milliseconds until it has gone; Qt's timers may be 5 % early
    QTest::addColumn<int>("most");
    QTest::newRow("goes by itself") << QByteArray("well") << 0 << 1'000;
    QTest::newRow("has to be asked") << QByteArray("obedient") << 90 << 1'000;
    QTest::newRow("has to be killed") << QByteArray("stubborn") << 1'040 << 2'100;
}

void StdioLinkTest::leavesNothingBehind()
{
    QFETCH(const QByteArray, how);
    start(how);
    QTRY_VERIFY_WITH_TIMEOUT(isUp(), 20'000);
    const auto result = call();
    QVERIFY(result);
    const int pid = result->text.section(u'|', 2).toInt();
    QVERIFY(isAlive(pid));
    QElapsedTimer timer;
    timer.start();
    qint64 longestBlock = 0;
    QElapsedTimer tick;
    tick.start();
    QTimer ticking;
    ticking.callOnTimeout(&ticking, [&] { longestBlock = std::max(longestBlock, tick.restart()); });
    ticking.start(5ms);
    m_servers->setServers({});
    QTRY_COMPARE(m_scope->size(), 0);
    QVERIFY(!isAlive(pid)); // and reaped
    QFETCH(const int, least);
    QFETCH(const int, most);
    QCOMPARE_GE(timer.elapsed(), least);
    QCOMPARE_LE(timer.elapsed(), most);
    QCOMPARE_LT(longestBlock, 500); // the loop goes on meanwhile
}

void StdioLinkTest::cannotBeStarted()
{
    m_servers->setServers({{u"own"_s, {}, {}, {"/nonexistent/program"}, true}});
    QTest::qWait(50);
    QVERIFY(!isUp());
    QCOMPARE(startStdioLink({u"own"_s, {}, {}, {"/nonexistent/program"}}).error().code, ErrorCode::BadGateway);
}

void StdioLinkTest::hasWhatItIsGiven()
{
    start("well", {"API_KEY=a b=c", "LANG=de"});
    QTRY_VERIFY_WITH_TIMEOUT(isUp(), 20'000);
    const auto result = call();
    QVERIFY(result);
    QVERIFY2(result->text.startsWith(u"API_KEY=a b=c LANG=de PATH=/usr/local/bin:/usr/bin:/bin|"_s),
             qUtf8Printable(result->text));
}

void StdioLinkTest::mayBeginSlowly()
{
    RemoteTimes times = shortTimes();
    times.answer = 300ms; // enough for everything but the begin
    m_servers = std::make_unique<RemoteServers>([this](ToolList tools) { m_catalogue->setFurther(std::move(tools)); },
                                                *m_scope, RemoteServers::links(), times);
    start("slow");
    QTRY_VERIFY_WITH_TIMEOUT(isUp(), 20'000);
}

void StdioLinkTest::tellsOfErrorsWithinBounds()
{
    ErrorLines lines;
    const ErrorLines::Time begin{};
    QCOMPARE(lines.take("one\ntw", begin), QByteArrayList{"one"});
    QCOMPARE(lines.take("o\r\n\n\x1b[1m\n", begin), (QByteArrayList{"two", "[1m"}));
    QCOMPARE(lines.take(QByteArray(100'000, 'x'), begin), QByteArrayList());
    QCOMPARE(lines.take("y\n", begin), QByteArrayList{QByteArray(200, 'x')});
    QCOMPARE(lines.take(QByteArray("z\n").repeated(100), begin).size(), 16); // 20 in all
    QCOMPARE(lines.take("z\n", begin + 59s), QByteArrayList());
    QCOMPARE(lines.take("z\n", begin + 60s), QByteArrayList{"z"});
}

int main(int argc, char **argv)
{
    if (argc == 3 && QByteArrayView(argv[1]) == "--child")
        return child(argv[2]);
    QCoreApplication application(argc, argv);
    StdioLinkTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_stdiolink.moc"
