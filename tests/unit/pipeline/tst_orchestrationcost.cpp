// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/pipeline/harness.h"

#include <QTest>

using namespace moe;
using namespace moe::test;
using namespace Qt::StringLiterals;

/// What the pipeline itself costs: five model calls that answer at once.
class TestOrchestrationCost : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void planThreeExpertsMerge()
    {
        Harness harness;
        harness.setExperts(R"({"general":[{"model":"g:4b"}],"math":[{"model":"m:7b"}],
                                "code_reviewer":[{"model":"c:7b"}]})");
        harness.plan({u"general"_s, u"math"_s, u"code_reviewer"_s});
        for (const QString &model : {u"g:4b"_s, u"m:7b"_s, u"c:7b"_s})
            harness.client.script(model, {{.pieces = {"CONFIDENCE: high\n", "Some ", "text."}}});
        harness.client.script(u"merger"_s, {{.pieces = {"All ", "three."}}});
        QBENCHMARK
        {
            harness.sink = std::make_shared<RecordingSink>();
            harness.client.forget();
            harness.stateSink->finished.clear();
            QVERIFY(harness.ask());
        }
    }
};

QTEST_GUILESS_MAIN(TestOrchestrationCost)
#include "tst_orchestrationcost.moc"
