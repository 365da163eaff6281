// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/sqlite/sqlitelawindex.h"
#include "daemon/tools/law/germanwords.h"
#include "daemon/tools/law/lawtools.h"
#include "tests/support/testdirectory.h"

#include <QElapsedTimer>
#include <QTest>
#include <QTimer>

using namespace moe;
using namespace moe::law;
using namespace moe::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int lawCount = 10;
constexpr int normsOfLaw = 1000;
const QString commonWords
    = u"Antrag Behörde Bescheid Frist Gebühr Gericht Klage Land Pflicht Recht Steuer Vertrag"_s; // in every norm

/// Every norm holds all common words, one of every letter, and its own number.
Statute statuteOf(int number)
{
    const QString letters = u"ab bc cd de ef fg gh hi ik kl lm mn no op pr rs"_s;
    Statute statute;
    statute.abbreviation = u"Probe%1G"_s.arg(number);
    statute.title = u"Probegesetz %1"_s.arg(number);
    for (int i = 1; i <= normsOfLaw; ++i)
        statute.norms.append({u"§ %1"_s.arg(i),
                              {},
                              {},
                              commonWords + u' ' + letters + u" nummer%1 "_s.arg(number * normsOfLaw + i),
                              {},
                              false});
    return statute;
}

QCoro::Task<> countEnd(Task<QList<NormHit>> search, int *ended)
{
    if (co_await std::move(search))
        ++*ended;
}

}

/// Searches of an index that is large enough for them to take long.
class LawSearchTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void shortWordsAreLeftOut();
    void shortWordsAloneAreMatchedWhole();
    void lettersAreNoBeginnings();
    void deadlinesEndSearches();
    void stoppingEndsSearches();
    void lookingUpDoesNotWaitForSearches();
    void toolsSayThatItWasTooSlow();
    void stoppedCallsEnd();

private:
    struct Outcome {
        Result<QList<NormHit>> hits;
        std::chrono::milliseconds time;
    };
    Outcome search(const QString &query, WordMatch match, RequestContext context = {})
    {
        QElapsedTimer timer;
        timer.start();
        auto hits = QCoro::waitFor(m_index->search({queryStems(query), match, {}, 10}, std::move(context)));
        return {std::move(hits), std::chrono::milliseconds(timer.elapsed())};
    }
    Outcome slowSearch(RequestContext context = {}) { return search(commonWords, WordMatch::Any, std::move(context)); }

    SystemClock m_clock;
    TestDirectory m_folder;
    std::unique_ptr<storage::SqliteLawIndex> m_index;
    std::chrono::milliseconds m_slow{};
};

void LawSearchTest::initTestCase()
{
    auto index = storage::SqliteLawIndex::open(m_folder.file(u"law.db"_s), m_clock);
    QVERIFY2(index.has_value(), index ? "" : qPrintable(index.error().message));
    m_index = std::move(*index);
    for (int i = 0; i < lawCount; ++i)
        QVERIFY(QCoro::waitFor(m_index->put(QString::number(i), {}, statuteOf(i), {})));
    const Outcome slow = slowSearch();
    QVERIFY(slow.hits);
    QCOMPARE(slow.hits->size(), 10);
    m_slow = slow.time;
    QVERIFY2(m_slow >= 20ms, "the index is too small for what is tested here");
}

void LawSearchTest::shortWordsAreLeftOut()
{
    QCOMPARE(searchStems({u"a"_s, u"miet"_s, u"ol"_s, u"433"_s}), (QStringList{u"miet"_s, u"433"_s}));
    QCOMPARE(searchStems({u"a"_s, u"ol"_s}), (QStringList{u"a"_s, u"ol"_s}));
    QCOMPARE(searchStems({}), QStringList());
    QStringList many;
    for (int i = 100; i < 116; ++i)
        many.append(QString::number(i));
    QCOMPARE(searchStems(many), many.first(12));
    const auto found = search(u"a b c nummer777"_s, WordMatch::All).hits;
    QVERIFY(found);
    QCOMPARE(found->size(), 1);
    QCOMPARE(found->first().info.label, u"§ 777"_s);
}

