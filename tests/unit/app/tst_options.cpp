// SPDX-License-Identifier: Apache-2.0
// Every variable and option of README's table takes effect, and the nearer source wins.
#include "daemon/app/options.h"
#include "tests/support/testcertificate.h"

#include <QTemporaryDir>
#include <QTest>

#include <functional>

using namespace moe;
using namespace moe::app;
using namespace Qt::StringLiterals;

namespace {

using Seen = std::function<QString(const Options &)>;

Result<ParsedOptions> parse(const QStringList &arguments, const QList<std::pair<QString, QString>> &variables = {})
{
    QProcessEnvironment environment;
    for (const auto &[name, value] : variables)
        environment.insert(name, value);
    return parseOptions(QStringList{u"moed"_s} + arguments, Variables(environment));
}

/// What the option shows as if it could be read; otherwise why not.
QString shown(const Result<ParsedOptions> &parsed, const Seen &seen)
{
    return parsed ? seen(parsed->options) : parsed.error().message;
}

}
Q_DECLARE_METATYPE(Seen)

class OptionsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takeEffect_data();
    void takeEffect();
    void certificateAndKeyBelongTogether();
    void authoritiesMustBeReadable();
    void nearerSourceWins();
    void wrongValuesNameTheirSource_data();
    void wrongValuesNameTheirSource();
    void misspeltNamesAreTold();
    void bareProfileIsForLoopbackOnly();
};

void OptionsTest::takeEffect_data()
{
    QTest::addColumn<QString>("variable");
    QTest::addColumn<QString>("option"); // empty: there is none
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("expected");
    QTest::addColumn<Seen>("seen");
    const auto row
        = [](const char *variable, const char *option, const char *value, Seen seen, const char *expected = nullptr) {
              QTest::newRow(variable) << QString::fromLatin1(variable) << QString::fromLatin1(option)
                                      << QString::fromLatin1(value) << QString::fromLatin1(expected ? expected : value)
                                      << seen;
          };
    const auto number = [](auto value) { return QString::number(value); };
    row("MOE_DATA_DIR", "--data-dir", "/tmp/moe", [](const Options &o) { return o.dataDirectory; });
    row("MOE_LISTEN", "--listen", "::1", [](const Options &o) { return o.listen.toString(); });
    row("MOE_API_PORT", "--api-port", "1", [=](const Options &o) { return number(o.apiPort); });
    row("MOE_MCP_PORT", "--mcp-port", "2", [=](const Options &o) { return number(o.mcpPort); });
    row("MOE_CONTROL_PORT", "--control-port", "3", [=](const Options &o) { return number(o.controlPort); });
    row("MOE_IO_THREADS", "--io-threads", "7", [=](const Options &o) { return number(o.ioThreads); });
    row(
        "MOE_DRAIN_SECONDS", "--drain-seconds", "9", [=](const Options &o) { return number(o.drainTime.count()); },
        "9000");
    row(
        "MOE_TRUSTED_PROXIES", "--trusted-proxies", "10.0.0.0/8, 127.0.0.1",
        [=](const Options &o) { return number(o.trustedProxies.size()); }, "2");
    row("MOE_MAX_CONNECTIONS", "--max-connections", "5", [=](const Options &o) { return number(o.maxConnections); });
    row("MOE_MAX_CONNECTIONS_PER_ADDRESS", "--max-connections-per-address", "6",
        [=](const Options &o) { return number(o.maxConnectionsPerAddress); });
    row("LOG_LEVEL", "--log-level", "info,http=debug", [](const Options &o) { return o.logLevel; });
    row("MOE_LOG_FORMAT", "--log-format", "json", [](const Options &o) { return o.logFormat; });
    row("MOE_INSECURE_HTTP", "", "1", [=](const Options &o) { return number(int(o.isInsecureHttpAllowed)); });
    row("MOE_METRICS_TOKEN", "", "abc", [](const Options &o) { return QString::fromUtf8(o.metricsToken); });
    row("MOE_BENCH_BARE", "", "1", [=](const Options &o) { return number(int(o.checks == api::Checks::None)); });
    row("INFERENCE_SERVERS", "", "[]", [](const Options &o) { return QString::fromUtf8(o.inferenceServers); });
    row("CLUSTER_HARDWARE", "", "{}", [](const Options &o) { return QString::fromUtf8(o.clusterHardware); });
    row("OLLAMA_HOST", "", "gpu1", [](const Options &o) { return o.ollamaHost; });
    row("EXPERT_MODELS", "", "{\"a\":1}", [](const Options &o) { return QString::fromUtf8(o.expertModels); });
    row("JUDGE_MODEL", "", "m:1b", [](const Options &o) { return o.judgeModel; });
    row("JUDGE_ENDPOINT", "", "gpu1", [](const Options &o) { return o.judgeEndpoint; });
    row(
        "MCP_URL", "", "http://tools:8003", [](const Options &o) { return QString::fromUtf8(o.mcpServers); },
        "[{\"name\":\"mcp\",\"url\":\"http://tools:8003\"}]");
    row("MOE_MCP_COMMANDS", "", "{\"a\":[\"/bin/a\"]}",
        [](const Options &o) { return QString::fromUtf8(o.mcpCommands); });
    row("MAX_EXPERT_OUTPUT_CHARS", "", "500", [=](const Options &o) { return number(o.expertOutput); });
}

