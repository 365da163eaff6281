// SPDX-License-Identifier: Apache-2.0
// Filling the index of laws: moectl against the daemon, from a folder; what the API lets others do; what is left of it
// when the daemon is killed.
#include "tests/integration/controlsession.h"
#include "tests/unit/law/lawfixture.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace moe::test;

namespace {

/// A daemon that is killed while it takes over a folder of many laws, each with a word that no other has.
class KilledSync
{
public:
    static constexpr int laws = 240;
    static constexpr int norms = 4;

    enum class Kill { InTheMidst, TooLate, Failed };

    [[nodiscard]] bool begin();
    /// Lets a run begin and kills the daemon once it has looked at so many laws; then the daemon is there again. Too
    /// late: the run had come to its end before, and nothing was killed.
    [[nodiscard]] Kill killAfter(int done);
    [[nodiscard]] QJsonObject sync() const { return moectl({u"law"_s, u"sync"_s, u"--from"_s, m_folder.path()}); }
    [[nodiscard]] QJsonObject status() const { return moectl({u"law"_s, u"status"_s}); }
    /// How many laws can be read, all of whose paragraphs are listed and found by their word; -1: some of them not.
    [[nodiscard]] int wholeLaws() const;
    [[nodiscard]] QByteArray end() { return m_daemon.stop(); }

private:
    [[nodiscard]] QJsonObject moectl(const QStringList &arguments) const
    {
        return jsonOf(m_daemon.moectl(QStringList{u"--json"_s} + arguments).output);
    }
    /// The structured result; empty: an error.
    [[nodiscard]] QJsonObject invoke(const QByteArray &tool, const QByteArray &arguments) const;
    [[nodiscard]] static QByteArray wordOf(int law) { return "wort" + QByteArray::number(1000 + law); }

    DaemonFixture m_daemon;
    TestDirectory m_folder;
};

bool KilledSync::begin()
{
    QList<QByteArray> ids;
    for (int i = 0; i < laws; ++i) {
        const QByteArray number = QByteArray::number(i);
        ids.append("l_" + number);
        m_folder.write(QString::fromLatin1(ids.last()) + u"/xml.zip"_s,
                       zipOf(longLawXml("L" + number + "G", "Apfel " + wordOf(i), norms)));
    }
    m_folder.write(u"gii-toc.xml"_s, contentsXml(ids));
    return m_daemon.start()
        && m_daemon
               .moectl({u"permission"_s, u"grant"_s, u"--user"_s, u"tester"_s, u"--type"_s, u"mcp_tool"_s,
                        u"--resource"_s, u"*"_s})
               .status
        == 0;
}

KilledSync::Kill KilledSync::killAfter(int done)
{
    ProcessUnderTest run(
        DaemonFixture::program(u"moectl"_s),
        {u"--data-dir"_s, m_daemon.dataDirectory(), u"law"_s, u"sync"_s, u"--from"_s, m_folder.path()});
    const auto isFarEnough = [&] { return status()[u"done"].toInt() >= done || !run.isRunning(); };
    if (!run.start() || !QTest::qWaitFor(isFarEnough, 60'000)) {
        qWarning("the run does not go on: %s %s", run.output().constData(), run.errors().constData());
        return Kill::Failed;
    }
    if (status()[u"state"].toString() != u"running")
        return run.waitForExit() && status()[u"state"].toString() == u"done" ? Kill::TooLate : Kill::Failed;
    m_daemon.process().kill();
    return m_daemon.process().waitForExit() && run.waitForExit() && m_daemon.start() ? Kill::InTheMidst : Kill::Failed;
}

QJsonObject KilledSync::invoke(const QByteArray &tool, const QByteArray &arguments) const
{
    RawHttpClient client;
    const QByteArray body = R"({"tool":")" + tool + R"(","args":)" + arguments + '}';
    const auto port = quint16(m_daemon.readyFile()[u"mcp"].toInt());
    if (!client.connectTo(port)
        || !client.exchange(RawHttpClient::request("POST", "/invoke", m_daemon.authorization(), body)))
        qWarning("no whole answer: %s", client.error().constData());
    return jsonOf(client.response())[u"structured_result"].toObject();
}

int KilledSync::wholeLaws() const
{
    int whole = 0;
    for (int i = 0; i < laws; ++i) {
        const QByteArray name = "L" + QByteArray::number(i) + 'G';
        const int listed = invoke("legal_get_law_overview", R"({"law":")" + name + R"("})")[u"paragraph_count"].toInt();
        const auto found
            = invoke("legal_fulltext_search", R"({"query":")" + wordOf(i) + R"(","limit":50})")[u"hits"].toArray();
        if (listed != found.size() || (listed != 0 && listed != norms))
            return -1;
        whole += listed == norms ? 1 : 0;
    }
    return whole;
}

}

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
    void mostLawsGoOnlyIfThatIsSaid();
    void killedRunsGoOn();

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

void LawTest::mostLawsGoOnlyIfThatIsSaid()
{
    QList<QByteArray> ids;
    for (int i = 0; i < 20; ++i) {
        ids.append("l_" + QByteArray::number(i));
        m_laws.write(QString::fromLatin1(ids.last()) + u".zip"_s, zipOf(shortLawXml("L" + ids.last() + "G", "Apfel")));
    }
    m_laws.write(u"gii-toc.xml"_s, contentsXml(ids));
    QCOMPARE(sync({u"--from"_s, m_laws.path()}, 0)[u"laws"].toInt(), 20); // "bgb" and "gg" are few
    m_laws.write(u"gii-toc.xml"_s, contentsXml({"bgb"}));
    const QJsonObject refused = sync({u"--from"_s, m_laws.path()}, 1);
    QCOMPARE(refused[u"state"].toString(), u"failed"_s);
    QVERIFY2(refused[u"error"].toString().contains(u"20 of the 20"), qPrintable(refused[u"error"].toString()));
    QCOMPARE(refused[u"laws"].toInt(), 20);
}

void LawTest::killedRunsGoOn()
{
    constexpr quint32 seed = 20261121;
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    KilledSync killed;
    QVERIFY(killed.begin());
    int present = 0;
    int kills = 0;
    while (kills < 4 && present < KilledSync::laws / 2) {
        const KilledSync::Kill kill = killed.killAfter(present + random.bounded(1, 40));
        QVERIFY(kill != KilledSync::Kill::Failed);
        const int whole = killed.wholeLaws();
        if (kill == KilledSync::Kill::InTheMidst) {
            kills += whole < KilledSync::laws ? 1 : 0; // its last law may just have come in
            QVERIFY2(whole > present, qPrintable(QString::number(whole)));
            QCOMPARE(killed.status()[u"laws"].toInt(), whole);
            QCOMPARE(killed.status()[u"state"].toString(), u"idle"_s);
        }
        present = whole;
    }
    QCOMPARE_GE(kills, 1);
    const QJsonObject rest = killed.sync();
    QCOMPARE(rest[u"state"].toString(), u"done"_s);
    QCOMPARE(rest[u"unchanged"].toInt(), present);
    QCOMPARE(rest[u"updated"].toInt(), KilledSync::laws - present);
    QCOMPARE(killed.wholeLaws(), KilledSync::laws);
    QCOMPARE(killed.end(), QByteArray());
}

QTEST_GUILESS_MAIN(LawTest)
#include "tst_law.moc"
