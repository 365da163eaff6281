// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/law/lawsync.h"

#include "daemon/telemetry/log.h"
#include "daemon/tools/law/statutearchive.h"
#include "shared/async/offload.h"

#include <QCryptographicHash>

using namespace Qt::StringLiterals;

namespace moe::law {

namespace {

constexpr qsizetype mostFaults = 100;
constexpr int mostOutages = 10; // one after the other
constexpr qsizetype alwaysRemoved = 10;
constexpr qsizetype largestShareRemoved = 5; // one of so many

QByteArray hashOf(const QByteArray &zip) { return QCryptographicHash::hash(zip, QCryptographicHash::Sha256).toHex(); }

Result<Statute> statuteOf(const QByteArray &zip)
{
    TRY(const QByteArray xml, xmlOfArchive(zip));
    return parseStatute(xml);
}

/// That a law is missing or wrong is its own trouble; that nothing can be reached is everybody's.
bool isOutage(const Error &error) { return error.code == ErrorCode::BadGateway || error.code == ErrorCode::Timeout; }

bool endsRun(const Error &error) { return error.code == ErrorCode::Cancelled || error.code == ErrorCode::Unavailable; }

void note(SyncProgress &progress, const QString &id, const Error &error)
{
    ++progress.failed;
    if (progress.faults.size() < mostFaults)
        progress.faults.append({id, error.message});
    MOE_LOG(Storage, Warning, QByteArray(), "A law could not be taken over", {"law", id}, {"reason", error.message});
}

QSet<QString> idsOf(const ContentsTable &table)
{
    QSet<QString> ids;
    for (const ContentsEntry &entry : table.entries)
        ids.insert(entry.id);
    return ids;
}

Result<void> checkRemoval(const QHash<QString, SourceMark> &known, const QSet<QString> &ids)
{
    const qsizetype gone = std::ranges::count_if(known.keyBegin(), known.keyEnd(),
                                                 [&ids](const QString &id) { return !ids.contains(id); });
    if (gone <= alwaysRemoved || gone * largestShareRemoved <= known.size())
        return {};
    return failure(Error::of(ErrorCode::Conflict,
                             u"The table of contents lacks %1 of the %2 laws that are held. Nothing was changed; if "
                             "they are to go, begin again with \"prune\"."_s.arg(gone)
                                 .arg(known.size()),
                             u"law_removal"_s));
}

/// Their laws are not known, so they stay by none being removed.
void noteUnreadable(SyncProgress &progress, const QStringList &titles)
{
    for (const QString &title : titles) {
        note(progress, title.left(100), Error::invalid(u"The table of contents has no usable link for it."_s));
        ++progress.done;
    }
}

}

Task<LawSync::Outcome> LawSync::take(LawSource *source, QString id, SourceMark known, RequestContext context)
{
    CO_TRY(const SourceArchive archive, co_await source->archive(id, known.tag, context));
    if (archive.isUnchanged)
        co_return Outcome::Unchanged;
    const SourceMark mark{archive.tag, co_await offload([&archive] { return hashOf(archive.zip); })};
    if (mark.hash == known.hash) {
        if (mark.tag != known.tag) {
            CO_TRY_VOID(co_await m_store.setMark(id, mark, context));
        }
        co_return Outcome::Unchanged;
    }
    auto statute = co_await offload([&archive] { return statuteOf(archive.zip); });
    if (!statute)
        co_return std::unexpected(std::move(statute).error());
    CO_TRY_VOID(co_await m_store.put(id, mark, *std::move(statute), context));
    co_return Outcome::Updated;
}

Task<SyncProgress> LawSync::run(std::shared_ptr<LawSource> source, Removal removal, Observer observer,
                                RequestContext context)
{
    CO_TRY(const SourceContents contents, co_await source->contents(context));
    CO_TRY(const auto marks, co_await m_store.marks(context));
    const ContentsTable &table = contents.table;
    const QSet<QString> ids = idsOf(table);
    const bool isRemoving = contents.isComplete && table.unreadable.isEmpty();
    if (isRemoving && removal == Removal::Guarded) {
        CO_TRY_VOID(checkRemoval(marks, ids));
    }
    SyncProgress progress;
    progress.total = int(table.entries.size() + table.unreadable.size());
    noteUnreadable(progress, table.unreadable);
    int outages = 0;
    for (const ContentsEntry &entry : table.entries) {
        if (context.isStopped())
            co_return failure(Error::cancelled());
        progress.current = entry.id;
        const auto outcome = co_await take(source.get(), entry.id, marks.value(entry.id), context);
        if (!outcome) {
            outages = isOutage(outcome.error()) ? outages + 1 : 0;
            if (endsRun(outcome.error()) || outages == mostOutages)
                co_return std::unexpected(outcome.error());
            note(progress, entry.id, outcome.error());
        } else {
            outages = 0;
            ++(*outcome == Outcome::Updated ? progress.updated : progress.unchanged);
        }
        ++progress.done;
        observer(progress);
    }
    if (isRemoving) {
        CO_TRY(progress.removed, co_await m_store.keepOnly(ids, context));
    }
    progress.current.clear();
    observer(progress);
    co_return progress;
}

}
