// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/accountstack.h"

#include "daemon/settings/retentiontimes.h"
#include "daemon/storage/postgres/postgresdatabase.h"
#include "daemon/storage/sqlite/sqlitedatabase.h"
#include "daemon/telemetry/log.h"
#include "shared/async/wait.h"

#include <QDateTime>
#include <QDir>
#include <QFile>

#include <cstdio>
#include <utility>

using namespace Qt::StringLiterals;

namespace moe::app {

namespace {

constexpr std::chrono::milliseconds purgeDelay{1'000};
constexpr std::chrono::milliseconds purgeRetry{60'000};

settings::SettingValues startValues(const Options &options)
{
    namespace keys = settings::keys;
    settings::SettingValues values;
    const auto set = [&values](const auto &key, const auto &value) {
        if (!value.isEmpty())
            values.set(key, value);
    };
    set(keys::inferenceServers, options.inferenceServers);
    set(keys::expertModels, options.expertModels);
    set(keys::judgeModel, options.judgeModel);
    set(keys::judgeEndpoint, options.judgeEndpoint);
    set(keys::mcpServers, options.mcpServers);
    set(keys::logLevels, options.logLevel);
    set(keys::metricsToken, QString::fromUtf8(options.metricsToken));
    values.set(keys::expertOutput, qint64(options.expertOutput));
    return values;
}

storage::SqliteOptions sqliteOptions(const Options &options)
{
    storage::SqliteOptions sqlite;
    sqlite.path = options.dataDirectory + "/moe.db"_L1;
    return sqlite;
}

/// How what requests use is written down.
api::HealthItem journalItem(const accounts::JournalState &journal, bool isWriterHealthy)
{
    QByteArrayList details;
    if (!journal.isOnDisk)
        details.append("there is no room on the disk for the usage journal: "
                       + QByteArray::number(qulonglong(journal.inMemory)) + " records are kept in memory");
    if (!isWriterHealthy)
        details.append("usage cannot be written to the database: " + QByteArray::number(journal.backlog)
                       + " records wait for it");
    const bool isOk = details.isEmpty();
    if (journal.lost > 0)
        details.append(QByteArray::number(journal.lost) + " records were lost since the start");
    return {"usage", isOk, details.join("; ")};
}

}

AccountStack::AccountStack(Parts parts)
    : m_parts(std::move(parts))
    , m_throttle(m_parts.clock)
    , m_setupToken(m_parts.options.dataDirectory, m_parts.clock, m_throttle)
{ }

AccountStack::~AccountStack() = default;

Task<void> AccountStack::open(RequestContext context)
{
    CO_TRY_VOID(openDatabase());
    CO_TRY(m_hasher, accounts::PasswordHasher::create());
    makeServices();
    CO_TRY_VOID(co_await openJournal(context));
    CO_TRY_VOID(co_await settings->load(context));
    CO_TRY_VOID(co_await m_live->load(context));
    CO_TRY_VOID(co_await signIn->load(context));
    CO_TRY(const auto setup, co_await signIn->prepareSetup(context));
    if (setup) {
        // For whoever starts the daemon by hand or reads its journal; the log never has it.
        std::printf("The first administrator is missing. Set-up token, valid for 24 hours: %s\n",
                    setup->text.constData());
        std::fflush(stdout);
    }
    co_return {};
}

Result<void> AccountStack::openDatabase()
{
    if (!m_parts.options.databaseUrl.isEmpty()) {
        storage::PostgresOptions postgres;
        postgres.url = m_parts.options.databaseUrl;
        TRY(m_database, storage::openPostgres(postgres, m_parts.clock));
    } else {
        TRY(m_database, storage::openSqlite(sqliteOptions(m_parts.options), m_parts.clock));
    }
    stores = std::make_unique<storage::SqlAccountStores>(*m_database);
    m_databaseWatch = std::make_unique<storage::DatabaseWatch>(*m_database, m_parts.clock);
    return {};
}

/// What an earlier process left is counted before anybody's budget is read.
Task<void> AccountStack::openJournal(RequestContext context)
{
    accounts::JournalOptions options;
    options.folder = m_parts.options.dataDirectory + "/journal"_L1;
    CO_TRY(journal, accounts::UsageJournal::open(options));
    m_usageWriter = std::make_unique<accounts::UsageWriter>(*journal, stores->usageSink, m_parts.clock);
    co_return co_await m_usageWriter->recover(std::move(context));
}

void AccountStack::makeServices()
{
    const Clock &clock = m_parts.clock;
    m_live = std::make_unique<accounts::LiveAccounts>(
        accounts::LiveAccounts::Parts{stores->snapshots, keyDirectory, accountDirectory, sessionDirectory});
    auditLog = std::make_unique<accounts::AuditLog>(stores->audit, clock);
    m_usageErasure = std::make_unique<accounts::UsageErasure>(stores->usage);
    m_auditErasure = std::make_unique<accounts::AuditErasure>(*auditLog, stores->audit);
    m_settingsErasure = std::make_unique<accounts::SettingsErasure>(stores->settings);
    m_eraser = std::make_unique<accounts::Eraser>(
        // The audit log last: it knows the names that the others are to forget, should they have to try again.
        std::vector<accounts::ErasureHook *>{m_usageErasure.get(), m_settingsErasure.get(), m_auditErasure.get()});
    signIn = std::make_unique<accounts::SignInService>(accounts::SignInService::Parts{
        stores->users, stores->sessions, sessionDirectory, *m_live, *m_hasher, m_throttle, m_setupToken, clock});
    users = std::make_unique<accounts::UserService>(
        accounts::UserService::Parts{stores->users, *m_live, *m_hasher, clock, stores->keys, m_eraser.get(),
                                     &stores->audit, [this] { forgetRemoved(); }});
    keys = std::make_unique<accounts::KeyService>(
        accounts::KeyService::Parts{stores->keys, stores->users, keyDirectory, accountDirectory, *m_live, clock});
    policies = std::make_unique<accounts::PolicyService>(accounts::PolicyService::Parts{
        stores->users, stores->grants, stores->limits, *m_live, accountDirectory, clock, m_parts.isResourceKnown});
    groups = std::make_unique<accounts::GroupService>(
        accounts::GroupService::Parts{stores->groups, stores->users, *m_live, *m_hasher, clock});
    settings = std::make_unique<settings::SettingsService>(
        stores->settings, settings::SettingsTable::standard(m_parts.checks), startValues(m_parts.options), clock);
    m_retention = std::make_unique<accounts::Retention>(
        stores->usage, stores->audit, clock, [this] { return settings::retentionTimes(*settings->current()); });
}

/// What removed users leave in the database's files goes soon afterwards; the answer does not wait for it.
void AccountStack::forgetRemoved()
{
    if (!m_tasks || !m_parts.options.databaseUrl.isEmpty())
        return;
    m_isPurgeNeeded = true;
    if (std::exchange(m_isPurging, true))
        return;
    RequestContext background;
    background.stop = m_tasks->token();
    m_tasks->spawn(purge(background));
}

/// Once for all who are removed in the meantime, and again later while a copy is being made.
QCoro::Task<> AccountStack::purge(RequestContext context)
{
    std::chrono::milliseconds delay = purgeDelay;
    while (m_isPurgeNeeded && co_await sleepFor(delay, context)) {
        m_isPurgeNeeded = false;
        const Result<bool> purged = co_await storage::purgeSqlite(m_database.get(), context);
        const bool isDone = purged.value_or(false);
        m_isPurgeNeeded = m_isPurgeNeeded || !isDone;
        delay = isDone ? purgeDelay : purgeRetry;
    }
    m_isPurging = false;
}

void AccountStack::startTasks(TaskScope &scope)
{
    m_tasks = &scope;
    RequestContext background;
    background.stop = scope.token();
    scope.spawn(m_databaseWatch->run(background));
    scope.spawn(m_usageWriter->run(background));
    scope.spawn(auditLog->run(background));
    scope.spawn(keys->keepLastUsedSaved(background));
    scope.spawn(signIn->keepSessions(background));
    scope.spawn(m_live->keepFresh(background));
    scope.spawn(m_retention->run(background));
}

void AccountStack::close()
{
    if (m_database)
        m_database->shutdown();
}

QList<api::HealthItem> AccountStack::health() const
{
    const auto item = [](QByteArray name, bool isOk, QByteArray trouble) {
        return api::HealthItem{std::move(name), isOk, isOk ? QByteArray() : std::move(trouble)};
    };
    return {item("database", m_databaseWatch->isUsable(), "the database cannot be used; the log says why"),
            journalItem(journal->state(), m_usageWriter->isHealthy()),
            item("audit", auditLog->isHealthy(), "audit entries wait in memory for the database")};
}

Task<QString> AccountStack::backUp(RequestContext context)
{
    if (!m_parts.options.databaseUrl.isEmpty())
        co_return failure(Error::of(ErrorCode::Conflict,
                                    u"This daemon keeps its data in PostgreSQL: back it up with pg_dump."_s,
                                    u"not_supported"_s));
    const QString folder = m_parts.options.dataDirectory + "/backups"_L1;
    if (!QDir().mkpath(folder)
        || !QFile::setPermissions(folder, QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner))
        co_return failure(Error::of(ErrorCode::Unavailable, u"The folder \"backups\" cannot be made."_s));
    const QString file
        = folder + u"/moe-"_s + QDateTime::currentDateTimeUtc().toString(u"yyyyMMdd-HHmmss-zzz"_s) + u".db"_s;
    CO_TRY_VOID(co_await storage::copySqlite(sqliteOptions(m_parts.options), file, std::move(context)));
    co_return file;
}

}
