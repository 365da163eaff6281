// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/pipeline/harness.h"

#include <QTest>

using namespace moe;
using namespace moe::test;
using namespace Qt::StringLiterals;

/// What the modes beside the default one change.
class TestModes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void researchIsWrittenByJudge()
    {
        Harness harness;
        harness.mode = pipeline::Mode::Research;
        harness.setExperts(R"({"general":[{"model":"g:4b"}]})");
        harness.plan({u"general"_s});
        harness.client.script(u"g:4b"_s, {Answer::text("CONFIDENCE: high\nA sure finding.")});
        harness.client.script(u"merger"_s, {Answer::text("# A report")});
        const auto result = harness.ask();
        QVERIFY(result);
        QCOMPARE(harness.sink->text, "# A report"); // not the finding, however sure
        const QByteArray merge = harness.client.callsTo(u"merger"_s).first().body;
        QVERIFY2(merge.contains("A sure finding.") && merge.contains("research report"), merge.constData());
        QCOMPARE(result->trace.mode, "research"_L1);
        QCOMPARE(result->state.degraded.size(), 1);
        QVERIFY(result->state.degraded.first().contains(u"no web search"));
    }

    void defaultIsNoReport()
    {
        Harness harness;
        harness.setExperts(R"({"general":[{"model":"g:4b"}],"math":[{"model":"m:7b"}]})");
        harness.plan({u"general"_s, u"math"_s});
        harness.client.script(u"g:4b"_s, {Answer::text("CONFIDENCE: high\nOne.")});
        harness.client.script(u"m:7b"_s, {Answer::text("CONFIDENCE: high\nTwo.")});
        harness.client.script(u"merger"_s, {Answer::text("Both.")});
        const auto result = harness.ask();
        QVERIFY(result);
        QVERIFY(!harness.client.callsTo(u"merger"_s).first().body.contains("research report"));
        QVERIFY(result->state.degraded.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestModes)
#include "tst_modes.moc"
