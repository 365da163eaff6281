// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/journalrecord.h"
#include "daemon/accounts/journalsegment.h"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace moe::accounts {

/// The segments of a journal in order; the last one takes what is appended, a spare one follows it when it is full.
/// Not thread-safe. What a Range names may be read and synced by any thread, whatever happens to the log meanwhile.
class JournalLog
{
public:
    struct Segment {
        std::unique_ptr<JournalSegment> file;
        qint64 ordinal = 0;     // its place in the log, from 1
        qint64 lastSettled = 0; // the largest sequence of a settled record in it; 0: none
        qsizetype syncedEnd = JournalSegment::start;
    };
    using SegmentPointer = std::shared_ptr<Segment>;

    /// A part of a segment, from one frame's start to another's.
    struct Range {
        SegmentPointer segment;
        qsizetype from = 0;
        qsizetype to = 0;
    };

    /// Called with each record, its sequence number and the ordinal of its segment.
    using Visitor = std::function<void(const JournalRecord &, qint64, qint64)>;

    /// Takes over what an earlier process left, in whatever order, and visits its records in theirs. Nothing will be
    /// appended to these segments. Conflict if there are records of a newer version.
    [[nodiscard]] Result<void> load(std::vector<std::unique_ptr<JournalSegment>> files, const Visitor &visit);

    /// False if there is no room in the last segment and no spare one.
    [[nodiscard]] bool append(qint64 sequence, JournalKind kind, QByteArrayView payload);
    [[nodiscard]] bool hasSpare() const { return m_spare != nullptr; }
    void setSpare(std::unique_ptr<JournalSegment> file) { m_spare = std::move(file); }
    /// Without the spare one.
    [[nodiscard]] std::size_t size() const { return m_segments.size(); }
    /// Of the segment that was appended to last; 0: none.
    [[nodiscard]] qint64 lastOrdinal() const { return m_active ? m_active->ordinal : 0; }

    [[nodiscard]] bool hasUnsynced() const { return m_hasUnsynced; }
    /// What has to be brought to the disk, in order; to be passed to setSynced() afterwards.
    [[nodiscard]] std::vector<Range> takeUnsynced();
    void setSynced(const std::vector<Range> &ranges);

    /// What is synced and not read yet, of one segment; nothing if there is none now.
    [[nodiscard]] std::optional<Range> unread();
    /// The reader has got so far in the segment that unread() named.
    void setRead(qsizetype offset) { m_readOffset = offset; }
    [[nodiscard]] bool isReadToEnd() const;

    /// Lets go of the oldest segments, as far as all their settled records are at or below `applied`.
    [[nodiscard]] std::vector<SegmentPointer> takeApplied(qint64 applied);

private:
    std::deque<SegmentPointer> m_segments;
    SegmentPointer m_active; // the last of m_segments, unless that was left by an earlier process
    std::unique_ptr<JournalSegment> m_spare;
    qint64 m_ordinals = 0;
    qint64 m_readOrdinal = 0;
    qsizetype m_readOffset = JournalSegment::start;
    bool m_hasUnsynced = false;
};

}
