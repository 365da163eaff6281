// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/journallog.h"

namespace moe::accounts {

namespace {

Result<void> visitSegment(JournalLog::Segment &segment, const JournalLog::Visitor &visit)
{
    qsizetype at = JournalSegment::start;
    while (at < segment.file->end()) {
        const auto frame = segment.file->frameAt(at);
        if (!frame)
            return failure(Error::internal(QStringLiteral("The usage journal changed while it was read.")));
        const auto record = decodeJournalRecord(frame->payload);
        if (!record)
            return failure(Error::of(ErrorCode::Conflict,
                                     QStringLiteral("The usage journal was written by a newer version. Start that "
                                                    "version, or move the journal away.")));
        if (record->kind == JournalKind::Settled)
            segment.lastSettled = frame->sequence;
        visit(*record, frame->sequence, segment.ordinal);
        at += frame->size;
    }
    return {};
}

}

Result<void> JournalLog::load(std::vector<std::unique_ptr<JournalSegment>> files, const Visitor &visit)
{
    // Their names do not tell: a spare segment may have been made long before it was used.
    const auto firstSequence
        = [](const std::unique_ptr<JournalSegment> &file) { return file->frameAt(JournalSegment::start)->sequence; };
    std::ranges::sort(files, {}, firstSequence);
    for (auto &file : files) {
        m_segments.push_back(std::make_shared<Segment>(Segment{std::move(file), ++m_ordinals}));
        TRY_VOID(visitSegment(*m_segments.back(), visit));
        m_hasUnsynced = true;
    }
    return {};
}

bool JournalLog::append(qint64 sequence, JournalKind kind, QByteArrayView payload)
{
    if (!m_active || !m_active->file->append(sequence, payload)) {
        if (!m_spare)
            return false;
        m_active = std::make_shared<Segment>(Segment{std::move(m_spare), ++m_ordinals});
        m_segments.push_back(m_active);
        if (!m_active->file->append(sequence, payload))
            return false;
    }
    if (kind == JournalKind::Settled)
        m_active->lastSettled = sequence;
    m_hasUnsynced = true;
    return true;
}

std::vector<JournalLog::Range> JournalLog::takeUnsynced()
{
    std::vector<Range> ranges;
    for (const SegmentPointer &segment : m_segments) {
        if (segment->syncedEnd < segment->file->end())
            ranges.push_back({segment, segment->syncedEnd, segment->file->end()});
    }
    m_hasUnsynced = false;
    return ranges;
}

void JournalLog::setSynced(const std::vector<Range> &ranges)
{
    for (const Range &range : ranges)
        range.segment->syncedEnd = range.to;
}

std::optional<JournalLog::Range> JournalLog::unread()
{
    for (const SegmentPointer &segment : m_segments) {
        if (segment->ordinal < m_readOrdinal)
            continue;
        if (segment->ordinal > m_readOrdinal) {
            m_readOrdinal = segment->ordinal;
            m_readOffset = JournalSegment::start;
        }
        if (m_readOffset < segment->syncedEnd)
            return Range{segment, m_readOffset, segment->syncedEnd};
        if (segment->syncedEnd < segment->file->end())
            break; // what follows is read after the rest of this one
    }
    return {};
}

bool JournalLog::isReadToEnd() const
{
    return m_segments.empty()
        || (m_segments.back()->ordinal == m_readOrdinal && m_readOffset == m_segments.back()->file->end());
}

std::vector<JournalLog::SegmentPointer> JournalLog::takeApplied(qint64 applied)
{
    std::vector<SegmentPointer> taken;
    while (!m_segments.empty() && m_segments.front() != m_active && m_segments.front()->lastSettled <= applied) {
        taken.push_back(std::move(m_segments.front()));
        m_segments.pop_front();
    }
    return taken;
}

}
