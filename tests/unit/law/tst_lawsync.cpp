// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/sqlite/sqlitelawindex.h"
#include "daemon/tools/law/germanwords.h"
#include "daemon/tools/law/lawsync.h"
#include "tests/support/testcertificate.h"
#include "tests/unit/law/lawfixture.h"
#include "tests/unit/law/smallserver.h"

#include <QDir>
#include <QTest>

using namespace moe;
using namespace moe::law;
using namespace moe::test;
using namespace Qt::StringLiterals;

/// Filling the index from a folder or a server.
class LawSyncTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void foldersAreTakenOver();
    void onlyWhatChangedIsTakenAgain();
    void whatIsGoneGoes();
    void badLawsAreNamedAndCounted();
    void aStoppedRunGoesOn();
    void contentsThatAreWrongChangeNothing();
    void foldersWithoutContentsAddOnly();
    void missingLawsAreNoOutage();
    void mostLawsDoNotGoUnasked();
    void someLawsGo();
    void unreadableLinksKeepAllLaws();
    void serversAreAskedForChangesOnly();
    void redirectsAreBounded();
    void onlyTrustedServersAreAsked();
    void addressesAreChecked_data();
    void addressesAreChecked();

private:
    void write(const QString &id, const QByteArray &xml) const { m_source->write(id + u"/xml.zip"_s, zipOf(xml)); }
    void writeContents(const QList<QByteArray> &ids) const { m_source->write(u"gii-toc.xml"_s, contentsXml(ids)); }
    void openIndex()
    {
        m_index.reset();
        auto index = storage::SqliteLawIndex::open(m_folder->file(u"law.db"_s), m_clock);
        QVERIFY(index);
        m_index = std::move(*index);
    }
    Result<SyncProgress> run(
        std::shared_ptr<LawSource> source, const LawSync::Observer &observer = [](const SyncProgress &) { },
        RequestContext context = {})
    {
        LawSync sync(*m_index);
        return QCoro::waitFor(sync.run(std::move(source), m_removal, observer, std::move(context)));
    }
    Result<SyncProgress> runFolder() { return run(folderSource(m_source->path()).value()); }
    qint64 count() { return QCoro::waitFor(m_index->lawCount({})).value(); }
    QStringList hits(const QString &stem)
    {
        QStringList laws;
        const auto found = QCoro::waitFor(m_index->search({{stem}, WordMatch::All, {}, 50}, {}));
        for (const NormHit &hit : found.value())
            laws.append(hit.law.abbreviation);
        return laws;
    }

    /// So many small laws, taken over.
    void fill(int count)
    {
        QList<QByteArray> ids;
        for (int i = 0; i < count; ++i) {
            ids.append("l_" + QByteArray::number(i));
            write(QString::fromLatin1(ids.last()), shortLawXml("L" + QByteArray::number(i) + "G", "Apfel"));
        }
        writeContents(ids);
        QCOMPARE(runFolder()->updated, count);
    }

    SystemClock m_clock;
    LawSync::Removal m_removal = LawSync::Removal::Guarded;
    std::unique_ptr<TestDirectory> m_folder;
    std::unique_ptr<TestDirectory> m_source;
    std::unique_ptr<storage::SqliteLawIndex> m_index;
};

void LawSyncTest::init()
{
    m_index.reset();
    m_removal = LawSync::Removal::Guarded;
    m_folder = std::make_unique<TestDirectory>();
    m_source = std::make_unique<TestDirectory>();
    openIndex();
    write(u"bgb"_s, bgbXml());
    write(u"gg"_s, ggXml());
    write(u"a_g"_s, shortLawXml("AG", "Apfel"));
    writeContents({"bgb", "gg", "a_g"});
}

void LawSyncTest::foldersAreTakenOver()
{
    QList<int> seen;
    const auto progress
        = run(folderSource(m_source->path()).value(), [&seen](const SyncProgress &now) { seen.append(now.done); });
    QVERIFY2(progress.has_value(), progress ? "" : qPrintable(progress.error().message));
    QCOMPARE(progress->total, 3);
    QCOMPARE(progress->updated, 3);
    QCOMPARE(progress->failed, 0);
    QCOMPARE(seen, (QList<int>{1, 2, 3, 3}));
    QCOMPARE(count(), 3);
    QCOMPARE(hits(u"apfel"_s), QStringList{u"AG"_s});
    const auto mode = QFile::permissions(m_folder->file(u"law.db"_s));
    QVERIFY(!(mode & (QFile::ReadGroup | QFile::ReadOther)));
}

