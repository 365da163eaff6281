// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/modelname.h"
#include "daemon/inference/serverconfig.h"

#include <QRandomGenerator>
#include <QTest>

using namespace moe;
using namespace moe::inference;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

// Slashes are escaped in the documents because moc takes "//" in a raw string for a comment.
class TestServerConfig : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsServersWithDefaults()
    {
        const auto cluster = parseClusterConfig(R"([
            {"name": "gpu-1", "url": "http:\/\/10.0.0.1:11434/", "api_type": "ollama"},
            {"name": "cloud", "url": "https:\/\/api.example.org/base/v1/", "api_type": "openai", "token": "sk-1",
             "gpu_count": 4, "parallel": 16, "vram_gb": 80.5, "cost_factor": 2.5, "enabled": false, "timeout": 1.5},
            {"name": "c", "url": "http:\/\/[::1]:1/v1", "api_type": "openai", "token": null}])");
        QVERIFY2(cluster, cluster ? "" : qPrintable(cluster.error().message));
        QCOMPARE(cluster->servers.size(), 3);
        QVERIFY(cluster->notes.isEmpty());
        ServerConfig first;
        first.name = ServerId(u"gpu-1"_s);
        first.url = "http://10.0.0.1:11434";
        QVERIFY(cluster->servers[0] == first);
        const ServerConfig &second = cluster->servers[1];
        QCOMPARE(second.url, "https://api.example.org/base");
        QCOMPARE(second.token, "sk-1");
        QCOMPARE(second.apiType, ApiType::OpenAi);
        QCOMPARE(second.gpuCount, 4);
        QCOMPARE(second.parallel, 16);
        QCOMPARE(second.vramGb, 80.5);
        QCOMPARE(second.costFactor, 2.5);
        QCOMPARE(second.isEnabled, false);
        QCOMPARE(second.timeout, 1500ms);
        QCOMPARE(cluster->servers[2].url, "http://[::1]:1");
        QCOMPARE(cluster->servers[2].apiType, ApiType::OpenAi);
        QVERIFY(parseClusterConfig(" ", "").value().servers.isEmpty());
    }

    void namesThePlaceOfAnError_data()
    {
        QTest::addColumn<QByteArray>("servers");
        QTest::addColumn<QByteArray>("hardware");
        QTest::addColumn<QString>("message");
        const auto row = [](const char *servers, const QString &message, const char *hardware = "") {
            QTest::newRow(qPrintable(message)) << QByteArray(servers) << QByteArray(hardware) << message;
        };
        const char *const good = R"([{"name":"a","url":"http:\/\/h:1"}])";
        row("{", u"INFERENCE_SERVERS: not valid JSON at line 1"_s);
        row("{}", u"INFERENCE_SERVERS: expected an array"_s);
        row("[1]", u"INFERENCE_SERVERS[0]: expected an object"_s);
        row(R"([{"url":"http:\/\/h:1"}])", u"INFERENCE_SERVERS[0].name: expected a string that is not empty"_s);
        row(R"([{"name":"a b","url":"http:\/\/h:1"}])", u"INFERENCE_SERVERS[0].name: expected at most"_s);
        row(R"([{"name":"a"}])", u"INFERENCE_SERVERS[0].url: expected a string"_s);
        row(R"([{"name":"a","url":"ftp:\/\/h"}])", u"INFERENCE_SERVERS[0].url: expected http://"_s);
        row(R"([{"name":"a","url":"http:\/\/"}])", u"INFERENCE_SERVERS[0].url: expected http://host"_s);
        row(R"([{"name":"a","url":"http:\/\/h/?x=1"}])", u"INFERENCE_SERVERS[0].url: expected http://host:port"_s);
        row(R"([{"name":"a","url":"http:\/\/secret:geheim@h"}])", u"INFERENCE_SERVERS[0].url: must not hold"_s);
        row(R"([{"name":"a","url":"http:\/\/h"},{"name":"b","url":"http:\/\/h","api_type":"grpc"}])",
            u"INFERENCE_SERVERS[1].api_type: expected \"ollama\" or \"openai\""_s);
        row(R"([{"name":"a","url":"http:\/\/h","api_type":"anthropic"}])",
            u"INFERENCE_SERVERS[0].api_type: servers of type \"anthropic\" are not supported yet"_s);
        row(R"([{"name":"a","url":"http:\/\/h","api_type":"OpenAI"}])",
            u"INFERENCE_SERVERS[0].api_type: expected \"ollama\""_s);
        row(R"([{"name":"a","url":"http:\/\/h","api_type":1}])", u"INFERENCE_SERVERS[0].api_type: expected a string"_s);
        row(R"([{"name":"a","url":"http:\/\/h"},{"name":"A","url":"http:\/\/i"}])",
            u"INFERENCE_SERVERS[1].name: another server has this name"_s);
        row(R"([{"name":"a","url":"http:\/\/h","token":"geheim\r\nX: 1"}])", u"INFERENCE_SERVERS[0].token: expected"_s);
        row(R"([{"name":"a","url":"http:\/\/h","token":7}])", u"INFERENCE_SERVERS[0].token: expected a string"_s);
        row(R"([{"name":"a","url":"http:\/\/h","gpu_count":1.5}])",
            u"INFERENCE_SERVERS[0].gpu_count: expected an integer"_s);
        row(R"([{"name":"a","url":"http:\/\/h","gpu_count":"2"}])",
            u"INFERENCE_SERVERS[0].gpu_count: expected a number"_s);
        row(R"([{"name":"a","url":"http:\/\/h","parallel":0}])",
            u"INFERENCE_SERVERS[0].parallel: expected a number from 1"_s);
        row(R"([{"name":"a","url":"http:\/\/h","timeout":1e300}])",
            u"INFERENCE_SERVERS[0].timeout: expected a number"_s);
        row(R"([{"name":"a","url":"http:\/\/h","cost_factor":-1}])", u"INFERENCE_SERVERS[0].cost_factor: expected"_s);
        row(R"([{"name":"a","url":"http:\/\/h","enabled":1}])",
            u"INFERENCE_SERVERS[0].enabled: expected true or false"_s);
        row(good, u"CLUSTER_HARDWARE: expected an object"_s, "[]");
        row(good, u"CLUSTER_HARDWARE.classes: expected an object"_s, R"({"classes":[]})");
        row(good, u"CLUSTER_HARDWARE.classes.k80.priority: expected"_s, R"({"classes":{"k80":{"priority":"x"}}})");
        row(good, u"CLUSTER_HARDWARE.nodes[0].server: INFERENCE_SERVERS has no"_s, R"({"nodes":[{"server":"b"}]})");
        row(good, u"CLUSTER_HARDWARE.nodes[0].class: there is no such"_s, R"({"nodes":[{"server":"a","class":"x"}]})");
        row(good, u"CLUSTER_HARDWARE.nodes[0].models: expected"_s, R"({"nodes":[{"server":"a","models":[1]}]})");
    }
    void namesThePlaceOfAnError()
    {
        QFETCH(QByteArray, servers);
        QFETCH(QByteArray, hardware);
        QFETCH(QString, message);
        const auto cluster = parseClusterConfig(servers, hardware);
        QVERIFY(!cluster);
        QCOMPARE(cluster.error().code, ErrorCode::InvalidRequest);
        QVERIFY2(cluster.error().message.startsWith(message), qPrintable(cluster.error().message));
        QVERIFY(!cluster.error().message.contains(u"geheim"_s));
    }

    void hardwareFillsWhatServersLeaveOpen()
    {
        const auto cluster
            = parseClusterConfig(R"([
            {"name": "n1", "url": "http:\/\/a"}, {"name": "n2", "url": "http:\/\/b", "gpu_count": 1, "vram_gb": 7},
            {"name": "n3", "url": "http:\/\/c"}])",
                                 R"({"classes": {"K80": {"priority": 1, "vram_gb": 12, "compute": "cc37"},
                            "RTX": {"priority": 9, "vram_gb": 24}},
                "nodes": [{"server": "n1", "class": "K80", "gpus": 4, "models": ["gemma3:4b"]},
                          {"server": "n2", "class": "RTX", "gpus": 2}], "comment": 1})");
        QVERIFY2(cluster, cluster ? "" : qPrintable(cluster.error().message));
        const auto &servers = cluster->servers;
        QCOMPARE(servers[0].priority, 1);
        QCOMPARE(servers[0].gpuCount, 4);
        QCOMPARE(servers[0].parallel, 4);
        QCOMPARE(servers[0].vramGb, 48.0);
        QCOMPARE(servers[0].assignedModels, QStringList(u"gemma3:4b"_s));
        QCOMPARE(servers[1].priority, 9);
        QCOMPARE(servers[1].gpuCount, 1);
        QCOMPARE(servers[1].vramGb, 7.0);
        QCOMPARE(servers[2].vramGb, 0.0);
        QCOMPARE(cluster->notes, QStringList(u"CLUSTER_HARDWARE: an unknown member is ignored"_s));
    }

    void resolvesModelIds_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<QString>("model"); // empty: refused
        QTest::addColumn<QString>("server");
        QTest::newRow("plain") << u"gemma3"_s << u"gemma3"_s << u""_s;
        QTest::newRow("tag") << u"qwen3:30b"_s << u"qwen3:30b"_s << u""_s;
        QTest::newRow("server") << u"qwen3:30b@gpu-1"_s << u"qwen3:30b"_s << u"gpu-1"_s;
        QTest::newRow("path") << u"hf.co/org/Name-GGUF:Q4_K_M@n.1"_s << u"hf.co/org/Name-GGUF:Q4_K_M"_s << u"n.1"_s;
        QTest::newRow("last at") << u"a@b@c"_s << u"a@b"_s << u"c"_s;
        QTest::newRow("empty") << u""_s << u""_s << u""_s;
        QTest::newRow("no model") << u"@a"_s << u""_s << u""_s;
        QTest::newRow("no server") << u"a@"_s << u""_s << u""_s;
        QTest::newRow("bad server") << u"a@b c"_s << u""_s << u""_s;
        QTest::newRow("control") << u"a\nb"_s << u""_s << u""_s;
        QTest::newRow("long") << QString(257, u'a') << u""_s << u""_s;
    }
    void resolvesModelIds()
    {
        QFETCH(QString, id);
        QFETCH(QString, model);
        QFETCH(QString, server);
        const auto resolved = resolveModelId(id);
        QCOMPARE(resolved.has_value(), !model.isEmpty());
        if (!resolved) {
            QCOMPARE(resolved.error().param, u"model"_s);
            return;
        }
        QCOMPARE(resolved->model, model);
        QCOMPARE(resolved->server.value_or(ServerId()).value(), server);
    }

    void missingTagMeansLatest()
    {
        QVERIFY(modelMatches(u"gemma3:latest", u"gemma3"));
        QVERIFY(modelMatches(u"gemma3", u"gemma3:latest"));
        QVERIFY(modelMatches(u"gemma3:4b", u"gemma3:4b"));
        QVERIFY(!modelMatches(u"gemma3:4b", u"gemma3"));
        QVERIFY(!modelMatches(u"gemma3", u"gemma3n"));
        QCOMPARE(canonicalModelName(u"a:latest"_s), u"a"_s);
    }

    // Mutilated documents are refused or read, never more; and secrets stay where they are.
    void survivesGarbage()
    {
        const QByteArray servers
            = R"([{"name":"a","url":"http:\/\/h:1/v1","token":"geheim","gpu_count":2,"timeout":30}])";
        const QByteArray hardware
            = R"({"classes":{"k":{"priority":1}},"nodes":[{"server":"a","class":"k","models":["m"]}]})";
        QRandomGenerator random(5001);
        int refused = 0;
        for (int i = 0; i < 5000; ++i) {
            QByteArray texts[2] = {servers, hardware};
            QByteArray &text = texts[random.bounded(2)];
            for (int edits = random.bounded(1, 4); edits > 0; --edits)
                text[random.bounded(int(text.size()))] = "[]{}\",:0x\xff"[random.bounded(10)];
            const auto cluster = parseClusterConfig(texts[0], texts[1]);
            if (!cluster) {
                ++refused;
                QVERIFY2(!cluster.error().message.contains(u"geheim"_s), qPrintable(cluster.error().message));
            }
        }
        QVERIFY(refused > 1000);
        QVERIFY(!parseClusterConfig(QByteArray(100'000, '[')));
        QVERIFY(!parseClusterConfig(QByteArray(2 << 20, '[')));
    }
};

QTEST_GUILESS_MAIN(TestServerConfig)
#include "tst_serverconfig.moc"
