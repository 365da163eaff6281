// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/clock.h"
#include "shared/core/result.h"

#include <QByteArray>
#include <QList>
#include <QSqlDatabase>
#include <QString>

namespace moe::storage {

/// One numbered step of the schema: a file "0001_accounts.sql". Statements are paragraphs, parted by empty lines.
/// Released files never change: their checksum is kept in the database.
struct Migration {
    int version = 0;
    QString name;
    QByteArray sql;
};

/// The built-in migrations for one back end ("sqlite"), numbered from 1 without a gap.
[[nodiscard]] QList<Migration> builtInMigrations(const QString &backEnd);

/// The version that the schema has now; 0: there is none.
[[nodiscard]] Result<int> schemaVersion(QSqlDatabase &db);

/// Brings the schema up to date, each step in a transaction of its own. Conflict, naming what to do, if the database
/// was written by a newer version or with other migrations; nothing is changed then.
[[nodiscard]] Result<void> migrate(QSqlDatabase &db, const QList<Migration> &migrations, Clock::System now);

}
