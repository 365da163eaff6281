// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/model/usagerecord.h"

#include <QByteArrayView>
#include <QVarLengthArray>

#include <chrono>
#include <optional>

namespace moe::accounts {

/// Tokens that a request put on its user's budget in one day of the UTC calendar.
struct DayCharge {
    std::chrono::sys_days day{};
    qint64 tokens = 0;

    friend bool operator==(const DayCharge &, const DayCharge &) = default;
};

/// Mostly one; more if a request went on over midnight.
using DayCharges = QVarLengthArray<DayCharge, 2>;

enum class JournalKind : quint8 {
    Settled = 1,  ///< the request has ended: this is what it used
    Progress = 2, ///< the request goes on: what it pays if the daemon dies now
};

/// What the journal keeps of a request.
struct JournalRecord {
    JournalKind kind = JournalKind::Settled;
    UsageRecord usage;
    DayCharges charges;
};

/// Bounds of what is stored; the rest is cut off, of charges added to the last one.
inline constexpr qsizetype maxJournalRequestId = 64;
inline constexpr qsizetype maxJournalText = 200; ///< UTF-16 units
inline constexpr qsizetype maxJournalList = 32;

using JournalPayload = QVarLengthArray<char, 512>;

/// The record's bytes, at most maxJournalPayload. Times are kept to the millisecond.
[[nodiscard]] JournalPayload encodeJournalRecord(JournalKind kind, const UsageRecord &usage, const DayCharges &charges);

/// Nothing if the bytes are none that encodeJournalRecord() wrote, of this version.
[[nodiscard]] std::optional<JournalRecord> decodeJournalRecord(QByteArrayView payload);

}
