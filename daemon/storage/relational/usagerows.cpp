// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/relational/usagerows.h"
#include "daemon/storage/relational/rows.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace moe::storage {

namespace {

// As JSON, because names may hold any character. Mostly there are none.
QString textOf(const QStringList &names)
{
    if (names.isEmpty())
        return {};
    return QString::fromUtf8(QJsonDocument(QJsonArray::fromStringList(names)).toJson(QJsonDocument::Compact));
}

QStringList namesOf(const QString &text)
{
    if (text.isEmpty())
        return {};
    QStringList names;
    for (const auto &name : QJsonDocument::fromJson(text.toUtf8()).array())
        names.append(name.toString());
    return names;
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
    record.status = enumOf(usageStatusNames, row.value(10).toString());
    record.latency = std::chrono::milliseconds(row.value(11).toLongLong());
    record.timeToFirstToken = std::chrono::milliseconds(row.value(12).toLongLong());
    record.isCacheHit = row.value(13).toBool();
    record.experts = namesOf(row.value(14).toString());
    record.nodes = namesOf(row.value(15).toString());
    return record;
}

QString insertUsage()
{
    return u"INSERT INTO usage_records (" % usageColumns % u") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
}

QVariantList valuesOf(const UsageRecord &record)
{
    return {toSql(record.time),
            QString::fromLatin1(record.requestId),
            record.user.value(),
            record.key.value(),
            record.model,
            record.mode,
            record.profile,
            record.usage.promptTokens,
            record.usage.completionTokens,
            record.usage.isEstimated,
            nameOf(usageStatusNames, record.status),
            qint64(record.latency.count()),
            qint64(record.timeToFirstToken.count()),
            record.isCacheHit,
            textOf(record.experts),
            textOf(record.nodes)};
}

}
