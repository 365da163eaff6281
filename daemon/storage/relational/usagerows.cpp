// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/relational/usagerows.h"
#include "daemon/storage/relational/rows.h"
#include "daemon/storage/relational/usagekinds.h"
#include "daemon/storage/sqlitestatement.h"

namespace moe::storage {

using namespace Qt::StringLiterals;
using accounts::JournalEntry;

namespace {

QString insertStatement(qsizetype records)
{
    constexpr QLatin1StringView row("(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    return u"INSERT INTO usage_records (at, request_id, user_id, key_id, kind_id, prompt_tokens, completion_tokens, "
           "is_estimated, status, latency_ms, first_token_ms, is_cache_hit) VALUES "
        % QStringList(records, row).join(u", ");
}

/// Removed users, in order.
using Removed = std::vector<qint64>;

/// Of the users of these entries; one query for all. Who is there stays until the transaction ends.
Result<Removed> removedUsers(QSqlDatabase &db, std::span<const JournalEntry> entries)
{
    Removed users;
    users.reserve(entries.size());
    for (const JournalEntry &entry : entries)
        users.push_back(entry.usage.user.value());
    std::ranges::sort(users);
    const auto repeated = std::ranges::unique(users);
    users.erase(repeated.begin(), repeated.end());
    QVariantList values(users.begin(), users.end());
    const QStringView lock = dialectOf(db) == Dialect::Postgres ? u" FOR KEY SHARE" : u"";
    TRY(const auto existing,
        select<std::vector<qint64>>(db,
                                    u"SELECT id FROM users WHERE id IN ("
                                        % QStringList(values.size(), u"?"_s).join(u", ") % u") ORDER BY id" % lock,
                                    values, [](const QSqlQuery &row) { return row.value(0).toLongLong(); }));
    Removed removed;
    std::ranges::set_difference(users, existing, std::back_inserter(removed));
    return removed;
}

/// A row as Qt's drivers take it.
struct VariantRow {
    QVariantList values;

    void add(qint64 number) { values.append(number); }
    void add(bool value) { values.append(value); }
    void add(QByteArrayView utf8) { values.append(QString::fromUtf8(utf8)); }
};

template <typename Row>
void addValues(Row &row, const UsageRecord &record, qint64 kind, const Removed &removed)
{
    const bool isAnonymous = std::ranges::binary_search(removed, record.user.value());
    row.add(qint64(std::chrono::floor<std::chrono::milliseconds>(record.time.time_since_epoch()).count()));
    row.add(QByteArrayView(record.requestId));
    row.add(isAnonymous ? 0 : record.user.value());
    row.add(isAnonymous ? 0 : record.key.value());
    row.add(kind);
    row.add(record.usage.promptTokens);
    row.add(record.usage.completionTokens);
    row.add(record.usage.isEstimated);
    row.add(qint64(record.status));
    row.add(qint64(record.latency.count()));
    row.add(qint64(record.timeToFirstToken.count()));
    row.add(record.isCacheHit);
}

/// Where records come by the thousand: a statement has a price of its own, whatever it stores.
Result<void> insertManyAtOnce(QSqlDatabase &db, std::span<const JournalEntry> entries, UsageKinds &kinds,
                              const Removed &removed)
{
    for (const std::size_t atOnce : {32, 1}) {
        if (entries.size() < atOnce)
            continue;
        TRY(SqliteStatement statement, SqliteStatement::prepare(db, insertStatement(qsizetype(atOnce))));
        for (; entries.size() >= atOnce; entries = entries.subspan(atOnce)) {
            for (const JournalEntry &entry : entries.first(atOnce))
                addValues(statement, entry.usage, kinds.idOf(entry.usage), removed);
            TRY_VOID(statement.run());
        }
    }
    return {};
}

}

UsageRecord usageOf(const QSqlQuery &row)
{
    UsageRecord record;
    record.time = timeOf(row.value(0));
    record.requestId = row.value(1).toString().toLatin1();
    record.user = UserId(row.value(2).toLongLong());
    record.key = KeyId(row.value(3).toLongLong());
    record.model = row.value(4).toString();
    record.mode = row.value(5).toString();
    record.profile = row.value(6).toString();
    record.usage = {row.value(7).toLongLong(), row.value(8).toLongLong(), row.value(9).toBool()};
    record.status = UsageStatus(row.value(10).toInt());
    record.latency = std::chrono::milliseconds(row.value(11).toLongLong());
    record.timeToFirstToken = std::chrono::milliseconds(row.value(12).toLongLong());
    record.isCacheHit = row.value(13).toBool();
    record.experts = namesOf(row.value(14).toString());
    record.nodes = namesOf(row.value(15).toString());
    record.id = row.value(16).toLongLong();
    return record;
}

Result<void> insertUsage(QSqlDatabase &db, std::span<const JournalEntry> entries)
{
    TRY(const Removed removed, removedUsers(db, entries));
    UsageKinds kinds;
    if (SqliteStatement::isPossible(db)) {
        TRY_VOID(insertManyAtOnce(db, entries, kinds, removed));
        return kinds.write(db);
    }
    QList<QVariantList> rows;
    for (const JournalEntry &entry : entries) {
        VariantRow row;
        addValues(row, entry.usage, kinds.idOf(entry.usage), removed);
        rows.append(std::move(row.values));
    }
    TRY_VOID(executeMany(db, insertStatement(1), rows));
    return kinds.write(db);
}

}