void OptionsTest::takeEffect()
{
    QFETCH(const QString, variable);
    QFETCH(const QString, option);
    QFETCH(const QString, value);
    QFETCH(const QString, expected);
    QFETCH(const Seen, seen);
    QVERIFY(shown(parse({}), seen) != expected);
    QCOMPARE(shown(parse({}, {{variable, value}}), seen), expected);
    if (!option.isEmpty())
        QCOMPARE(shown(parse({option, value}), seen), expected);
}

void OptionsTest::certificateAndKeyBelongTogether()
{
    const auto both = parse({u"--tls-certificate"_s, u"c.pem"_s}, {{u"MOE_TLS_KEY"_s, u"k.pem"_s}});
    QCOMPARE(both->options.certificateFile, u"c.pem"_s);
    QCOMPARE(both->options.keyFile, u"k.pem"_s);
    QVERIFY(!parse({u"--tls-key"_s, u"k.pem"_s}));
    QVERIFY(!parse({}, {{u"MOE_TLS_CERTIFICATE"_s, u"c.pem"_s}}));
    QVERIFY(parse({u"--insecure-http"_s})->options.isInsecureHttpAllowed);
}

void OptionsTest::authoritiesMustBeReadable()
{
    const test::TestCertificate certificate;
    QCOMPARE(parse({}, {{u"MOE_CA"_s, certificate.file()}})->options.caFile, QFile::encodeName(certificate.file()));
    const test::TestDirectory folder;
    for (const QString &file : {folder.file(u"none.pem"_s), folder.write(u"empty.pem"_s, "no certificate")}) {
        const auto refused = parse({u"--ca"_s, file});
        QVERIFY(!refused);
        QVERIFY(refused.error().message.contains(u"--ca"));
    }
}

void OptionsTest::nearerSourceWins()
{
    const QTemporaryDir folder;
    QFile file(folder.filePath(u"moed.env"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("# comment\n\nMOE_API_PORT=1\nMOE_MCP_PORT = '2'\nMOE_CONTROL_PORT=\"3\"\nJUDGE_MODEL=m:1b\n");
    file.close();
    const QList<std::pair<QString, QString>> variables{
        {u"MOE_CONFIG"_s, file.fileName()}, {u"MOE_API_PORT"_s, u"10"_s}, {u"MOE_MCP_PORT"_s, u"20"_s}};
    const auto parsed = parse({u"--api-port"_s, u"100"_s}, variables);
    QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().message));
    QCOMPARE(parsed->options.apiPort, 100);
    QCOMPARE(parsed->options.mcpPort, 20);
    QCOMPARE(parsed->options.controlPort, 3);
    QCOMPARE(parsed->options.judgeModel, u"m:1b"_s);
    const auto named = parse({u"--config"_s, file.fileName()});
    QCOMPARE(named->options.apiPort, 1);
}

void OptionsTest::wrongValuesNameTheirSource_data()
{
    QTest::addColumn<QString>("variable");
    QTest::addColumn<QString>("value");
    for (const auto &[variable, value] :
         {std::pair{"MOE_API_PORT", "65536"}, std::pair{"MOE_MCP_PORT", "-1"}, std::pair{"MOE_IO_THREADS", "0"},
          std::pair{"MOE_DRAIN_SECONDS", "x"}, std::pair{"MOE_MAX_CONNECTIONS", "1.5"},
          std::pair{"MAX_EXPERT_OUTPUT_CHARS", "many"}, std::pair{"MCP_URL", "tools:8003"},
          std::pair{"MOE_MCP_COMMANDS", "/bin/sh"}})
        QTest::newRow(variable) << QString::fromLatin1(variable) << QString::fromLatin1(value);
}

void OptionsTest::wrongValuesNameTheirSource()
{
    QFETCH(const QString, variable);
    QFETCH(const QString, value);
    const auto parsed = parse({}, {{variable, value}});
    QVERIFY(!parsed);
    QVERIFY2(parsed.error().message.contains(variable), qPrintable(parsed.error().message));
}

void OptionsTest::misspeltNamesAreTold()
{
    const test::TestDirectory folder;
    const QString file = folder.write(u"moed.env"_s, "MOE_API_PORT=1\nMOE_DRAIN_SECOND=5\nOTHER=1\n");
    const auto parsed = parse({u"--config"_s, file},
                              {{u"MOE_API_PROT"_s, u"1"_s}, {u"MOE_API_KEY"_s, u"x"_s}, {u"MOE_LONG_TESTS"_s, u"1"_s}});
    QCOMPARE(parsed->unknownVariables, QStringList({u"MOE_API_PROT"_s, u"MOE_DRAIN_SECOND"_s}));
    QVERIFY(parse({}, {{u"MOE_METRICS_TOKEN"_s, u"x"_s}})->unknownVariables.isEmpty());
}

void OptionsTest::bareProfileIsForLoopbackOnly()
{
    for (const QString &value : {u"1"_s, u"keys"_s, u"yes"_s})
        QVERIFY(!parse({u"--listen"_s, u"0.0.0.0"_s}, {{u"MOE_BENCH_BARE"_s, value}}));
    QVERIFY(!parse({}, {{u"MOE_BENCH_BARE"_s, u"yes"_s}}));
    QCOMPARE(parse({}, {{u"MOE_BENCH_BARE"_s, u"keys"_s}})->options.checks, api::Checks::KeysOnly);
    QCOMPARE(parse({}, {{u"MOE_BENCH_BARE"_s, u"0"_s}})->options.checks, api::Checks::All);
}

QTEST_GUILESS_MAIN(OptionsTest)
#include "tst_options.moc"