void LawSearchTest::shortWordsAloneAreMatchedWhole()
{
    QCOMPARE(search(u"ab pr"_s, WordMatch::Beginnings).hits->size(), 10);
    QCOMPARE(search(u"zz ab"_s, WordMatch::Any).hits->size(), 10);
    QVERIFY(search(u"zz ab"_s, WordMatch::All).hits->isEmpty());
}

void LawSearchTest::lettersAreNoBeginnings()
{
    for (const WordMatch match : {WordMatch::All, WordMatch::Beginnings, WordMatch::Any}) {
        const Outcome outcome = search(u"a b c d e f g h i k l m n o p r"_s, match);
        QVERIFY(outcome.hits);
        QVERIFY(outcome.hits->isEmpty());
        QVERIFY(outcome.time < m_slow);
    }
}

void LawSearchTest::deadlinesEndSearches()
{
    const auto limit = m_slow / 4;
    const Outcome outcome = slowSearch(RequestContext().withDeadline(std::chrono::steady_clock::now() + limit));
    QVERIFY(!outcome.hits);
    QCOMPARE(outcome.hits.error().code, ErrorCode::Timeout);
    QCOMPARE(outcome.hits.error().reason, u"too_slow"_s); // not while it waited for its turn
    QVERIFY2(outcome.time < m_slow, qPrintable(QString::number(outcome.time.count())));
    QVERIFY(slowSearch().hits); // the connection has no limit any more
}

void LawSearchTest::stoppingEndsSearches()
{
    std::stop_source stop;
    RequestContext context;
    context.stop = stop.get_token();
    QTimer::singleShot(m_slow / 4, [&stop] { stop.request_stop(); });
    const Outcome outcome = slowSearch(context);
    QVERIFY(!outcome.hits);
    QCOMPARE(outcome.hits.error().code, ErrorCode::Cancelled);
    QVERIFY2(outcome.time < m_slow, qPrintable(QString::number(outcome.time.count())));
}

void LawSearchTest::lookingUpDoesNotWaitForSearches()
{
    int ended = 0;
    std::vector<QCoro::Task<>> searches;
    for (int i = 0; i < 4; ++i) // more than there are threads for them
        searches.push_back(countEnd(m_index->search({queryStems(commonWords), WordMatch::Any, {}, 10}, {}), &ended));
    const auto laws = QCoro::waitFor(m_index->lawsNamed({u"probe3g"_s}, {}));
    QVERIFY2(ended < 3, qPrintable(QString::number(ended)));
    QCOMPARE(laws->size(), 1);
    for (auto &search : searches)
        QCoro::waitFor(search);
    QCOMPARE(ended, 4);
}

void LawSearchTest::toolsSayThatItWasTooSlow()
{
    const tools::ToolList list = lawTools(*m_index);
    for (const auto limit : {0ms, m_slow / 4}) { // waiting for its turn, and at work
        const RequestContext context = RequestContext().withDeadline(std::chrono::steady_clock::now() + limit);
        const QByteArray arguments = "{\"query\":\"Raumschiff " + commonWords.toUtf8() + "\"}";
        const auto result = QCoro::waitFor(list.back()->call(arguments, context));
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Timeout);
        QCOMPARE(result.error().reason, u"too_slow"_s);
    }
}

void LawSearchTest::stoppedCallsEnd()
{
    std::stop_source stop;
    stop.request_stop();
    RequestContext context;
    context.stop = stop.get_token();
    for (const auto &tool : lawTools(*m_index)) {
        const auto result = QCoro::waitFor(tool->call("{}", context)); // not even what is wrong with it is told
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Cancelled);
    }
}

QTEST_GUILESS_MAIN(LawSearchTest)
#include "tst_lawsearch.moc"
