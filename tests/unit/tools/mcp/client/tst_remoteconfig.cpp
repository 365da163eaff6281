// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/client/remoteconfig.h"

#include <QTest>

using namespace moe;
using namespace moe::tools::mcp;
using namespace Qt::StringLiterals;

class RemoteConfigTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsServers();
    void leavesOutWhatCannotBeUsed();
    void sendsTokensInTheOpenOnlyHere_data();
    void sendsTokensInTheOpenOnlyHere();
    void refuses_data();
    void refuses();
    void readsCommands();
    void refusesCommands_data();
    void refusesCommands();

private:
    const AllowedCommands m_commands{{u"weather"_s, {{"/usr/bin/weather", "--mcp"}}}};
};

void RemoteConfigTest::readsServers()
{
    QVERIFY(parseRemoteServers({}, {})->isEmpty());
    QVERIFY(parseRemoteServers("[]", {})->isEmpty());
    const QByteArray document = "[{\"name\":\"far\",\"url\":\"https://far.test:8003\",\"token\":\"secret\"},"
                                "{\"name\":\"Near-1_a\",\"url\":\"http://near.test/other\",\"enabled\":false},"
                                "{\"name\":\"w\",\"command\":\"weather\"}]";
    const auto servers = parseRemoteServers(document, m_commands);
    QVERIFY2(servers, servers ? "" : qUtf8Printable(servers.error().message));
    QCOMPARE(servers->size(), 3);
    QCOMPARE(servers->at(0), (RemoteConfig{u"far"_s, QUrl(u"https://far.test:8003/mcp"_s), "secret", {}, true}));
    QCOMPARE(servers->at(1), (RemoteConfig{u"Near-1_a"_s, QUrl(u"http://near.test/other"_s), {}, {}, false}));
    QCOMPARE(servers->at(2), (RemoteConfig{u"w"_s, {}, {}, {"/usr/bin/weather", "--mcp"}, true}));
}

void RemoteConfigTest::leavesOutWhatCannotBeUsed()
{
    const QByteArray document = "[{\"name\":\"a\",\"command\":\"weather\"},{\"name\":\"b\",\"command\":\"gone\"},"
                                "{\"name\":\"c\",\"url\":\"http://far.test/mcp\",\"token\":\"s3cret\"},"
                                "{\"name\":\"a\",\"url\":\"http://far.test/mcp\"},"
                                "{\"name\":\"d\",\"url\":\"http://far.test/mcp\"}]";
    const auto configs = readRemoteServers(document, m_commands);
    QVERIFY(configs);
    QCOMPARE(configs->servers.size(), 2);
    QCOMPARE(configs->servers.first().command.first(), QByteArray("/usr/bin/weather"));
    QCOMPARE(configs->servers.last().name, u"d"_s);
    QCOMPARE(configs->faults.size(), 3);
    for (int i = 0; i < 3; ++i) {
        QVERIFY(configs->faults[i].message.startsWith(u"$[%1]: "_s.arg(i + 1)));
        QVERIFY(!configs->faults[i].message.contains(u"s3cret"_s));
    }
    QVERIFY(!readRemoteServers("{}", m_commands));
}

void RemoteConfigTest::sendsTokensInTheOpenOnlyHere_data()
{
    QTest::addColumn<QByteArray>("url");
    QTest::addColumn<bool>("isRight");
    QTest::newRow("https") << QByteArray("https://far.test") << true;
    QTest::newRow("name") << QByteArray("http://localhost:9") << true;
    QTest::newRow("IPv4") << QByteArray("http://127.0.0.2:9") << true;
    QTest::newRow("IPv6") << QByteArray("http://[::1]:9") << true;
    QTest::newRow("elsewhere") << QByteArray("http://far.test") << false;
    QTest::newRow("nearby") << QByteArray("http://192.168.0.2:9") << false;
    QTest::newRow("pretence") << QByteArray("http://127.0.0.1.far.test") << false;
}

void RemoteConfigTest::sendsTokensInTheOpenOnlyHere()
{
    QFETCH(const QByteArray, url);
    QFETCH(const bool, isRight);
    const QByteArray entry = "[{\"name\":\"a\",\"url\":\"" + url + "\"";
    QVERIFY(parseRemoteServers(entry + "}]", {}));
    const auto servers = parseRemoteServers(entry + ",\"token\":\"s3cret\"}]", {});
    QCOMPARE(servers.has_value(), isRight);
    if (!servers) {
        QCOMPARE(servers.error().code, ErrorCode::InvalidRequest);
        QVERIFY(servers.error().message.startsWith(u"$[0]: "_s));
        QVERIFY(servers.error().message.contains(u"https"_s));
    }
}

