// SPDX-License-Identifier: Apache-2.0
// Filling the index of laws: moectl against the daemon, from a folder; what the API lets others do.
#include "tests/integration/controlsession.h"
#include "tests/unit/law/lawfixture.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe::test;

class LawTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void foldersAreTakenOver();
    void whatIsThereIsNotTakenAgain();
    void folderMustBeThere();
    void othersCannotSayWhereFrom();
    void anUnreachableSourceIsSaid();

private:
    [[nodiscard]] QJsonObject sync(const QStringList &arguments, int status)
    {
        const CommandResult result = m_daemon.moectl(QStringList{u"--json"_s, u"law"_s, u"sync"_s} + arguments);
        if (result.status != status)
            qWarning("%s%s", result.output.constData(), result.errors.constData());
        return QJsonDocument::fromJson(result.output).object();
    }

    DaemonFixture m_daemon;
    TestDirectory m_laws;
    std::unique_ptr<ControlSession> m_admin;
};

void LawTest::initTestCase()
{
    m_daemon.addNode(u"sim"_s, "{\"models\":[{\"name\":\"m:1b\"}]}");
    QVERIFY(m_daemon.start());
    m_admin = std::make_unique<ControlSession>(m_daemon);
    QVERIFY(m_admin->setUp(m_daemon, "root", "correct horse battery"));
    m_laws.write(u"gii-toc.xml"_s, contentsXml({"bgb", "gg", "broken"}));
    m_laws.write(u"bgb/xml.zip"_s, zipOf(bgbXml()));
    m_laws.write(u"gg.zip"_s, zipOf(ggXml()));
    m_laws.write(u"broken.zip"_s, "no archive");
}

void LawTest::cleanupTestCase() { QCOMPARE(m_daemon.stop(), QByteArray()); }

void LawTest::foldersAreTakenOver()
{
    const QJsonObject state = sync({u"--from"_s, m_laws.path()}, 1); // one of them is broken
    QCOMPARE(state[u"state"].toString(), u"done"_s);
    QCOMPARE(state[u"laws"].toInt(), 2);
    QCOMPARE(state[u"updated"].toInt(), 2);
    QCOMPARE(state[u"faults"][0][u"law"].toString(), u"broken"_s);
    QVERIFY(m_daemon.directory().contains(u"data/law.db"_s));
}

void LawTest::whatIsThereIsNotTakenAgain()
{
    m_laws.write(u"gii-toc.xml"_s, contentsXml({"bgb", "gg"}));
    const QJsonObject state = sync({u"--from"_s, m_laws.path()}, 0);
    QCOMPARE(state[u"unchanged"].toInt(), 2);
    QCOMPARE(state[u"updated"].toInt(), 0);
    QCOMPARE(m_daemon.moectl({u"law"_s, u"status"_s}).status, 0);
}

void LawTest::folderMustBeThere()
{
    const CommandResult result = m_daemon.moectl({u"law"_s, u"sync"_s, u"--from"_s, m_laws.file(u"none"_s)});
    QCOMPARE(result.status, 1);
    QVERIFY(result.errors.contains("full path of a folder"));
}

void LawTest::othersCannotSayWhereFrom()
{
    const HttpResponse refused = m_admin->post("/law/sync", "{\"from\":\"" + m_laws.path().toUtf8() + "\"}");
    QCOMPARE(problemOf(refused, 403), QByteArray());
    QCOMPARE(m_admin->get("/law/sync").status, 200);
    QCOMPARE(ControlSession(m_daemon).get("/law/sync").status, 401);
}

void LawTest::anUnreachableSourceIsSaid()
{
    const QByteArray dead = "http://127.0.0.1:" + QByteArray::number(DaemonFixture::deadPort());
    QCOMPARE(m_admin->patch("/settings", "{\"values\":{\"law.source\":\"" + dead + "\"}}").status, 200);
    const QJsonObject state = sync({}, 1);
    QCOMPARE(state[u"state"].toString(), u"failed"_s);
    QVERIFY(!state[u"error"].toString().contains(u"127.0.0.1"));
    QCOMPARE(state[u"laws"].toInt(), 2);
}

QTEST_GUILESS_MAIN(LawTest)
#include "tst_law.moc"