void LawSyncTest::onlyWhatChangedIsTakenAgain()
{
    QVERIFY(runFolder());
    const auto again = runFolder();
    QCOMPARE(again->updated, 0);
    QCOMPARE(again->unchanged, 3);
    write(u"a_g"_s, shortLawXml("AG", "Birne", "20260301000000"));
    const auto third = runFolder();
    QCOMPARE(third->updated, 1);
    QCOMPARE(third->unchanged, 2);
    QCOMPARE(count(), 3);
    QVERIFY(hits(u"apfel"_s).isEmpty());
    QCOMPARE(hits(stemOf(u"Birne")), QStringList{u"AG"_s});
    const auto law = QCoro::waitFor(m_index->lawsNamed({u"ag"_s}, {}));
    QCOMPARE(law->first().textDate, u"2026-03-01"_s);
}

void LawSyncTest::whatIsGoneGoes()
{
    QVERIFY(runFolder());
    writeContents({"bgb", "gg"});
    QCOMPARE(runFolder()->removed, 1);
    QCOMPARE(count(), 2);
    QVERIFY(hits(u"apfel"_s).isEmpty());
    QVERIFY(QCoro::waitFor(m_index->lawsNamed({u"ag"_s}, {}))->isEmpty());
}

void LawSyncTest::badLawsAreNamedAndCounted()
{
    QVERIFY(runFolder());
    m_source->write(u"gg/xml.zip"_s, "no zip");
    m_source->write(u"bgb/xml.zip"_s, zipOf(QByteArray("<dokumente>")));
    write(u"b_g"_s, shortLawXml("BG", "Banane"));
    writeContents({"bgb", "gg", "missing", "a_g", "b_g"});
    const auto progress = runFolder();
    QVERIFY(progress);
    QCOMPARE(progress->failed, 3);
    QCOMPARE(progress->updated, 1);
    QCOMPARE(progress->unchanged, 1);
    QCOMPARE(progress->faults.size(), 3);
    QCOMPARE(progress->faults[0].id, u"bgb"_s);
    QCOMPARE(progress->faults[2].id, u"missing"_s);
    QVERIFY(!progress->faults[2].message.contains(m_source->path()));
    QCOMPARE(count(), 4); // what there was of them stays
}

void LawSyncTest::aStoppedRunGoesOn()
{
    std::stop_source stop;
    RequestContext context;
    context.stop = stop.get_token();
    const auto stopped = run(
        folderSource(m_source->path()).value(),
        [&stop](const SyncProgress &now) {
            if (now.done == 2)
                stop.request_stop();
        },
        context);
    QVERIFY(!stopped);
    QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
    openIndex(); // as after a restart
    QCOMPARE(count(), 2);
    const auto rest = runFolder();
    QCOMPARE(rest->unchanged, 2);
    QCOMPARE(rest->updated, 1);
    QCOMPARE(count(), 3);
}

void LawSyncTest::contentsThatAreWrongChangeNothing()
{
    QVERIFY(runFolder());
    for (const QByteArray &contents : {QByteArray(), QByteArray("<items/>"), contentsXml({"bgb"}).chopped(4),
                                       QByteArray("<!DOCTYPE items [<!ENTITY a \"b\">]><items/>")}) {
        m_source->write(u"gii-toc.xml"_s, contents);
        QVERIFY(!runFolder());
        QCOMPARE(count(), 3);
    }
}

void LawSyncTest::foldersWithoutContentsAddOnly()
{
    QVERIFY(runFolder());
    const TestDirectory more;
    more.write(u"c_g.zip"_s, zipOf(shortLawXml("CG", "Citrone")));
    more.write(u"readme.txt"_s, "x");
    const auto progress = run(folderSource(more.path()).value());
    QVERIFY(progress);
    QCOMPARE(progress->total, 1);
    QCOMPARE(progress->removed, 0);
    QCOMPARE(count(), 4);
    QVERIFY(!run(folderSource(m_folder->path()).value())); // nothing of that kind
    QVERIFY(!folderSource(u"relative"_s));
    QVERIFY(!folderSource(more.file(u"none"_s)));
}

