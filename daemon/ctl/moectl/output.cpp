// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/output.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace moe::moectl {

namespace {

struct TextColumn {
    QString field;
    QString title;
};

QString cell(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Bool: return value.toBool() ? QStringLiteral("yes") : QStringLiteral("no");
    case QJsonValue::Double: return value.toVariant().toString();
    case QJsonValue::String: return value.toString();
    case QJsonValue::Array: return QString::fromUtf8(QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact));
    case QJsonValue::Object: return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
    case QJsonValue::Null:
    case QJsonValue::Undefined: return QStringLiteral("-");
    }
    Q_UNREACHABLE_RETURN(QString());
}

std::vector<TextColumn> columnsOf(const Command &command, const QJsonObject &sample)
{
    std::vector<TextColumn> columns;
    for (const Column &column : command.columns)
        columns.push_back({QString(column.field), QString(column.title)});
    if (columns.empty()) {
        for (const QString &field : sample.keys())
            columns.push_back({field, field});
    }
    return columns;
}

QString table(const std::vector<TextColumn> &columns, const QJsonArray &items)
{
    std::vector<QStringList> rows(1);
    for (const TextColumn &column : columns)
        rows.front().append(column.title);
    for (const QJsonValue &item : items) {
        QStringList &row = rows.emplace_back();
        for (const TextColumn &column : columns)
            row.append(cell(item[column.field]));
    }
    std::vector<qsizetype> widths(columns.size(), 0);
    for (const QStringList &row : rows) {
        for (std::size_t i = 0; i < widths.size(); ++i)
            widths[i] = std::max(widths[i], row[qsizetype(i)].size());
    }
    QString text;
    for (const QStringList &row : rows) {
        QString line;
        for (std::size_t i = 0; i < widths.size(); ++i)
            line += row[qsizetype(i)].leftJustified(widths[i] + 2);
        text += line.trimmed() + u'\n';
    }
    return text;
}

QString lines(const std::vector<TextColumn> &columns, const QJsonObject &object)
{
    qsizetype width = 0;
    for (const TextColumn &column : columns)
        width = std::max(width, column.title.size());
    QString text;
    for (const TextColumn &column : columns)
        text += QString(column.title + u':').leftJustified(width + 2) + cell(object[column.field]) + u'\n';
    return text;
}

}

QString textOf(const Command &command, const QJsonObject &answer)
{
    const QJsonValue items = answer[u"items"];
    if (!items.isArray())
        return lines(columnsOf(command, answer), answer);
    const QJsonArray array = items.toArray();
    return table(columnsOf(command, array.first().toObject()), array);
}

}
