// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/auditlog.h"
#include "daemon/telemetry/log.h"

namespace moe::accounts {

namespace {

constexpr std::chrono::seconds flushPatience{30};

void bound(QString &text)
{
    text.truncate(AuditLog::longestText);
    text.remove(QChar(0)); // no database takes it
}

void bound(QByteArray &document)
{
    if (document.size() > AuditLog::longestDocument)
        document = R"({"omitted":"too long"})";
    document.replace('\0', QByteArrayView());
}

AuditEntry bounded(AuditEntry entry)
{
    for (QString *text : {&entry.actor, &entry.address, &entry.action, &entry.object})
        bound(*text);
    for (QByteArray *document : {&entry.before, &entry.after})
        bound(*document);
    return entry;
}

/// Whether the same entries may be stored later.
bool isPassing(ErrorCode code)
{
    return code == ErrorCode::Unavailable || code == ErrorCode::Timeout || code == ErrorCode::Cancelled;
}

}

AuditLog::AuditLog(AuditStore &store, const Clock &clock, AuditLogOptions options)
    : m_store(store)
    , m_clock(clock)
    , m_options(options)
    , m_folder(clock)
{ }

void AuditLog::note(AuditEntry entry, const QByteArray &reason)
{
    if (entry.time == Clock::System())
        entry.time = m_clock.system();
    entry = bounded(std::move(entry));
    if (m_observer)
        m_observer(entry);
    enqueue(m_folder.add(std::move(entry), reason));
}

void AuditLog::enqueue(std::vector<AuditEntry> entries)
{
    const std::lock_guard lock(m_mutex);
    for (AuditEntry &entry : entries) {
        if (m_queue.size() < m_options.limit)
            m_queue.push_back(std::move(entry));
        else
            ++m_dropped;
    }
}

Task<void> AuditLog::flush(RequestContext context)
{
    const auto wait = std::make_shared<Wait>(context.stop);
    if (!beginWait(wait))
        co_return *wait->outcome;
    const Result<void> waited = co_await sleepFor(flushPatience, context.withStop(wait->over.token()));
    const std::lock_guard lock(m_mutex);
    if (wait->outcome)
        co_return *wait->outcome;
    std::erase(m_waits, wait);
    if (!waited)
        co_return waited;
    co_return failure(Error::timeout(QStringLiteral("The audit log did not get the entry stored in time.")));
}

Task<void> AuditLog::flushAll(RequestContext context)
{
    enqueue(m_folder.takeAll());
    return flush(std::move(context));
}

/// False if there is nothing to wait for.
bool AuditLog::beginWait(const WaitPtr &wait)
{
    std::shared_ptr<LinkedStop> runningPause;
    {
        const std::lock_guard lock(m_mutex);
        if (m_isClosed)
            wait->outcome = failure(Error::of(ErrorCode::Unavailable, QStringLiteral("The audit log is closed.")));
        else if (m_queue.empty())
            wait->outcome = Result<void>();
        if (wait->outcome)
            return false;
        wait->target = m_released + m_queue.size();
        m_waits.push_back(wait);
        runningPause = m_pause;
    }
    if (runningPause)
        runningPause->requestStop();
    return true;
}

void AuditLog::endWaits(quint64 upTo, const Result<void> &outcome)
{
    std::vector<WaitPtr> ended;
    {
        const std::lock_guard lock(m_mutex);
        const auto first = std::stable_partition(m_waits.begin(), m_waits.end(),
                                                 [upTo](const WaitPtr &wait) { return wait->target > upTo; });
        ended.assign(first, m_waits.end());
        m_waits.erase(first, m_waits.end());
        for (const WaitPtr &wait : ended)
            wait->outcome = outcome;
    }
    for (const WaitPtr &wait : ended)
        wait->over.requestStop();
}

std::vector<AuditEntry> AuditLog::nextBatch()
{
    const std::lock_guard lock(m_mutex);
    const auto size = qint64(std::min(m_queue.size(), m_options.batchSize));
    return {m_queue.begin(), m_queue.begin() + size};
}

void AuditLog::release(std::size_t count)
{
    quint64 released = 0;
    {
        const std::lock_guard lock(m_mutex);
        m_queue.erase(m_queue.begin(), m_queue.begin() + qint64(count));
        released = m_released += count;
    }
    endWaits(released, {});
}

void AuditLog::close()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isClosed = true;
    }
    endWaits(std::numeric_limits<quint64>::max(),
             failure(Error::of(ErrorCode::Unavailable, QStringLiteral("The audit log was closed."))));
}

