// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/journalframe.h"
#include "shared/core/result.h"

#include <QString>

#include <memory>
#include <optional>

namespace moe::accounts {

/// One file of the journal, mapped into memory: what is appended belongs to the kernel at once and survives the death
/// of the process without any system call.
/// One thread at a time appends; whoever learnt a value of end() from it may read and sync up to there on any thread.
class JournalSegment
{
public:
    /// Where the first frame lies.
    static constexpr qsizetype start = 8;

    /// A new file whose blocks are all there, so that a full disk fails here (Unavailable) and never in append().
    [[nodiscard]] static Result<std::unique_ptr<JournalSegment>> create(const QString &path, qsizetype bytes);
    /// An existing file, to be read only; it ends before the first frame that is cut off, damaged or out of order.
    /// Conflict if it is of a newer version or no segment at all.
    [[nodiscard]] static Result<std::unique_ptr<JournalSegment>> open(const QString &path);
    JournalSegment(const JournalSegment &) = delete;
    JournalSegment &operator=(const JournalSegment &) = delete;
    /// The file stays.
    ~JournalSegment();

    /// False if there is no room; nothing has changed then.
    [[nodiscard]] bool append(qint64 sequence, QByteArrayView payload);
    /// Where the next frame goes.
    [[nodiscard]] qsizetype end() const { return m_end; }
    /// The frame at `offset`, which is `start` or the end of another frame.
    [[nodiscard]] std::optional<JournalFrame> frameAt(qsizetype offset) const;

    /// Brings these bytes to the disk.
    [[nodiscard]] Result<void> sync(qsizetype from, qsizetype to);
    /// Deletes the file; the memory stays mapped.
    [[nodiscard]] Result<void> remove();

private:
    JournalSegment(QString path, char *data, qsizetype size);
    [[nodiscard]] QByteArrayView bytes() const { return {m_data, m_size}; }

    const QString m_path;
    char *const m_data; // null: the file ends before its first byte
    const qsizetype m_size;
    qsizetype m_end = start;
};

}
