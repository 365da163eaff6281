// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/journalrecord.h"

#include <QtEndian>

namespace moe::accounts {

using namespace std::chrono;

namespace {

constexpr quint8 version = 1;
constexpr quint8 estimatedFlag = 1;
constexpr quint8 cacheHitFlag = 2;

class Encoder
{
public:
    template <typename Integer>
    void number(Integer value)
    {
        const auto at = m_bytes.size();
        m_bytes.resize(at + qsizetype(sizeof value));
        qToLittleEndian(value, m_bytes.data() + at);
    }
    void bytes(QByteArrayView value)
    {
        value = value.first(std::min(value.size(), maxJournalRequestId));
        number(quint8(value.size()));
        m_bytes.append(value.data(), value.size());
    }
    void text(QStringView value)
    {
        if (value.size() > maxJournalText) {
            value = value.first(maxJournalText);
            if (value.back().isHighSurrogate())
                value.chop(1);
        }
        number(quint8(value.size()));
        const auto at = m_bytes.size();
        m_bytes.resize(at + value.size() * 2);
        if (!value.isEmpty())
            qToLittleEndian<char16_t>(value.utf16(), value.size(), m_bytes.data() + at);
    }
    void texts(const QStringList &values)
    {
        const auto count = std::min(values.size(), maxJournalList);
        number(quint8(count));
        for (qsizetype i = 0; i < count; ++i)
            text(values[i]);
    }
    void charges(const DayCharges &charges)
    {
        DayCharges kept = charges;
        for (qsizetype i = maxJournalList; i < charges.size(); ++i)
            kept[maxJournalList - 1].tokens += charges[i].tokens;
        kept.resize(std::min(kept.size(), maxJournalList));
        number(quint8(kept.size()));
        for (const DayCharge &charge : kept) {
            number(qint32(charge.day.time_since_epoch().count()));
            number(charge.tokens);
        }
    }
    [[nodiscard]] JournalPayload take() { return std::move(m_bytes); }

private:
    JournalPayload m_bytes;
};

// Reads what Encoder wrote. After a failure everything reads as zero or empty.
class Decoder
{
public:
    explicit Decoder(QByteArrayView bytes) : m_rest(bytes) { }

    [[nodiscard]] bool isGood() const { return m_isGood; }
    [[nodiscard]] bool isComplete() const { return m_isGood && m_rest.isEmpty(); }
    void require(bool isTrue) { m_isGood = m_isGood && isTrue; }

    template <typename Integer>
    Integer number()
    {
        const QByteArrayView taken = next(sizeof(Integer));
        return m_isGood ? qFromLittleEndian<Integer>(taken.data()) : Integer(0);
    }
    QByteArray bytes() { return next(length(maxJournalRequestId)).toByteArray(); }
    QString text()
    {
        const qsizetype size = length(maxJournalText);
        const QByteArrayView taken = next(size * 2);
        if (taken.isEmpty())
            return {};
        QString value(size, Qt::Uninitialized);
        qFromLittleEndian<char16_t>(taken.data(), size, value.data());
        return value;
    }
    QStringList texts()
    {
        QStringList values;
        for (qsizetype left = length(maxJournalList); left > 0 && m_isGood; --left)
            values.append(text());
        return values;
    }
    DayCharges charges()
    {
        DayCharges values;
        for (qsizetype left = length(maxJournalList); left > 0 && m_isGood; --left) {
            const sys_days day{days(number<qint32>())};
            values.append({day, number<qint64>()});
        }
        return values;
    }

private:
    qsizetype length(qsizetype limit)
    {
        const qsizetype value = number<quint8>();
        require(value <= limit);
        return m_isGood ? value : 0;
    }
    QByteArrayView next(qsizetype size)
    {
        require(m_rest.size() >= size);
        if (!m_isGood)
            return {};
        const QByteArrayView taken = m_rest.first(size);
        m_rest = m_rest.sliced(size);
        return taken;
    }

    QByteArrayView m_rest;
    bool m_isGood = true;
};

// What system_clock can hold, whatever a damaged record says.
constexpr qint64 latestTime = duration_cast<milliseconds>(Clock::System::max().time_since_epoch()).count();

}

JournalPayload encodeJournalRecord(JournalKind kind, const UsageRecord &usage, const DayCharges &charges)
{
    Encoder out;
    out.number(version);
    out.number(quint8(kind));
    out.number(quint8(usage.status));
    out.number(quint8((usage.usage.isEstimated ? estimatedFlag : 0) | (usage.isCacheHit ? cacheHitFlag : 0)));
    out.number(qint64(floor<milliseconds>(usage.time).time_since_epoch().count()));
    out.number(usage.user.value());
    out.number(usage.key.value());
    out.number(usage.usage.promptTokens);
    out.number(usage.usage.completionTokens);
    out.number(qint64(usage.latency.count()));
    out.number(qint64(usage.timeToFirstToken.count()));
    out.bytes(usage.requestId);
    out.text(usage.model);
    out.text(usage.mode);
    out.text(usage.profile);
    out.texts(usage.experts);
    out.texts(usage.nodes);
    out.charges(charges);
    return out.take();
}

std::optional<JournalRecord> decodeJournalRecord(QByteArrayView payload)
{
    Decoder in(payload);
    in.require(in.number<quint8>() == version);
    const auto kind = JournalKind(in.number<quint8>());
    in.require(kind == JournalKind::Settled || kind == JournalKind::Progress);
    JournalRecord record{kind, {}, {}};
    UsageRecord &usage = record.usage;
    const auto status = in.number<quint8>();
    in.require(status < usageStatusNames.size());
    usage.status = UsageStatus(status);
    const auto flags = in.number<quint8>();
    in.require(flags <= (estimatedFlag | cacheHitFlag));
    usage.usage.isEstimated = flags & estimatedFlag;
    usage.isCacheHit = flags & cacheHitFlag;
    const auto time = in.number<qint64>();
    in.require(time > -latestTime && time < latestTime);
    usage.time = Clock::System(milliseconds(in.isGood() ? time : 0));
    usage.user = UserId(in.number<qint64>());
    usage.key = KeyId(in.number<qint64>());
    usage.usage.promptTokens = in.number<qint64>();
    usage.usage.completionTokens = in.number<qint64>();
    usage.latency = milliseconds(in.number<qint64>());
    usage.timeToFirstToken = milliseconds(in.number<qint64>());
    usage.requestId = in.bytes();
    usage.model = in.text();
    usage.mode = in.text();
    usage.profile = in.text();
    usage.experts = in.texts();
    usage.nodes = in.texts();
    record.charges = in.charges();
    return in.isComplete() ? std::optional(std::move(record)) : std::nullopt;
}

}
