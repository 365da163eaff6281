// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/embedendpoints.h"

#include <QTest>

using namespace moe;
using namespace moe::inference;
using namespace Qt::StringLiterals;

namespace {

ServerPtr server(const QString &name, const QString &version, ApiType type = ApiType::Ollama, bool hasEmbed = true)
{
    Server server;
    server.config.name = ServerId(name);
    server.config.apiType = type;
    server.status.version = version;
    server.status.hasEmbedEndpoint = hasEmbed;
    return std::make_shared<const Server>(server);
}

}

class EmbedEndpointsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void remembersByServerAndVersion()
    {
        EmbedEndpoints endpoints;
        const ServerPtr one = server(u"one"_s, u"0.17"_s);
        QCOMPARE(endpoints.corrected(one), one);
        QVERIFY(endpoints.learn(*one, 404, "404 page not found"));
        QVERIFY(!endpoints.corrected(one)->status.hasEmbedEndpoint);
        QCOMPARE(endpoints.corrected(one)->status.version, u"0.17"_s);
        QVERIFY(one->status.hasEmbedEndpoint);
        const ServerPtr updated = server(u"one"_s, u"0.18"_s);
        QCOMPARE(endpoints.corrected(updated), updated);
        const ServerPtr other = server(u"other"_s, u"0.17"_s);
        QCOMPARE(endpoints.corrected(other), other);
    }

    void learnsFromUnknownPathsOnly()
    {
        EmbedEndpoints endpoints;
        const ServerPtr one = server(u"one"_s, u"0.17"_s);
        QVERIFY(!endpoints.learn(*one, 404, R"({"error":"model 'm' not found"})"));
        QVERIFY(!endpoints.learn(*one, 500, "404 page not found"));
        QVERIFY(!endpoints.learn(*one, 200, ""));
        QCOMPARE(endpoints.corrected(one), one);
        // Whoever is asked the old way already has nothing to fall back on.
        QVERIFY(!endpoints.learn(*server(u"old"_s, u"0.1"_s, ApiType::Ollama, false), 404, "404 page not found"));
        QVERIFY(!endpoints.learn(*server(u"vllm"_s, {}, ApiType::OpenAi), 404, "Not Found"));
    }
};

QTEST_GUILESS_MAIN(EmbedEndpointsTest)
#include "tst_embedendpoints.moc"
