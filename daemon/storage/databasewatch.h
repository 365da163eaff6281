// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/storage/dbexecutor.h"

#include <atomic>
#include <chrono>

namespace moe::storage {

struct WatchSettings {
    std::chrono::milliseconds interval{3'000};
    std::chrono::milliseconds patience{3'000}; ///< how long a look at the database may take
};

/// Looks again and again whether the database can be read and written, for readiness: requests themselves work from
/// memory and would not notice. Changes nothing in it. Executor and clock outlive it.
class DatabaseWatch
{
public:
    DatabaseWatch(DbExecutor &database, const Clock &clock, WatchSettings settings = {});
    DatabaseWatch(const DatabaseWatch &) = delete;
    DatabaseWatch &operator=(const DatabaseWatch &) = delete;

    /// Runs until the context is stopped; logs when the state changes.
    [[nodiscard]] QCoro::Task<> run(RequestContext context);
    /// Whether the last look went well and was not long ago: one that hangs is trouble too. From any thread.
    [[nodiscard]] bool isUsable() const;

private:
    DbExecutor &m_database;
    const Clock &m_clock;
    const WatchSettings m_settings;
    std::atomic<Clock::Steady> m_usableUntil;
};

}