QCoro::Task<> AuditLog::run(RequestContext context)
{
    auto delay = m_options.interval;
    while (!context.isStopped()) {
        co_await pause(delay, context);
        enqueue(m_folder.takeDue());
        const Result<void> written = co_await writeAvailable(context);
        if (context.isStopped())
            break;
        tell(written);
        delay = written ? m_options.interval : std::min(delay * 2, m_options.longestRetry);
    }
    co_await writeLast(context);
    close();
}

QCoro::Task<> AuditLog::pause(std::chrono::milliseconds duration, RequestContext context)
{
    const auto end = std::make_shared<LinkedStop>(context.stop);
    bool isAwaited = false;
    {
        const std::lock_guard lock(m_mutex);
        isAwaited = !m_waits.empty();
        m_pause = end;
    }
    if (!isAwaited)
        std::ignore = co_await sleepFor(duration, context.withStop(end->token()));
}

Task<void> AuditLog::writeAvailable(RequestContext context)
{
    for (;;) {
        const std::vector<AuditEntry> batch = nextBatch();
        if (batch.empty())
            co_return {};
        CO_TRY_VOID(co_await writeBatch(batch, context));
    }
}

Task<void> AuditLog::writeBatch(std::vector<AuditEntry> batch, RequestContext context)
{
    const auto stored = co_await m_store.append(batch, context);
    if (!stored && isPassing(stored.error().code))
        co_return failure(stored.error());
    if (!stored)
        co_return co_await writeEach(std::move(batch), std::move(context));
    release(batch.size());
    co_return {};
}

/// So that one entry which the store refuses does not keep the others back.
Task<void> AuditLog::writeEach(std::vector<AuditEntry> batch, RequestContext context)
{
    for (const AuditEntry &entry : batch) {
        const auto stored = co_await m_store.append({entry}, context);
        if (!stored && isPassing(stored.error().code))
            co_return failure(stored.error());
        if (!stored) {
            MOE_LOG(Accounts, Error, "", "The database refused an audit entry", {"action", entry.action},
                    {"error", stored.error().message});
            ++m_dropped;
        }
        release(1);
    }
    co_return {};
}

QCoro::Task<> AuditLog::writeLast(RequestContext context)
{
    enqueue(m_folder.takeAll());
    RequestContext last;
    last.requestId = context.requestId;
    last.deadline = m_clock.steady() + m_options.lastWrite;
    Result<void> written = co_await writeAvailable(last);
    if (written && m_dropped > 0) {
        tellDropped();
        written = co_await writeAvailable(last);
    }
    if (written)
        co_return;
    const std::lock_guard lock(m_mutex);
    MOE_LOG(Accounts, Error, "", "Audit entries are lost at the end", {"count", quint64(m_queue.size())},
            {"error", written.error().message});
}

void AuditLog::tell(const Result<void> &written)
{
    if (!written && !m_isFailing)
        MOE_LOG(Accounts, Warning, "", "Cannot write audit entries to the database; they wait in memory",
                {"error", written.error().message});
    else if (written && m_isFailing)
        MOE_LOG(Accounts, Info, "", "Audit entries go to the database again");
    m_isFailing = !written;
    if (!written)
        endWaits(std::numeric_limits<quint64>::max(), written);
    else if (m_dropped > 0)
        tellDropped();
}

void AuditLog::tellDropped()
{
    const quint64 dropped = m_dropped.exchange(0);
    MOE_LOG(Accounts, Error, "", "Audit entries were lost", {"count", dropped});
    AuditEntry entry;
    entry.time = m_clock.system();
    entry.actor = QStringLiteral("system");
    entry.action = QStringLiteral("audit.lost");
    entry.isSuccess = false;
    entry.count = qint64(dropped);
    enqueue({std::move(entry)});
}

}
