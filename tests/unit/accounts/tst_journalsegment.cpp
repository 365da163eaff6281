// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/journalsegment.h"
#include "tests/support/testdirectory.h"

#include <QFileInfo>
#include <QTest>

#include <sys/resource.h>

#include <csignal>

using namespace moe;
using namespace moe::accounts;

namespace {

constexpr qsizetype segmentBytes = 4096;

QByteArray payloadNumber(int number)
{
    return QByteArray("payload ") + QByteArray(number % 40, char('a' + number % 26));
}

std::vector<qint64> sequences(const JournalSegment &segment)
{
    std::vector<qint64> found;
    qsizetype at = JournalSegment::start;
    while (const auto frame = at < segment.end() ? segment.frameAt(at) : std::nullopt) {
        found.push_back(frame->sequence);
        at += frame->size;
    }
    return found;
}

/// The largest file this process may write, as long as this lives.
class FileSizeLimit
{
public:
    explicit FileSizeLimit(rlim_t bytes)
    {
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit limited{bytes, m_before.rlim_max};
        m_handler = std::signal(SIGXFSZ, SIG_IGN);
        ::setrlimit(RLIMIT_FSIZE, &limited);
    }
    FileSizeLimit(const FileSizeLimit &) = delete;
    FileSizeLimit &operator=(const FileSizeLimit &) = delete;
    ~FileSizeLimit()
    {
        ::setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_handler);
    }

private:
    rlimit m_before{};
    void (*m_handler)(int) = nullptr;
};

}

class TestJournalSegment : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<test::TestDirectory> m_folder;
    const QString m_name = QStringLiteral("1.journal");

    QString path() const { return m_folder->file(m_name); }
    /// Appends until the segment is full; returns where each frame ends.
    std::vector<qsizetype> fill(JournalSegment &segment)
    {
        std::vector<qsizetype> ends;
        for (int number = 1; segment.append(number, payloadNumber(number)); ++number)
            ends.push_back(segment.end());
        return ends;
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<test::TestDirectory>(); }

    void keepsWhatIsAppended()
    {
        std::vector<qsizetype> ends;
        {
            auto segment = JournalSegment::create(path(), segmentBytes);
            QVERIFY(segment);
            QCOMPARE((*segment)->end(), JournalSegment::start);
            ends = fill(**segment);
            QVERIFY(ends.size() > 50);
            QVERIFY((*segment)->sync(JournalSegment::start, ends.back()));
            // A full segment takes what still fits.
            QVERIFY((*segment)->append(qint64(ends.size()) + 1, "x") || segmentBytes - ends.back() < 24);
        }
        QCOMPARE(QFileInfo(path()).size(), segmentBytes);
        QCOMPARE(QFileInfo(path()).permissions() & 0x77, QFile::Permissions());
        const auto again = JournalSegment::open(path());
        QVERIFY(again);
        QVERIFY((*again)->end() >= ends.back());
        qsizetype at = JournalSegment::start;
        for (std::size_t i = 0; i < ends.size(); ++i) {
            const auto frame = (*again)->frameAt(at);
            QVERIFY(frame);
            QCOMPARE(frame->sequence, qint64(i + 1));
            QCOMPARE(frame->payload, payloadNumber(int(i + 1)));
            at += frame->size;
            QCOMPARE(at, ends[i]);
        }
        QVERIFY((*again)->remove());
        QVERIFY(!m_folder->contains(m_name));
    }

    // The file as it is when the machine dies after so many bytes, whether the rest is missing, zero or noise.
    void tornAtEveryByte()
    {
        std::vector<qsizetype> ends;
        {
            auto segment = JournalSegment::create(path(), 1024);
            QVERIFY(segment);
            ends = fill(**segment);
        }
        const QByteArray whole = m_folder->read(m_name);
        for (qsizetype length = 0; length <= whole.size(); ++length) {
            const QByteArray kept = whole.first(length);
            const qsizetype missing = whole.size() - length;
            for (const QByteArray &rest : {QByteArray(), QByteArray(missing, '\0'), QByteArray(missing, '\xa5')}) {
                const QByteArray torn = kept + rest;
                m_folder->write(m_name, torn);
                const auto segment = JournalSegment::open(path());
                if (length < JournalSegment::start && !segment)
                    continue; // no segment at all
                QVERIFY(segment);
                // A frame's padding may be torn without damage.
                const auto found = sequences(**segment).size();
                const auto certain = std::size_t(std::ranges::count_if(ends, [=](auto end) { return end <= length; }));
                QVERIFY2(found == certain || found == certain + 1, qPrintable(QString::number(length)));
                if (found == certain + 1)
                    QVERIFY(ends[certain] - length < 8);
            }
        }
    }

    void endsAtDamage()
    {
        std::vector<qsizetype> ends;
        {
            auto segment = JournalSegment::create(path(), segmentBytes);
            QVERIFY(segment);
            ends = fill(**segment);
        }
        QByteArray bytes = m_folder->read(m_name);
        bytes[ends[9] + 20] = char(bytes[ends[9] + 20] ^ 1);
        m_folder->write(m_name, bytes);
        const auto segment = JournalSegment::open(path());
        QVERIFY(segment);
        QCOMPARE((*segment)->end(), ends[9]);
    }

    void endsAtSequencesThatDoNotGrow()
    {
        {
            auto segment = JournalSegment::create(path(), segmentBytes);
            QVERIFY(segment);
            for (const qint64 sequence : {3, 5, 5, 6})
                QVERIFY((*segment)->append(sequence, "payload"));
        }
        const auto segment = JournalSegment::open(path());
        QVERIFY(segment);
        QCOMPARE(sequences(**segment), (std::vector<qint64>{3, 5}));
    }

    void unfinishedFilesAreEmpty()
    {
        for (const QByteArray &content : {QByteArray(), QByteArray(3, '\0'), QByteArray(segmentBytes, '\0')}) {
            m_folder->write(m_name, content);
            const auto segment = JournalSegment::open(path());
            QVERIFY(segment);
            QCOMPARE((*segment)->end(), JournalSegment::start);
        }
    }

    void otherFilesAreRefused()
    {
        for (const QByteArray &content :
             {QByteArray("MOEJRNL\x02"), QByteArray("some text of somebody"), QByteArray("x"), QByteArray("MOEJRNL")}) {
            m_folder->write(m_name, content);
            const auto segment = JournalSegment::open(path());
            QVERIFY(!segment);
            QCOMPARE(segment.error().code, ErrorCode::Conflict);
            QCOMPARE(m_folder->read(m_name), content);
        }
        QVERIFY(!JournalSegment::open(m_folder->file(QStringLiteral("missing"))));
    }

    void noRoomIsNoticedWhenTheFileIsMade()
    {
        {
            const FileSizeLimit limit(segmentBytes - 1);
            const auto segment = JournalSegment::create(path(), segmentBytes);
            QVERIFY(!segment);
            QCOMPARE(segment.error().code, ErrorCode::Unavailable);
        }
        QVERIFY(!m_folder->contains(m_name));
        QVERIFY(JournalSegment::create(path(), segmentBytes));
    }
};

QTEST_GUILESS_MAIN(TestJournalSegment)
#include "tst_journalsegment.moc"