void RemoteConfigTest::refuses_data()
{
    QTest::addColumn<QByteArray>("document");
    const auto row = [](const char *name, const char *document) { QTest::newRow(name) << QByteArray(document); };
    row("no list", "{}");
    row("no name", "[{\"url\":\"http://a.test\"}]");
    row("empty name", "[{\"name\":\"\",\"url\":\"http://a.test\"}]");
    row("name with two underscores", "[{\"name\":\"a__b\",\"url\":\"http://a.test\"}]");
    row("name that ends with one", "[{\"name\":\"a_\",\"url\":\"http://a.test\"}]");
    row("name with a space", "[{\"name\":\"a b\",\"url\":\"http://a.test\"}]");
    row("long name", "[{\"name\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"url\":\"http://a.test\"}]");
    row("nowhere", "[{\"name\":\"a\"}]");
    row("twice", "[{\"name\":\"a\",\"url\":\"http://a.test\"},{\"name\":\"a\",\"url\":\"http://b.test\"}]");
    row("url and command", "[{\"name\":\"a\",\"url\":\"http://a.test\",\"command\":\"weather\"}]");
    row("file", "[{\"name\":\"a\",\"url\":\"file:///etc/passwd\"}]");
    row("password", "[{\"name\":\"a\",\"url\":\"http://u:p@a.test\"}]");
    row("token", "[{\"name\":\"a\",\"url\":\"http://a.test\",\"token\":\"a\\r\\nHost: b\"}]");
    row("command that is not allowed", "[{\"name\":\"a\",\"command\":\"/bin/sh\"}]");
    row("arguments", "[{\"name\":\"a\",\"command\":\"weather\",\"args\":[\"-c\"]}]");
}

void RemoteConfigTest::refuses()
{
    QFETCH(const QByteArray, document);
    const auto servers = parseRemoteServers(document, m_commands);
    QVERIFY(!servers);
    QCOMPARE(servers.error().code, ErrorCode::InvalidRequest);
    QVERIFY(servers.error().message.startsWith(u'$'));
}

void RemoteConfigTest::readsCommands()
{
    QVERIFY(parseAllowedCommands({})->empty());
    const auto commands = parseAllowedCommands("{\"weather\":[\"/usr/bin/weather\",\"--mcp\"]}");
    QVERIFY(commands);
    QCOMPARE(*commands, m_commands);
    const auto secret = parseAllowedCommands("{\"weather\":{\"command\":[\"/usr/bin/weather\"],\"env\":{\"API_KEY_2\":"
                                             "\"a=\\\"b\\\"\",\"EMPTY\":\"\"}},\"plain\":{\"command\":[\"/bin/p\"]}}");
    QVERIFY(secret);
    QCOMPARE(secret->at(u"weather"_s), (AllowedCommand{{"/usr/bin/weather"}, {"API_KEY_2=a=\"b\"", "EMPTY="}}));
    QCOMPARE(secret->at(u"plain"_s), AllowedCommand{{"/bin/p"}});
    const auto servers = parseRemoteServers("[{\"name\":\"w\",\"command\":\"weather\"}]", *secret);
    QVERIFY(servers);
    QCOMPARE(servers->first().environment, secret->at(u"weather"_s).environment);
}

void RemoteConfigTest::refusesCommands_data()
{
    QTest::addColumn<QByteArray>("document");
    const auto row = [](const char *name, const char *document) { QTest::newRow(name) << QByteArray(document); };
    row("no object", "[]");
    row("no JSON", "weather");
    row("no list", "{\"a\":\"/usr/bin/weather\"}");
    row("empty list", "{\"a\":[]}");
    row("relative path", "{\"a\":[\"weather\"]}");
    row("number", "{\"a\":[\"/usr/bin/weather\",1]}");
    row("no command", "{\"a\":{\"env\":{}}}");
    row("unknown key", "{\"a\":{\"command\":[\"/bin/a\"],\"cwd\":\"/\"}}");
    row("env in a list", "{\"a\":{\"command\":[\"/bin/a\"],\"env\":[]}}");
    row("lower case", "{\"a\":{\"command\":[\"/bin/a\"],\"env\":{\"key\":\"\"}}}");
    row("no name", "{\"a\":{\"command\":[\"/bin/a\"],\"env\":{\"\":\"\"}}}");
    row("name with =", "{\"a\":{\"command\":[\"/bin/a\"],\"env\":{\"A=B\":\"\"}}}");
    row("number as value", "{\"a\":{\"command\":[\"/bin/a\"],\"env\":{\"A\":1}}}");
    row("NUL in value", "{\"a\":{\"command\":[\"/bin/a\"],\"env\":{\"A\":\"\\u0000\"}}}");
    row("NUL", "{\"a\":[\"/usr/bin/weather\\u0000\"]}");
}

void RemoteConfigTest::refusesCommands()
{
    QFETCH(const QByteArray, document);
    QVERIFY(!parseAllowedCommands(document));
}

QTEST_GUILESS_MAIN(RemoteConfigTest)
#include "tst_remoteconfig.moc"
