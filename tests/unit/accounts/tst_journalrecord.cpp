// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/journalframe.h"
#include "daemon/accounts/journalrecord.h"

#include <QTest>

#include <random>

using namespace moe;
using namespace moe::accounts;
using namespace std::chrono;

namespace {

constexpr quint32 seed = 20'250'704;

class RandomRecords
{
public:
    JournalRecord next()
    {
        UsageRecord usage;
        usage.time = Clock::System(milliseconds(number(-4'000'000'000'000, 4'000'000'000'000)));
        usage.requestId = QByteArray(qsizetype(number(0, maxJournalRequestId)), char(number(0, 255)));
        usage.user = UserId(number(std::numeric_limits<qint64>::min(), std::numeric_limits<qint64>::max()));
        usage.key = KeyId(number(0, 1'000'000));
        usage.model = text();
        usage.mode = text();
        usage.profile = text();
        usage.usage = {number(0, qint64(1) << 53), number(0, qint64(1) << 53), number(0, 1) == 1};
        usage.status = UsageStatus(number(0, 3));
        usage.latency = milliseconds(number(0, 10'000'000));
        usage.timeToFirstToken = milliseconds(number(0, 10'000'000));
        usage.isCacheHit = number(0, 1) == 1;
        usage.experts = texts();
        usage.nodes = texts();
        DayCharges charges;
        for (auto left = number(0, 4); left > 0; --left)
            charges.append({sys_days(days(number(-1'000'000, 1'000'000))), number(0, qint64(1) << 53)});
        return {number(0, 1) ? JournalKind::Settled : JournalKind::Progress, usage, charges};
    }
    qint64 number(qint64 low, qint64 high) { return std::uniform_int_distribution(low, high)(m_engine); }

private:
    QString text()
    {
        QString value(qsizetype(number(0, maxJournalText)), Qt::Uninitialized);
        for (QChar &c : value)
            c = QChar(char16_t(number(0, 0xffff)));
        return value;
    }
    QStringList texts()
    {
        QStringList values;
        for (auto left = number(0, number(0, maxJournalList)); left > 0; --left)
            values.append(text());
        return values;
    }

    std::mt19937_64 m_engine{seed};
};

JournalPayload encoded(const JournalRecord &record)
{
    return encodeJournalRecord(record.kind, record.usage, record.charges);
}

}

