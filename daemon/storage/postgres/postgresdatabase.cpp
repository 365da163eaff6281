// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/postgres/postgresdatabase.h"
#include "daemon/storage/migrations.h"
#include "daemon/storage/sql.h"

#include <QSqlError>
#include <QUrl>
#include <QUrlQuery>

#include <array>

namespace moe::storage {

namespace {

// Nobody waits for long: neither for a server that does not answer, nor for the locks of another daemon.
constexpr QStringView waiting
    = u"connect_timeout=5;tcp_user_timeout=10000;options='-c lock_timeout=5000 -c client_min_messages=warning'";
constexpr std::array<QStringView, 4> parameters{u"sslmode", u"sslrootcert", u"sslcert", u"sslkey"};
constexpr int defaultPort = 5432;
constexpr qint64 migrationLock = 0x6d6f6564; // any number that nobody else uses

Result<QUrl> addressOf(const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    const bool isPostgres = url.scheme() == u"postgresql" || url.scheme() == u"postgres";
    if (!url.isValid() || !isPostgres || url.host().isEmpty() || url.path().size() < 2)
        return failure(Error::invalid(
            QStringLiteral("The database address must look like \"postgresql://user:password@host:port/database\"."),
            QStringLiteral("MOE_DATABASE_URL")));
    return url;
}

/// A value as libpq's connection strings quote it.
QString quoted(QString value)
{
    value.replace(u'\\', QStringLiteral("\\\\")).replace(u'\'', QStringLiteral("\\'"));
    return u'\'' % value % u'\'';
}

Result<QString> connectOptions(const QUrl &url)
{
    QString options = waiting.toString();
    for (const auto &[name, value] : QUrlQuery(url).queryItems(QUrl::FullyDecoded)) {
        // Qt parts the options by semicolons, whether quoted or not.
        if (std::ranges::find(parameters, name) == parameters.end() || value.contains(u';'))
            return failure(Error::invalid(
                QStringLiteral("The database address has a parameter that is not known, or a semicolon in a value."),
                QStringLiteral("MOE_DATABASE_URL")));
        options += u';' % name % u'=' % quoted(value);
    }
    return options;
}

Result<QSqlDatabase> connect(const QUrl &url, const QString &connectionName)
{
    TRY(const QString options, connectOptions(url));
    QSqlDatabase db = QSqlDatabase::addDatabase(QStringLiteral("QPSQL"), connectionName);
    if (!db.isValid())
        return failure(Error::of(ErrorCode::Unavailable, QStringLiteral("Qt's PostgreSQL driver is not installed.")));
    db.setHostName(url.host());
    db.setPort(url.port(defaultPort));
    db.setUserName(url.userName(QUrl::FullyDecoded));
    db.setPassword(url.password(QUrl::FullyDecoded));
    db.setDatabaseName(url.path(QUrl::FullyDecoded).sliced(1));
    db.setConnectOptions(options);
    if (!db.open())
        return failure(sqlError(db.driver(), db.lastError())
                           .wrapped(QStringLiteral("Cannot connect to the PostgreSQL database.")));
    return db;
}

Result<void> migrateDatabase(const QUrl &url, const QString &connectionName, Clock::System now)
{
    TRY(QSqlDatabase db, connect(url, connectionName));
    TRY_VOID(execute(db, QStringLiteral("SELECT pg_advisory_lock(?)"), {migrationLock})); // until the connection ends
    return migrate(db, builtInMigrations(QStringLiteral("postgres")), now);
}

}

Result<void> checkPostgresAddress(const QString &url)
{
    TRY(const QUrl address, addressOf(url));
    return connectOptions(address).transform([](const QString &) { });
}

Result<std::unique_ptr<DbExecutor>> openPostgres(PostgresOptions options, const Clock &clock)
{
    TRY(const QUrl url, addressOf(options.url));
    const QString migrationName = QStringLiteral("moe-migration");
    const Result<void> migrated = migrateDatabase(url, migrationName, clock.system());
    QSqlDatabase::removeDatabase(migrationName);
    TRY_VOID(migrated);
    return DbExecutor::create([url](const QString &name) { return connect(url, name); }, options.executor);
}

}
