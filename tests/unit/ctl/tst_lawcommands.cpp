// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/ctl/fakedaemon.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace moe;
using namespace moe::test;
using namespace Qt::StringLiterals;

/// moectl law sync and law status.
class LawCommandsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void progressIsToldUntilTheEnd();
    void whereFromIsSaidInFull();
    void whatFailsIsSaid();

private:
    FakeDaemon m_daemon;
};

void LawCommandsTest::progressIsToldUntilTheEnd()
{
    m_daemon.answer("POST /control/v1/law/sync",
                    R"({"laws":1,"state":"running","total":3,"done":1,"updated":1,"current":"bgb"})", 202);
    m_daemon.answer("GET /control/v1/law/sync",
                    R"({"laws":2,"state":"done","total":3,"done":3,"updated":2,"failed":1,)"
                    R"("faults":[{"law":"gg","message":"no archive"}]})");
    const auto outcome = m_daemon.run(u"law sync"_s);
    QCOMPARE(outcome.exitCode, 1); // one of the laws failed
    QVERIFY(outcome.output.contains(u"gg: no archive"));
    QCOMPARE(m_daemon.console->told, QStringList{u"1 of 3 laws, 1 updated, 0 failed  bgb"_s});
    QCOMPARE(m_daemon.json(u"law status"_s)[u"updated"].toInt(), 2);
}

void LawCommandsTest::whereFromIsSaidInFull()
{
    m_daemon.answer("POST /control/v1/law/sync", R"({"laws":2,"state":"done"})", 202);
    const auto sent = [this] {
        const QByteArray body = m_daemon.bodyOf("POST /control/v1/law/sync");
        return QJsonDocument::fromJson(body).object()[u"from"].toString();
    };
    QCOMPARE(m_daemon.run(u"law sync --from laws"_s).exitCode, 0);
    QCOMPARE(sent(), QDir::current().absoluteFilePath(u"laws"_s));
    QCOMPARE(m_daemon.run(u"law sync --from https://example.org/laws"_s).exitCode, 0);
    QCOMPARE(sent(), u"https://example.org/laws"_s);
    QCOMPARE(m_daemon.json(u"law sync"_s)[u"laws"].toInt(), 2);
    QCOMPARE(sent(), QString());
}

void LawCommandsTest::whatFailsIsSaid()
{
    m_daemon.answer("GET /control/v1/law/sync", R"({"laws":2,"state":"failed","error":"no contents"})");
    const auto outcome = m_daemon.run(u"law status"_s);
    QCOMPARE(outcome.exitCode, 1);
    QVERIFY(outcome.output.contains(u"no contents"));
}

QTEST_GUILESS_MAIN(LawCommandsTest)
#include "tst_lawcommands.moc"
