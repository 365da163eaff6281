// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/relational/usagerows.h"
#include "daemon/storage/relational/usagekinds.h"
#include "daemon/storage/sqlitestatement.h"

namespace moe::storage {

using accounts::JournalEntry;

namespace {

QString insertStatement(qsizetype records)
{
    constexpr QLatin1StringView row("(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    return u"INSERT INTO usage_records (at, request_id, user_id, key_id, kind_id, prompt_tokens, completion_tokens, "
           "is_estimated, status, latency_ms, first_token_ms, is_cache_hit) VALUES "
        % QStringList(records, row).join(u", ");
}

/// A row as Qt's drivers take it.
struct VariantRow {
    QVariantList values;

    void add(qint64 number) { values.append(number); }
    void add(bool value) { values.append(value); }
    void add(QByteArrayView utf8) { values.append(QString::fromUtf8(utf8)); }
};

template <typename Row>
void addValues(Row &row, const UsageRecord &record, qint64 kind)
{
    row.add(qint64(std::chrono::floor<std::chrono::milliseconds>(record.time.time_since_epoch()).count()));
    row.add(QByteArrayView(record.requestId));
    row.add(record.user.value());
    row.add(record.key.value());
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
Result<void> insertManyAtOnce(QSqlDatabase &db, std::span<const JournalEntry> entries, UsageKinds &kinds)
{
    for (const std::size_t atOnce : {32, 1}) {
        if (entries.size() < atOnce)
            continue;
        TRY(SqliteStatement statement, SqliteStatement::prepare(db, insertStatement(qsizetype(atOnce))));
        for (; entries.size() >= atOnce; entries = entries.subspan(atOnce)) {
            for (const JournalEntry &entry : entries.first(atOnce))
                addValues(statement, entry.usage, kinds.idOf(entry.usage));
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
    return record;
}

Result<void> insertUsage(QSqlDatabase &db, std::span<const JournalEntry> entries)
{
    UsageKinds kinds;
    if (SqliteStatement::isPossible(db)) {
        TRY_VOID(insertManyAtOnce(db, entries, kinds));
        return kinds.write(db);
    }
    QList<QVariantList> rows;
    for (const JournalEntry &entry : entries) {
        VariantRow row;
        addValues(row, entry.usage, kinds.idOf(entry.usage));
        rows.append(std::move(row.values));
    }
    TRY_VOID(executeMany(db, insertStatement(1), rows));
    return kinds.write(db);
}

}