void LawSyncTest::missingLawsAreNoOutage()
{
    QList<QByteArray> ids;
    for (int i = 0; i < 15; ++i)
        ids.append("l_" + QByteArray::number(i));
    SmallServer server;
    server.files = {{"/laws/gii-toc.xml", contentsXml(ids + QList<QByteArray>{"a_g"})},
                    {"/laws/a_g/xml.zip", zipOf(shortLawXml("AG", "Apfel"))}};
    for (const QByteArray &status : {QByteArray("404 Not Found"), QByteArray("410 Gone")}) {
        server.otherwise = status;
        const auto progress = run(webSource(server.url()).value());
        QVERIFY2(progress.has_value(), progress ? "" : qPrintable(progress.error().message));
        QCOMPARE(progress->failed, 15);
        QCOMPARE(count(), 1);
    }
    server.otherwise = "503 Service Unavailable";
    server.asked.clear();
    const auto outage = run(webSource(server.url()).value());
    QVERIFY(!outage);
    QCOMPARE(outage.error().code, ErrorCode::BadGateway);
    QCOMPARE(server.asked.size(), 11); // the contents, ten laws
}

void LawSyncTest::mostLawsDoNotGoUnasked()
{
    fill(60);
    writeContents({"l_0", "a_g"});
    const auto refused = runFolder();
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Conflict);
    QCOMPARE(refused.error().reason, u"law_removal"_s);
    QVERIFY2(refused.error().message.contains(u"59 of the 60"), qPrintable(refused.error().message));
    QCOMPARE(count(), 60);
    QVERIFY(QCoro::waitFor(m_index->lawsNamed({u"ag"_s}, {}))->isEmpty()); // nothing else was changed either
    m_removal = LawSync::Removal::Any;
    QCOMPARE(runFolder()->removed, 59);
    QCOMPARE(count(), 2);
}

void LawSyncTest::someLawsGo()
{
    const auto contentsOf = [](int count) {
        QList<QByteArray> ids;
        for (int i = 0; i < count; ++i)
            ids.append("l_" + QByteArray::number(i));
        return ids;
    };
    fill(60);
    writeContents(contentsOf(47)); // 13 of 60 are more than a fifth
    QVERIFY(!runFolder());
    writeContents(contentsOf(48));
    QCOMPARE(runFolder()->removed, 12);
    writeContents(contentsOf(36));
    QVERIFY(!runFolder());
    writeContents(contentsOf(38)); // ten are few
    QCOMPARE(runFolder()->removed, 10);
    QCOMPARE(count(), 38);
}

void LawSyncTest::unreadableLinksKeepAllLaws()
{
    QVERIFY(runFolder());
    write(u"b_g"_s, shortLawXml("BG", "Banane"));
    QByteArray contents = contentsXml({"bgb", "gg", "a_g", "b_g"});
    contents.replace("/a_g/xml.zip", "/a_g.html");
    m_source->write(u"gii-toc.xml"_s, contents);
    const auto progress = runFolder();
    QVERIFY(progress);
    QCOMPARE(progress->total, 4);
    QCOMPARE(progress->done, 4);
    QCOMPARE(progress->updated, 1);
    QCOMPARE(progress->failed, 1);
    QCOMPARE(progress->faults.first().id, u"Law a_g"_s);
    QCOMPARE(progress->removed, 0);
    QCOMPARE(count(), 4);
    QCOMPARE(hits(u"apfel"_s), QStringList{u"AG"_s});
}

