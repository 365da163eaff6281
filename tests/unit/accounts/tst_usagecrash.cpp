// SPDX-License-Identifier: Apache-2.0
// A process that dies at any moment loses nothing that it was told to be settled, and counts nothing twice.
#include "daemon/accounts/usagewriter.h"
#include "tests/support/processundertest.h"
#include "tests/unit/accounts/usagefixture.h"

using namespace moe;
using namespace moe::accounts;
using namespace moe::test;
using namespace std::chrono_literals;

namespace {

constexpr quint32 seed = 88'001;
constexpr int kills = 50;

/// What the processes said that the journal took over: number to tokens.
struct Told {
    std::map<qint64, qint64> settled;
    std::map<qint64, qint64> progress; // the last of each

    void read(const QByteArray &output)
    {
        // The last line may be cut off.
        for (const QByteArray &line : output.first(output.lastIndexOf('\n') + 1).split('\n')) {
            const auto words = line.split(' ');
            if (words.size() == 3)
                (words[0] == "s" ? settled : progress)[words[1].toLongLong()] = words[2].toLongLong();
        }
    }
};

}

class TestUsageCrash : public QObject
{
    Q_OBJECT

private:
    TestDirectory m_folder;
    FakeSink m_sink;
    Told m_told;
    std::mt19937 m_engine{seed};

    QString path() const { return m_folder.file(QStringLiteral("journal")); }

    void runAndKill(qint64 first)
    {
        ProcessUnderTest child(QStringLiteral(USAGE_CRASH_CHILD),
                               {path(), QString::number(m_sink.applied()), QString::number(first)});
        QVERIFY(child.start());
        QVERIFY2(child.waitForOutput("s "), child.errors().constData());
        const auto least = child.output().size() + qsizetype(m_engine() % 10'000);
        QTRY_VERIFY(child.output().size() >= least);
        child.kill();
        QVERIFY(child.waitForExit());
        QCOMPARE(child.exitStatus(), -9);
        m_told.read(child.output());
    }
    /// Sometimes the next process finds all that is left, sometimes the database has got a part of it.
    void writePart()
    {
        auto journal = UsageJournal::open(smallJournal(path()));
        QVERIFY(journal);
        (*journal)->recover(m_sink.applied());
        JournalBatch batch;
        const std::size_t limit = m_engine() % 8000 + 1;
        QVERIFY(QTest::qWaitFor([&] { return !(batch = (*journal)->take(limit)).isEmpty(); }));
        QVERIFY(QCoro::waitFor(m_sink.write(batch, {})));
        if (m_engine() % 2)
            (*journal)->release(batch);
    }
    void writeAll()
    {
        auto journal = UsageJournal::open(smallJournal(path()));
        QVERIFY(journal);
        const SystemClock clock;
        UsageWriter writer(**journal, m_sink, clock);
        QVERIFY(QCoro::waitFor(writer.recover({})));
    }

private Q_SLOTS:
    void nothingIsLostOrTwice()
    {
        qInfo("seed %u", seed);
        for (int kill = 0; kill < kills; ++kill) {
            runAndKill(1 + 10'000'000 * qint64(kill));
            if (QTest::currentTestFailed())
                return;
            if (kill % 3)
                writePart();
        }
        writeAll();

        std::map<qint64, const JournalEntry *> entries;
        for (const JournalEntry &entry : m_sink.entries()) {
            QCOMPARE(entry.charges.size(), 1);
            QVERIFY(entries.emplace(numberOf(entry.usage), &entry).second);
        }
        qInfo("%zu settled, %zu with progress, %zu entries", m_told.settled.size(), m_told.progress.size(),
              entries.size());
        QVERIFY(m_told.settled.size() > 1000);
        for (const auto &[number, tokens] : m_told.settled) {
            QVERIFY2(entries.contains(number), qPrintable(QString::number(number)));
            QVERIFY(entries[number]->usage == usageNumber(number));
            QCOMPARE(entries[number]->charges[0].tokens, tokens);
        }
        int cutOff = 0;
        for (const auto &[number, tokens] : m_told.progress) {
            QVERIFY(entries.contains(number));
            const JournalEntry &entry = *entries[number];
            // It may have got one step further than it could say.
            QVERIFY(entry.charges[0].tokens == tokens || entry.charges[0].tokens == tokens + 1);
            cutOff += entry.usage.status == UsageStatus::Cancelled;
            QCOMPARE(entry.usage.status == UsageStatus::Cancelled, entry.usage.usage.isEstimated);
        }
        QVERIFY(cutOff > 100);
        // What nobody told is at most the last step of each thread.
        for (const auto &[number, entry] : entries)
            entry->usage.status == UsageStatus::Ok ? m_told.settled.erase(number) : m_told.progress.erase(number);
        QVERIFY(m_told.settled.empty());
    }
};

QTEST_GUILESS_MAIN(TestUsageCrash)
#include "tst_usagecrash.moc"
