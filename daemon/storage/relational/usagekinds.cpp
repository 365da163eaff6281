// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/relational/usagekinds.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QtEndian>

#include <limits>

namespace moe::storage {

namespace {

qint64 numberOf(const QStringList &texts)
{
    const QByteArray digest = QCryptographicHash::hash(textOf(texts).toUtf8(), QCryptographicHash::Sha256);
    return qFromBigEndian<qint64>(digest.constData()) & std::numeric_limits<qint64>::max();
}

}

qint64 UsageKinds::idOf(const UsageRecord &record)
{
    const Key key(record.model, record.mode, record.profile, record.experts, record.nodes);
    const auto [place, isNew] = m_kinds.try_emplace(key);
    Kind &kind = place->second;
    if (isNew)
        kind.id = numberOf({record.model, record.mode, record.profile, textOf(record.experts), textOf(record.nodes)});
    kind.last = std::max(kind.last, record.time);
    return kind.id;
}

/// The time tells how long a kind is needed; no record of it is later.
Result<void> UsageKinds::write(QSqlDatabase &db) const
{
    QList<QVariantList> rows;
    for (const auto &[key, kind] : m_kinds) {
        const auto &[model, mode, profile, experts, nodes] = key;
        rows.append({kind.id, model, mode, profile, textOf(experts), textOf(nodes), toSql(kind.last)});
    }
    std::ranges::sort(rows, {}, [](const QVariantList &row) { return row.front().toLongLong(); });
    return executeMany(db,
                       QStringLiteral("INSERT INTO usage_kinds (id, model, mode, profile, experts, nodes, last_at) "
                                      "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET last_at = "
                                      "CASE WHEN excluded.last_at > usage_kinds.last_at THEN excluded.last_at "
                                      "ELSE usage_kinds.last_at END"),
                       rows);
}

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