void LawSyncTest::serversAreAskedForChangesOnly()
{
    SmallServer server;
    server.files = {{"/laws/gii-toc.xml", contentsXml({"bgb", "a_g"})},
                    {"/laws/bgb/xml.zip", zipOf(bgbXml())},
                    {"/laws/a_g/xml.zip", zipOf(shortLawXml("AG", "Apfel"))}};
    const auto first = run(webSource(server.url()).value());
    QVERIFY2(first.has_value(), first ? "" : qPrintable(first.error().message));
    QCOMPARE(first->updated, 2);
    QCOMPARE(server.unchanged, 0);
    openIndex();
    server.files["/laws/a_g/xml.zip"] = zipOf(shortLawXml("AG", "Birne"));
    const auto second = run(webSource(server.url()).value());
    QCOMPARE(second->updated, 1);
    QCOMPARE(second->unchanged, 1);
    QCOMPARE(server.unchanged, 1);
    server.files.remove("/laws/bgb/xml.zip");
    const auto third = run(webSource(server.url()).value());
    QCOMPARE(third->failed, 1);
    QCOMPARE(third->faults.first().id, u"bgb"_s);
    QCOMPARE(count(), 2);
    server.files.remove("/laws/gii-toc.xml");
    QVERIFY(!run(webSource(server.url()).value()));
    QCOMPARE(count(), 2);
}

void LawSyncTest::redirectsAreBounded()
{
    SmallServer server;
    server.files = {{"/laws/gii-toc.xml", contentsXml({"a_g"})}, {"/b.zip", zipOf(shortLawXml("AG", "Apfel"))}};
    server.redirects = {{"/laws/a_g/xml.zip", "/b.zip"}};
    QCOMPARE(run(webSource(server.url()).value())->updated, 1);
    server.redirects = {{"/laws/a_g/xml.zip", "/laws/a_g/xml.zip"}};
    server.asked.clear();
    QCOMPARE(run(webSource(server.url()).value())->failed, 1);
    QVERIFY(server.asked.size() < 8);
}

void LawSyncTest::onlyTrustedServersAreAsked()
{
    const TestCertificate certificate;
    SmallServer server(certificate.tls());
    server.files = {{"/laws/gii-toc.xml", contentsXml({"a_g"})},
                    {"/laws/a_g/xml.zip", zipOf(shortLawXml("AG", "Apfel"))},
                    {"/laws/b_g/xml.zip", zipOf(shortLawXml("BG", "Birne"))}};
    const auto stranger = run(webSource(server.url()).value());
    QVERIFY(!stranger);
    QCOMPARE(stranger.error().code, ErrorCode::BadGateway);
    QVERIFY(stranger.error().message.contains(u"not trusted"));
    QVERIFY(server.asked.isEmpty());
    const QByteArray authorities = QFile::encodeName(certificate.file());
    QCOMPARE(run(webSource(server.url(), authorities).value())->updated, 1);
    QCOMPARE(hits(u"apfel"_s), QStringList{u"AG"_s});

    SmallServer insecure;
    insecure.files = {{"/b.zip", server.files["/laws/b_g/xml.zip"]}};
    server.files["/laws/gii-toc.xml"] = contentsXml({"a_g", "b_g"});
    server.redirects = {{"/laws/b_g/xml.zip", insecure.url(u"/b.zip"_s).toEncoded()}};
    QCOMPARE(run(webSource(server.url(), authorities).value())->failed, 1);
    QVERIFY(insecure.asked.isEmpty());
}

void LawSyncTest::addressesAreChecked_data()
{
    QTest::addColumn<bool>("isFine");
    QTest::newRow("https://www.gesetze-im-internet.de") << true;
    QTest::newRow("https://mirror.example.org/laws/") << true;
    QTest::newRow("http://localhost:8080/laws") << true;
    QTest::newRow("http://www.gesetze-im-internet.de") << false;
    QTest::newRow("http://localhost.example.org") << false;
    QTest::newRow("ftp://example.org") << false;
    QTest::newRow("file:///etc") << false;
    QTest::newRow("https://user:secret@example.org") << false;
    QTest::newRow("https://example.org/?x=1") << false;
    QTest::newRow("https://") << false;
    QTest::newRow(" ") << false;
}

void LawSyncTest::addressesAreChecked()
{
    QFETCH(const bool, isFine);
    QCOMPARE(webSource(QUrl(QString::fromUtf8(QTest::currentDataTag()))).has_value(), isFine);
}

QTEST_GUILESS_MAIN(LawSyncTest)
#include "tst_lawsync.moc"
