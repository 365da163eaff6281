// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/numctx.h"
#include "tests/unit/inference/clusterfixture.h"

#include <QTest>

using namespace moe;
using namespace moe::inference;
using namespace moe::inference::testing;

class TestNumCtx : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void context_data()
    {
        QTest::addColumn<double>("vramGb");
        QTest::addColumn<int>("parallel");
        QTest::addColumn<double>("sizeGb");
        QTest::addColumn<double>("billions");
        QTest::addColumn<int>("trained");
        QTest::addColumn<int>("configured"); // 0: not
        QTest::addColumn<int>("expected");
        QTest::newRow("unknown VRAM") << 0.0 << 1 << 4.0 << 8.0 << 131072 << 0 << 8192;
        QTest::newRow("unknown VRAM, short model") << 0.0 << 1 << 4.0 << 8.0 << 4096 << 0 << 4096;
        QTest::newRow("unknown size") << 24.0 << 1 << 0.0 << 0.0 << 131072 << 0 << 8192;
        QTest::newRow("small model, large card") << 24.0 << 1 << 3.3 << 4.3 << 131072 << 0 << 32768;
        QTest::newRow("shared by parallel calls") << 24.0 << 4 << 3.3 << 4.3 << 131072 << 0 << 8192;
        QTest::newRow("tight") << 8.0 << 1 << 4.9 << 8.0 << 131072 << 0 << 8192;
        QTest::newRow("fills the card") << 24.0 << 1 << 20.0 << 32.0 << 40960 << 0 << 8192;
        QTest::newRow("does not quite fit") << 8.0 << 1 << 8.0 << 12.0 << 131072 << 0 << 2048;
        QTest::newRow("short model") << 24.0 << 1 << 0.05 << 0.02 << 512 << 0 << 512;
        QTest::newRow("configured") << 8.0 << 1 << 4.9 << 8.0 << 131072 << 65536 << 65536;
        QTest::newRow("configured beyond the model") << 8.0 << 1 << 4.9 << 8.0 << 4096 << 65536 << 4096;
        QTest::newRow("configured nonsense") << 8.0 << 1 << 4.9 << 8.0 << 4096 << -5 << 1;
    }
    void context()
    {
        QFETCH(double, vramGb);
        QFETCH(int, parallel);
        QFETCH(double, sizeGb);
        QFETCH(double, billions);
        QFETCH(int, trained);
        QFETCH(int, configured);
        QFETCH(int, expected);
        Server server = Sim(u"a"_s).vram(vramGb).parallel(parallel).server;
        ModelInfo info = model(u"m"_s, qint64(sizeGb * gigabyte));
        info.parametersBillion = billions;
        info.contextLength = trained;
        const auto setting = configured ? std::optional(configured) : std::nullopt;
        QCOMPARE(contextFor(server, info, setting), expected);
        // What is loaded must not matter: another value would make the server load it again.
        server.status.loaded.push_back({u"other"_s, 4 * gigabyte});
        QCOMPARE(contextFor(server, info, setting), expected);
    }

    void vramGrowsWithContextAndStaysWithinTheServer()
    {
        const Server roomy = Sim(u"a"_s).vram(80).server;
        const Server tight = Sim(u"b"_s).vram(8).server;
        const ModelInfo info = model(u"m"_s, 5 * gigabyte);
        QVERIFY(vramNeeded(roomy, info) > 5 * gigabyte);
        QVERIFY(vramNeeded(tight, model(u"m"_s, 8 * gigabyte)) <= qint64(8.0 * 1024 * 1024 * 1024));
        QCOMPARE(vramNeeded(roomy, model(u"m"_s, 0)), 0);
        QVERIFY(canHold(tight, info));
        QVERIFY(!canHold(tight, model(u"m"_s, 20 * gigabyte)));
        QVERIFY(canHold(Sim(u"c"_s).server, model(u"m"_s, 400 * gigabyte)));
    }

    void longPromptsAreRefused()
    {
        QVERIFY(promptFits(4096, 4096));
        const auto error = promptFits(4097, 4096).error();
        QCOMPARE(error.code, ErrorCode::InvalidRequest);
        QCOMPARE(error.reason, u"context_length_exceeded"_s);
        QCOMPARE(error.param, u"messages"_s);
    }
};

QTEST_GUILESS_MAIN(TestNumCtx)
#include "tst_numctx.moc"
