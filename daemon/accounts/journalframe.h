// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArrayView>

#include <optional>

namespace moe::accounts {

/// One record as it lies in a segment: checksum, length, sequence number, payload, zeros up to a multiple of 8 bytes.
/// A view of the segment's bytes.
struct JournalFrame {
    qint64 sequence = 0;
    QByteArrayView payload; ///< never empty
    qsizetype size = 0;     ///< bytes from the start of this frame to the start of the next
};

inline constexpr qsizetype maxJournalPayload = 32 * 1024;

/// CRC-32C (Castagnoli).
[[nodiscard]] quint32 crc32c(QByteArrayView bytes);

/// Bytes that a frame with a payload of so many bytes takes.
[[nodiscard]] qsizetype journalFrameSize(qsizetype payloadSize);

/// Writes a frame to `target`, where journalFrameSize() zero bytes are. The payload has 1 to maxJournalPayload bytes.
void writeJournalFrame(char *target, qint64 sequence, QByteArrayView payload);

/// The frame at the start of `bytes`; nothing if none is there or it is cut off or damaged.
[[nodiscard]] std::optional<JournalFrame> readJournalFrame(QByteArrayView bytes);

}
