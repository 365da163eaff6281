// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/storage/sqlite/sqlitelawindex.h"
#include "daemon/tools/law/lawsync.h"
#include "shared/async/taskscope.h"
#include "shared/wire/control/law.h"

namespace moe::app {

/// The texts of the laws (law.db in the data directory), and the one run at a time that brings them up to date. Main
/// thread, but for the index.
class LawStack
{
public:
    /// The scope is the main thread's: runs are joined there. `caFile`: as tools::HttpClient has it.
    [[nodiscard]] static Result<std::unique_ptr<LawStack>> open(const QString &dataDirectory, QByteArray caFile,
                                                                const Clock &clock, TaskScope &scope);
    LawStack(const LawStack &) = delete;
    LawStack &operator=(const LawStack &) = delete;

    /// For the tools, on any thread.
    [[nodiscard]] law::LawIndex &index() { return *m_index; }

    /// Begins a run from an https address or the full path of a folder. Conflict while one is under way.
    [[nodiscard]] Result<void> startSync(const control::LawSyncStart &start);
    [[nodiscard]] Task<control::LawSyncState> state(RequestContext context);

private:
    LawStack(std::unique_ptr<storage::SqliteLawIndex> index, QByteArray caFile, TaskScope &scope);
    [[nodiscard]] QCoro::Task<> run(std::shared_ptr<law::LawSource> source, law::LawSync::Removal removal,
                                    RequestContext context);
    void note(const law::SyncProgress &progress);

    const std::unique_ptr<storage::SqliteLawIndex> m_index;
    const QByteArray m_caFile;
    TaskScope &m_scope;
    law::LawSync m_sync;
    control::LawSyncState m_state;
};

}
