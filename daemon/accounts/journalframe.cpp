// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/journalframe.h"

#include <QtEndian>

#include <array>
#include <cstring>

namespace moe::accounts {

namespace {

constexpr qsizetype lengthOffset = 4;
constexpr qsizetype sequenceOffset = 8;
constexpr qsizetype payloadOffset = 16;

using CrcTables = std::array<std::array<quint32, 256>, 8>;

// Table k advances a checksum by one byte that k more bytes follow, so that eight bytes are looked up at once.
constexpr CrcTables crcTables = [] {
    CrcTables tables{};
    for (quint32 value = 0; value < 256; ++value) {
        quint32 crc = value;
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1) ^ ((crc & 1) ? 0x82f63b78U : 0U);
        tables[0][value] = crc;
    }
    for (std::size_t k = 1; k < tables.size(); ++k) {
        for (std::size_t value = 0; value < 256; ++value)
            tables[k][value] = (tables[k - 1][value] >> 8) ^ tables[0][tables[k - 1][value] & 0xff];
    }
    return tables;
}();

}

quint32 crc32c(QByteArrayView bytes)
{
    const auto *at = reinterpret_cast<const uchar *>(bytes.data());
    qsizetype left = bytes.size();
    quint32 crc = ~0U;
    for (; left >= 8; left -= 8, at += 8) {
        const quint64 word = qFromLittleEndian<quint64>(at) ^ crc;
        crc = 0;
        for (std::size_t k = 0; k < 8; ++k)
            crc ^= crcTables[7 - k][(word >> (8 * k)) & 0xff];
    }
    for (; left > 0; --left, ++at)
        crc = (crc >> 8) ^ crcTables[0][(crc ^ *at) & 0xff];
    return ~crc;
}

qsizetype journalFrameSize(qsizetype payloadSize) { return (payloadOffset + payloadSize + 7) & ~qsizetype(7); }

void writeJournalFrame(char *target, qint64 sequence, QByteArrayView payload)
{
    qToLittleEndian(quint32(payload.size()), target + lengthOffset);
    qToLittleEndian(sequence, target + sequenceOffset);
    std::memcpy(target + payloadOffset, payload.data(), size_t(payload.size()));
    const QByteArrayView checked(target + lengthOffset, payloadOffset - lengthOffset + payload.size());
    qToLittleEndian(crc32c(checked), target);
}

std::optional<JournalFrame> readJournalFrame(QByteArrayView bytes)
{
    if (bytes.size() < payloadOffset)
        return {};
    const auto length = qsizetype(qFromLittleEndian<quint32>(bytes.data() + lengthOffset));
    if (length < 1 || length > maxJournalPayload || journalFrameSize(length) > bytes.size())
        return {};
    const QByteArrayView checked = bytes.sliced(lengthOffset, payloadOffset - lengthOffset + length);
    if (crc32c(checked) != qFromLittleEndian<quint32>(bytes.data()))
        return {};
    return JournalFrame{qFromLittleEndian<qint64>(bytes.data() + sequenceOffset), bytes.sliced(payloadOffset, length),
                        journalFrameSize(length)};
}

}
