// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/migrations.h"
#include "daemon/storage/sql.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>

// Outside of all namespaces, as the macro demands: a static library's resources are left out otherwise.
static void initResources() { Q_INIT_RESOURCE(migrations); }

namespace moe::storage {

namespace {

QString checksumOf(const Migration &migration)
{
    return QString::fromLatin1(QCryptographicHash::hash(migration.sql, QCryptographicHash::Sha256).toHex());
}

QStringList statementsOf(const Migration &migration)
{
    QStringList statements;
    for (const QString &paragraph :
         QString::fromUtf8(migration.sql).split(QStringLiteral("\n\n"), Qt::SkipEmptyParts)) {
        const QStringList lines = paragraph.split(u'\n', Qt::SkipEmptyParts);
        if (!std::all_of(lines.begin(), lines.end(), [](const QString &line) { return line.startsWith(u"--"); }))
            statements.append(paragraph);
    }
    return statements;
}

/// Checksums of what was applied, by version.
Result<QMap<int, QString>> appliedTo(QSqlDatabase &db)
{
    TRY_VOID(execute(db,
                     QStringLiteral("CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, "
                                    "name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)")));
    TRY(QSqlQuery rows, execute(db, QStringLiteral("SELECT version, checksum FROM schema_migrations")));
    QMap<int, QString> applied;
    for (;;) {
        TRY(const bool hasRow, nextRow(rows));
        if (!hasRow)
            return applied;
        applied.insert(rows.value(0).toInt(), rows.value(1).toString());
    }
}

Result<void> checkKnown(const QMap<int, QString> &applied, const QList<Migration> &migrations)
{
    const int present = applied.isEmpty() ? 0 : applied.lastKey();
    if (present > migrations.size())
        return failure(Error::of(
            ErrorCode::Conflict,
            QStringLiteral(
                "The database has schema version %1, but this program knows versions up to %2 only. Start the "
                "newer program that wrote it, or restore a backup made by this version.")
                .arg(present)
                .arg(migrations.size())));
    for (auto it = applied.begin(); it != applied.end(); ++it) {
        if (it.key() < 1 || it.value() != checksumOf(migrations[it.key() - 1]))
            return failure(
                Error::of(ErrorCode::Conflict,
                          QStringLiteral("The database was set up by another build of this program: step %1 of "
                                         "its schema differs. Use that build, or restore a backup.")
                              .arg(it.key())));
    }
    return {};
}

Result<void> apply(QSqlDatabase &db, const Migration &migration, Clock::System now)
{
    for (const QString &statement : statementsOf(migration))
        TRY_VOID(execute(db, statement));
    TRY_VOID(execute(db,
                     QStringLiteral("INSERT INTO schema_migrations (version, name, checksum, applied_at) "
                                    "VALUES (?, ?, ?, ?)"),
                     {migration.version, migration.name, checksumOf(migration), toSql(now)}));
    return {};
}

}

QList<Migration> builtInMigrations(const QString &backEnd)
{
    initResources();
    QList<Migration> migrations;
    const QDir folder(QStringLiteral(":/migrations/") + backEnd);
    for (const QString &fileName : folder.entryList({QStringLiteral("*.sql")}, QDir::Files, QDir::Name)) {
        QFile file(folder.filePath(fileName));
        if (file.open(QIODevice::ReadOnly))
            migrations.append(Migration{fileName.section(u'_', 0, 0).toInt(), fileName.chopped(4), file.readAll()});
    }
    return migrations;
}

Result<int> schemaVersion(QSqlDatabase &db)
{
    TRY(const auto applied, appliedTo(db));
    return applied.isEmpty() ? 0 : applied.lastKey();
}

Result<void> migrate(QSqlDatabase &db, const QList<Migration> &migrations, Clock::System now)
{
    TRY(const auto applied, appliedTo(db));
    TRY_VOID(checkKnown(applied, migrations));
    for (const Migration &migration : migrations) {
        if (applied.contains(migration.version))
            continue;
        TRY(Transaction transaction, Transaction::begin(db));
        TRY_VOID(apply(db, migration, now));
        TRY_VOID(transaction.commit());
    }
    return {};
}

}
