// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/ollamahost.h"
#include "daemon/inference/serverconfig.h"

#include <QTest>

using namespace moe;
using namespace moe::app;
using namespace Qt::StringLiterals;

class OllamaHostTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAsOllamaDoes_data();
    void readsAsOllamaDoes();
    void warnsOfInvalidPorts_data();
    void warnsOfInvalidPorts();
    void refusesWhatIsNoAddress_data();
    void refusesWhatIsNoAddress();
};

void OllamaHostTest::readsAsOllamaDoes_data()
{
    QTest::addColumn<QString>("value");
    QTest::addColumn<QByteArray>("url");
    const auto row = [](const char *value, const char *url) {
        QTest::addRow("'%s'", value) << QString::fromUtf8(value) << QByteArray(url);
    };
    row("", "http://127.0.0.1:11434");
    row("  ", "http://127.0.0.1:11434");
    row("\"\"", "http://127.0.0.1:11434");
    row("gpu1", "http://gpu1:11434");
    row("10.0.0.7", "http://10.0.0.7:11434");
    row("gpu1:1234", "http://gpu1:1234");
    row("gpu1:0", "http://gpu1:0");
    row(":1234", "http://127.0.0.1:1234");
    row("gpu1/", "http://gpu1:11434");
    row("gpu1:1234/", "http://gpu1:1234");
    row("gpu1:1234/base/", "http://gpu1:1234/base");
    row("http://gpu1", "http://gpu1:80");
    row("http://gpu1:1234", "http://gpu1:1234");
    row("http://gpu1:1234/base/ollama", "http://gpu1:1234/base/ollama");
    row("https://gpu1", "https://gpu1:443");
    row("HTTPS://gpu1", "https://gpu1:443");
    row("https://gpu1:1234/", "https://gpu1:1234");
    row("https://gpu1.example.org/ollama", "https://gpu1.example.org:443/ollama");
    row("0.0.0.0", "http://127.0.0.1:11434");
    row("0.0.0.0:1234", "http://127.0.0.1:1234");
    row("http://0.0.0.0:1234", "http://127.0.0.1:1234");
    row("::", "http://[::1]:11434");
    row("[::]", "http://[::1]:11434");
    row("[::]:1234", "http://[::1]:1234");
    row("::1", "http://[::1]:11434");
    row("[::1]", "http://[::1]:11434");
    row("[2001:db8::7]:1234", "http://[2001:db8::7]:1234");
    row("https://[2001:db8::7]/", "https://[2001:db8::7]:443");
    row("  gpu1:1234\t", "http://gpu1:1234");
    row("\"gpu1:1234\"", "http://gpu1:1234");
    row("' gpu1 '", "http://gpu1:11434");
    row(" \"http://gpu1\" ", "http://gpu1:80");
    row("gpu1/a\"b", "http://gpu1:11434/a%22b");
}

void OllamaHostTest::readsAsOllamaDoes()
{
    QFETCH(const QString, value);
    QFETCH(const QByteArray, url);
    const auto address = parseOllamaHost(value);
    QVERIFY2(address, address ? "" : qPrintable(address.error().message));
    QCOMPARE(address->url, url);
    QCOMPARE(address->warning, QString());
    const QByteArray servers = R"([{"name":"local","url":")" + url + "\"}]";
    const auto cluster = inference::parseClusterConfig(servers, {});
    QVERIFY2(cluster, cluster ? "" : qPrintable(cluster.error().message)); // it is what a server may be called
    QCOMPARE(cluster->servers.first().url, url);
}

void OllamaHostTest::warnsOfInvalidPorts_data()
{
    QTest::addColumn<QString>("value");
    QTest::addColumn<QByteArray>("url");
    QTest::newRow("no number") << u"gpu1:http"_s << QByteArray("http://gpu1:11434");
    QTest::newRow("empty") << u"gpu1:"_s << QByteArray("http://gpu1:11434");
    QTest::newRow("too large") << u"http://gpu1:65536"_s << QByteArray("http://gpu1:80");
    QTest::newRow("negative") << u"https://gpu1:-1/base"_s << QByteArray("https://gpu1:443/base");
    QTest::newRow("of this machine") << u":x"_s << QByteArray("http://127.0.0.1:11434");
    QTest::newRow("IPv6") << u"[::1]:x"_s << QByteArray("http://[::1]:11434");
}

void OllamaHostTest::warnsOfInvalidPorts()
{
    QFETCH(const QString, value);
    QFETCH(const QByteArray, url);
    const auto address = parseOllamaHost(value);
    QVERIFY2(address, address ? "" : qPrintable(address.error().message));
    QCOMPARE(address->url, url);
    QVERIFY(address->warning.contains(u"OLLAMA_HOST"));
    QVERIFY(!address->warning.contains(u"gpu1"));
}

void OllamaHostTest::refusesWhatIsNoAddress_data()
{
    QTest::addColumn<QString>("value");
    for (const char *value :
         {"ftp://gpu1", "://gpu1", "gpu 1", "user:word@gpu1:1", "[::1", "gpu1?x", "gpu1#x", "a\"b", "1:2:3"})
        QTest::newRow(value) << QString::fromUtf8(value);
}

void OllamaHostTest::refusesWhatIsNoAddress()
{
    QFETCH(const QString, value);
    const auto address = parseOllamaHost(value);
    QVERIFY2(!address, address ? address->url.constData() : "");
    QCOMPARE(address.error().code, ErrorCode::InvalidRequest);
    QVERIFY(address.error().message.startsWith(u"OLLAMA_HOST: "));
}

QTEST_GUILESS_MAIN(OllamaHostTest)
#include "tst_ollamahost.moc"
