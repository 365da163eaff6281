// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/law/lawindex.h"
#include "daemon/tools/law/lawsource.h"

#include <functional>

namespace moe::law {

/// A law that could not be taken over; what there was of it stays.
struct LawFault {
    QString id;
    QString message;
};

/// How far a run is, or how it ended.
struct SyncProgress {
    int total = 0;
    int done = 0;      ///< looked at: the sum of the three following
    int updated = 0;
    int unchanged = 0;
    int failed = 0;
    int removed = 0;   ///< no longer in the table of contents
    QString current;   ///< id of the law being looked at
    QList<LawFault> faults; ///< the first hundred
};

/// Brings the store to what the source has, law by law. What is as it was is skipped, so a run that was ended anywhere
/// goes on where it was when it is begun again; what is wrong with one law does not end it. Main thread. The store
/// outlives its runs.
class LawSync
{
public:
    /// What to do if most laws are gone from the table of contents, which is more often a fault of the source than the
    /// will of the legislator.
    enum class Removal { Guarded, Any };
    using Observer = std::function<void(const SyncProgress &)>;

    explicit LawSync(LawStore &store) : m_store(store) { }
    LawSync(const LawSync &) = delete;
    LawSync &operator=(const LawSync &) = delete;

    /// The observer hears of every law. Fails if the source has no contents, the store cannot be used, or ten laws in
    /// a row fail as nothing can be reached; Conflict, and nothing is changed, if removal is guarded and more than a
    /// fifth of the laws, and more than ten, would go; Cancelled when the context is. Nothing is removed while the
    /// table of contents has lines that cannot be read.
    [[nodiscard]] Task<SyncProgress> run(std::shared_ptr<LawSource> source, Removal removal, Observer observer,
                                         RequestContext context);

private:
    enum class Outcome { Updated, Unchanged };
    [[nodiscard]] Task<Outcome> take(LawSource *source, QString id, SourceMark known, RequestContext context);

    LawStore &m_store;
};

}
