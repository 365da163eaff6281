// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/relational/groupimport.h"
#include "daemon/storage/relational/userrows.h"

#include <QHash>
#include <QSet>

namespace moe::storage {

using accounts::ImportedUser;

namespace {

constexpr qsizetype mostNamedLines = 20;

/// What is known of names while lines are checked.
struct KnownNames {
    QHash<QString, qint64> groups; ///< id by lower-case name
    QSet<QString> users;           ///< lower case; those of the lines above, too
};

Result<KnownNames> readNames(QSqlDatabase &db)
{
    KnownNames names;
    TRY(const auto groups,
        select<QList<std::pair<QString, qint64>>>(
            db, QStringLiteral("SELECT lower(name), id FROM user_groups"), {},
            [](const QSqlQuery &row) { return std::pair(row.value(0).toString(), row.value(1).toLongLong()); }));
    for (const auto &[name, id] : groups)
        names.groups.insert(name, id);
    TRY(const auto users,
        select<QStringList>(db, QStringLiteral("SELECT lower(name) FROM users"), {},
                            [](const QSqlQuery &row) { return row.value(0).toString(); }));
    names.users = QSet<QString>(users.begin(), users.end());
    return names;
}

QStringList faultsOf(const std::vector<ImportedUser> &users, KnownNames names)
{
    QStringList faults;
    const auto refuse = [&faults](const ImportedUser &user, const QString &why) {
        faults.append(QStringLiteral("line %1: %2").arg(user.line).arg(why));
    };
    for (const ImportedUser &user : users) {
        const QString name = asciiLower(user.user.name);
        if (names.users.contains(name))
            refuse(user, QStringLiteral("the user name is taken"));
        names.users.insert(name);
        for (const QString &group : user.groups) {
            if (!names.groups.contains(asciiLower(group)))
                refuse(user, QStringLiteral("there is no group \"%1\"").arg(group));
        }
    }
    return faults;
}

Error importRefused(QStringList faults)
{
    const qsizetype more = faults.size() - mostNamedLines;
    if (more > 0) {
        faults.resize(mostNamedLines);
        faults.append(QStringLiteral("and %1 more").arg(more));
    }
    return Error::of(ErrorCode::Conflict,
                     QStringLiteral("Nothing was imported; ") % faults.join(QStringLiteral("; ")) % u'.',
                     QStringLiteral("import_refused"));
}

}

Result<QList<User>> importUsers(QSqlDatabase &db, const std::vector<ImportedUser> &users)
{
    TRY(Transaction transaction, Transaction::begin(db));
    TRY(const KnownNames names, readNames(db));
    if (const QStringList faults = faultsOf(users, names); !faults.isEmpty())
        return failure(importRefused(faults));
    QList<User> added;
    QList<QVariantList> memberships;
    for (const ImportedUser &user : users) {
        TRY(const User stored, insertUser(db, user.user));
        added.append(stored);
        for (const QString &group : user.groups)
            memberships.append({names.groups.value(asciiLower(group)), stored.id.value()});
    }
    TRY_VOID(executeMany(
        db, QStringLiteral("INSERT INTO group_members (group_id, user_id) VALUES (?, ?) ON CONFLICT DO NOTHING"),
        memberships));
    TRY_VOID(transaction.commit());
    return added;
}

}
