// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/relational/sqlsettingsstore.h"
#include "daemon/accounts/listquery.h"
#include "daemon/storage/relational/rows.h"

#include <limits>

namespace moe::storage {

using accounts::SettingsVersion;

// The functions in here run on the executor's thread; the members below only carry them there.
namespace {

constexpr QStringView columns = u"version, author, created_at, document";

SettingsVersion outlineOf(const QSqlQuery &row)
{
    return SettingsVersion{row.value(0).toLongLong(), {}, row.value(1).toString(), timeOf(row.value(2))};
}

SettingsVersion versionOf(const QSqlQuery &row)
{
    SettingsVersion version = outlineOf(row);
    version.document = row.value(3).toString().toUtf8();
    return version;
}

Result<SettingsVersion> selectLatest(QSqlDatabase &db)
{
    TRY(const auto rows,
        select<QList<SettingsVersion>>(
            db, u"SELECT " % columns % u" FROM settings_versions ORDER BY version DESC LIMIT 1", {}, &versionOf));
    return rows.isEmpty() ? SettingsVersion() : rows.front();
}

Result<SettingsVersion> insertVersion(QSqlDatabase &db, SettingsVersion next)
{
    const Error changedMeanwhile = Error::of(
        ErrorCode::Conflict, QStringLiteral("The settings were changed meanwhile. Read them again and repeat it."),
        QStringLiteral("version_mismatch"));
    TRY(Transaction transaction, Transaction::begin(db));
    TRY(const qint64 latest, selectNumber(db, QStringLiteral("SELECT max(version) FROM settings_versions")));
    if (next.version != latest)
        return failure(changedMeanwhile);
    ++next.version;
    const auto inserted = execute(
        db, QStringLiteral("INSERT INTO settings_versions (version, document, author, created_at) VALUES (?, ?, ?, ?)"),
        {next.version, QString::fromUtf8(next.document), next.author, toSql(next.created)});
    // Another daemon on the same database was faster.
    if (!inserted && inserted.error().code == ErrorCode::Conflict)
        return failure(changedMeanwhile);
    if (!inserted)
        return failure(inserted.error());
    TRY_VOID(transaction.commit());
    next.created = timeOf(toSql(next.created));
    return next;
}

}

Task<SettingsVersion> SqlSettingsStore::append(SettingsVersion next, RequestContext context)
{
    return m_executor.run<SettingsVersion>(
        [next = std::move(next)](QSqlDatabase &db) { return insertVersion(db, next); }, std::move(context));
}

Task<SettingsVersion> SqlSettingsStore::latest(RequestContext context)
{
    return m_executor.run<SettingsVersion>([](QSqlDatabase &db) { return selectLatest(db); }, std::move(context));
}

Task<SettingsVersion> SqlSettingsStore::version(qint64 number, RequestContext context)
{
    return m_executor.run<SettingsVersion>(
        [number](QSqlDatabase &db) {
            return selectOne<SettingsVersion>(db, u"SELECT " % columns % u" FROM settings_versions WHERE version = ?",
                                              {number}, &versionOf,
                                              QStringLiteral("There is no such version of the settings."));
        },
        std::move(context));
}

Task<QList<SettingsVersion>> SqlSettingsStore::history(std::optional<qint64> before, int limit, RequestContext context)
{
    return m_executor.run<QList<SettingsVersion>>(
        [=](QSqlDatabase &db) {
            return select<QList<SettingsVersion>>(
                db,
                QStringLiteral("SELECT version, author, created_at FROM settings_versions WHERE version < ? "
                               "ORDER BY version DESC LIMIT ?"),
                {before.value_or(std::numeric_limits<qint64>::max()), std::clamp(limit, 1, accounts::largestPage)},
                &outlineOf);
        },
        std::move(context));
}

Task<void> SqlSettingsStore::renameAuthor(QString author, QString name, RequestContext context)
{
    return m_executor.run<void>(
        [author = std::move(author), name = std::move(name)](QSqlDatabase &db) -> Result<void> {
            TRY_VOID(execute(db, QStringLiteral("UPDATE settings_versions SET author = ? WHERE author = ?"),
                             {name, author}));
            return {};
        },
        std::move(context));
}

}