class TestJournalRecord : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qInfo("seed %u", seed); }

    void checksumIsCrc32c()
    {
        // The check value of the catalogue of CRC algorithms, and bytes at a time against eight at a time.
        QCOMPARE(crc32c("123456789"), 0xe3069283U);
        QCOMPARE(crc32c(QByteArray(32, '\0')), 0x8a9136aaU); // RFC 3720, B.4
        QCOMPARE(crc32c(QByteArray(32, '\xff')), 0x62a8ab43U);
        QCOMPARE(crc32c({}), 0U);
    }

    void recordsAreReadAsWritten()
    {
        RandomRecords random;
        for (int i = 0; i < 2000; ++i) {
            const JournalRecord record = random.next();
            const JournalPayload bytes = encoded(record);
            QVERIFY(bytes.size() <= maxJournalPayload);
            const auto again = decodeJournalRecord(bytes);
            QVERIFY(again);
            QCOMPARE(again->kind, record.kind);
            QVERIFY(again->usage == record.usage);
            QVERIFY(again->charges == record.charges);
        }
    }

    void whatIsTooLongIsCutOff()
    {
        JournalRecord record;
        record.usage.requestId = QByteArray(1'000'000, 'x');
        record.usage.model = QString(1'000'000, u'm');
        record.usage.mode = QString(maxJournalText - 1, u'm') % QStringLiteral("\U0001F600");
        record.usage.profile = QString(maxJournalText, u'p');
        record.usage.experts = QStringList(1000, QString(1000, u'e'));
        record.usage.nodes = QStringList(1000, QString(1000, u'n'));
        for (int day = 0; day < 40; ++day)
            record.charges.append({sys_days(days(day)), 10});
        const JournalPayload bytes = encoded(record);
        QVERIFY(bytes.size() <= maxJournalPayload);
        const auto again = decodeJournalRecord(bytes);
        QVERIFY(again);
        QCOMPARE(again->usage.requestId, QByteArray(maxJournalRequestId, 'x'));
        QCOMPARE(again->usage.model, QString(maxJournalText, u'm'));
        QCOMPARE(again->usage.mode, QString(maxJournalText - 1, u'm')); // no half of a character
        QCOMPARE(again->usage.profile, record.usage.profile);
        QCOMPARE(again->usage.experts.size(), maxJournalList);
        QCOMPARE(again->usage.nodes, QStringList(maxJournalList, QString(maxJournalText, u'n')));
        qint64 tokens = 0;
        for (const DayCharge &charge : again->charges)
            tokens += charge.tokens;
        QCOMPARE(tokens, 400);
        QCOMPARE(again->charges.size(), maxJournalList);
    }

    void onlyWholeRecordsAreRead()
    {
        RandomRecords random;
        for (int i = 0; i < 50; ++i) {
            const JournalPayload bytes = encoded(random.next());
            for (qsizetype length = 0; length < bytes.size(); ++length)
                QVERIFY(!decodeJournalRecord(QByteArrayView(bytes).first(length)));
            QVERIFY(!decodeJournalRecord(QByteArray(bytes.data(), bytes.size()).append('\0')));
        }
    }

    void damagedRecordsAreRefusedOrOtherRecords()
    {
        RandomRecords random;
        for (int i = 0; i < 20'000; ++i) {
            JournalPayload bytes = encoded(random.next());
            for (auto left = random.number(1, 3); left > 0; --left)
                bytes[qsizetype(random.number(0, bytes.size() - 1))] = char(random.number(0, 255));
            // What is accepted says exactly what the bytes say.
            if (const auto record = decodeJournalRecord(bytes))
                QVERIFY(encoded(*record) == bytes);
        }
    }

    void framesAreReadAsWritten()
    {
        RandomRecords random;
        for (qsizetype size = 1; size < 600; ++size) {
            const QByteArray payload(size, char(random.number(0, 255)));
            QByteArray bytes(journalFrameSize(size) + 8, '\0');
            QCOMPARE(journalFrameSize(size) % 8, 0);
            const qint64 sequence = random.number(1, std::numeric_limits<qint64>::max());
            writeJournalFrame(bytes.data(), sequence, payload);
            const auto frame = readJournalFrame(bytes);
            QVERIFY(frame);
            QCOMPARE(frame->sequence, sequence);
            QCOMPARE(frame->payload, payload);
            QCOMPARE(frame->size, journalFrameSize(size));
        }
    }

    void anyChangedBitIsFound()
    {
        const QByteArray payload = "what one request used";
        QByteArray bytes(journalFrameSize(payload.size()), '\0');
        writeJournalFrame(bytes.data(), 4711, payload);
        for (qsizetype bit = 0; bit < (16 + payload.size()) * 8; ++bit) {
            QByteArray damaged = bytes;
            damaged[bit / 8] = char(damaged[bit / 8] ^ (1 << (bit % 8)));
            QVERIFY2(!readJournalFrame(damaged), qPrintable(QString::number(bit)));
        }
        for (qsizetype length = 0; length < bytes.size(); ++length)
            QVERIFY(!readJournalFrame(QByteArrayView(bytes).first(length)));
        QVERIFY(!readJournalFrame(QByteArray(4096, '\0')));
        QVERIFY(!readJournalFrame(QByteArray(4096, '\xff')));
    }
};

QTEST_GUILESS_MAIN(TestJournalRecord)
#include "tst_journalrecord.moc"
