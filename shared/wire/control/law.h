// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/wire/control/endpoint.h"

#include <QString>

#include <array>

/// The texts of German laws and their synchronising.
namespace moe::control {

using namespace Qt::StringLiterals;
using wire::Field;
using wire::Presence;

/// From where, if not from the configured address ("law.source"), and what may be lost.
struct LawSyncStart {
    QString from; ///< an address, or the full path of a folder on the daemon's machine; local socket only
    bool prune = false; ///< remove what the source no longer has even if that is most of the laws

    static constexpr auto fields()
    {
        return std::tuple{Field<&LawSyncStart::from>{"from"_L1}, Field<&LawSyncStart::prune>{"prune"_L1}};
    }
};

/// A law that could not be taken over.
struct LawSyncFault {
    QString law;
    QString message;

    static constexpr auto fields()
    {
        return std::tuple{Field<&LawSyncFault::law>{"law"_L1}, Field<&LawSyncFault::message>{"message"_L1}};
    }
};

enum class LawSyncPhase { Idle, Running, Done, Failed };
constexpr auto enumNames(LawSyncPhase)
{
    using wire::EnumName;
    return std::array{EnumName{LawSyncPhase::Idle, "idle"_L1}, EnumName{LawSyncPhase::Running, "running"_L1},
                      EnumName{LawSyncPhase::Done, "done"_L1}, EnumName{LawSyncPhase::Failed, "failed"_L1}};
}

/// The index of laws, and the present or last run since the daemon's start.
struct LawSyncState {
    qint64 laws = 0;  ///< in the index
    LawSyncPhase phase = LawSyncPhase::Idle;
    QString error;    ///< of a failed one
    int total = 0;
    int done = 0;
    int updated = 0;
    int unchanged = 0;
    int failed = 0;
    int removed = 0;
    QString current;  ///< the law being looked at
    QList<LawSyncFault> faults; ///< the first hundred

    static constexpr auto fields()
    {
        return std::tuple{Field<&LawSyncState::laws>{"laws"_L1},           Field<&LawSyncState::phase>{"state"_L1},
                          Field<&LawSyncState::error>{"error"_L1},         Field<&LawSyncState::total>{"total"_L1},
                          Field<&LawSyncState::done>{"done"_L1},           Field<&LawSyncState::updated>{"updated"_L1},
                          Field<&LawSyncState::unchanged>{"unchanged"_L1}, Field<&LawSyncState::failed>{"failed"_L1},
                          Field<&LawSyncState::removed>{"removed"_L1},     Field<&LawSyncState::current>{"current"_L1},
                          Field<&LawSyncState::faults>{"faults"_L1}};
    }
};

inline constexpr Endpoint<Nothing, LawSyncStart, LawSyncState> startLawSync{
    "startLawSync"_L1,
    "POST"_L1,
    "/control/v1/law/sync"_L1,
    Access::Admin,
    "Begins to bring the texts of the laws up to date. Where from can be said through the local socket only."_L1,
    202};
inline constexpr Endpoint<Nothing, Nothing, LawSyncState> readLawSync{
    "readLawSync"_L1, "GET"_L1, "/control/v1/law/sync"_L1, Access::Operator,
    "How many laws there are, and how far bringing them up to date is."_L1};

}
