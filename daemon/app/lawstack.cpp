// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/lawstack.h"

#include "daemon/telemetry/log.h"

using namespace Qt::StringLiterals;

namespace moe::app {

Result<std::unique_ptr<LawStack>> LawStack::open(const QString &dataDirectory, QByteArray caFile, const Clock &clock,
                                                 TaskScope &scope)
{
    TRY(auto index, storage::SqliteLawIndex::open(dataDirectory + u"/law.db"_s, clock));
    return std::unique_ptr<LawStack>(new LawStack(std::move(index), std::move(caFile), scope));
}

LawStack::LawStack(std::unique_ptr<storage::SqliteLawIndex> index, QByteArray caFile, TaskScope &scope)
    : m_index(std::move(index))
    , m_caFile(std::move(caFile))
    , m_scope(scope)
    , m_sync(*m_index)
{ }

Result<void> LawStack::startSync(const control::LawSyncStart &start)
{
    if (m_state.phase == control::LawSyncPhase::Running)
        return failure(Error::of(ErrorCode::Conflict, u"The laws are being brought up to date already."_s));
    const bool isFolder = start.from.startsWith(u'/');
    TRY(std::shared_ptr<law::LawSource> source,
        isFolder ? law::folderSource(start.from) : law::webSource(QUrl(start.from), m_caFile));
    m_state = {};
    m_state.phase = control::LawSyncPhase::Running;
    RequestContext context;
    context.stop = m_scope.token();
    m_scope.spawn(run(std::move(source), start.prune ? law::LawSync::Removal::Any : law::LawSync::Removal::Guarded,
                      std::move(context)));
    return {};
}

QCoro::Task<> LawStack::run(std::shared_ptr<law::LawSource> source, law::LawSync::Removal removal,
                            RequestContext context)
{
    const auto progress = co_await m_sync.run(
        std::move(source), removal, [this](const law::SyncProgress &now) { note(now); }, std::move(context));
    m_state.current.clear();
    m_state.phase = progress ? control::LawSyncPhase::Done : control::LawSyncPhase::Failed;
    if (!progress)
        m_state.error = progress.error().message;
    MOE_LOG(App, Info, "", "Bringing the laws up to date has ended", {"laws", m_state.done},
            {"updated", m_state.updated}, {"failed", m_state.failed}, {"reason", m_state.error});
}

void LawStack::note(const law::SyncProgress &progress)
{
    m_state.total = progress.total;
    m_state.done = progress.done;
    m_state.updated = progress.updated;
    m_state.unchanged = progress.unchanged;
    m_state.failed = progress.failed;
    m_state.removed = progress.removed;
    m_state.current = progress.current;
    m_state.faults.resize(progress.faults.size());
    std::ranges::transform(progress.faults, m_state.faults.begin(),
                           [](const law::LawFault &fault) { return control::LawSyncFault{fault.id, fault.message}; });
}

Task<control::LawSyncState> LawStack::state(RequestContext context)
{
    CO_TRY(const qint64 laws, co_await m_index->lawCount(std::move(context)));
    control::LawSyncState state = m_state;
    state.laws = laws;
    co_return state;
}

}
