// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/output.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace moe::moectl {

namespace {

QString listText(const QJsonArray &array)
{
    QStringList parts;
    for (const QJsonValue &value : array) {
        if (!value.isString())
            return QString::fromUtf8(QJsonDocument(array).toJson(QJsonDocument::Compact));
        parts.append(value.toString());
    }
    return parts.isEmpty() ? u"-"_s : parts.join(", "_L1);
}

/// Times without what nobody reads.
QString shortened(QString text)
{
    if (text.size() == 24 && text.endsWith(".000Z"_L1) && text[10] == u'T')
        text.remove(19, 4);
    return text;
}

QString cell(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Bool: return value.toBool() ? u"yes"_s : u"no"_s;
    case QJsonValue::Double: return value.toVariant().toString();
    case QJsonValue::String: return value.toString().isEmpty() ? u"-"_s : shortened(value.toString());
    case QJsonValue::Array: return listText(value.toArray());
    case QJsonValue::Object: return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
    case QJsonValue::Null:
    case QJsonValue::Undefined: return u"-"_s;
    }
    Q_UNREACHABLE_RETURN(QString());
}

/// What came from users must not move the cursor or colour the terminal.
QString printable(QString text)
{
    for (QChar &character : text) {
        if (!character.isPrint() && !character.isSurrogate())
            character = u'\uFFFD';
    }
    return text;
}

QString fieldOf(QJsonValue value, const Column &column)
{
    for (const QString &name : QString(column.field).split(u'.'))
        value = value[name];
    return printable(cell(value));
}

QString paddedRows(const std::vector<QStringList> &rows)
{
    QList<qsizetype> widths(rows.front().size(), 0);
    for (const QStringList &row : rows) {
        for (qsizetype i = 0; i < widths.size(); ++i)
            widths[i] = std::max(widths[i], row[i].size());
    }
    QString text;
    for (const QStringList &row : rows) {
        QString line;
        for (qsizetype i = 0; i < widths.size(); ++i)
            line += row[i].leftJustified(widths[i] + 2);
        text += line.trimmed() + u'\n';
    }
    return text;
}

}

QString tableOf(const QByteArray &json, const std::vector<Column> &columns)
{
    std::vector<QStringList> rows(1);
    for (const Column &column : columns)
        rows.front().append(column.title);
    for (const QJsonValue &item : QJsonDocument::fromJson(json)[u"items"].toArray()) {
        QStringList &row = rows.emplace_back();
        for (const Column &column : columns)
            row.append(fieldOf(item, column));
    }
    return paddedRows(rows);
}

QString linesOf(const QByteArray &json, const std::vector<Column> &columns)
{
    const QJsonObject object = QJsonDocument::fromJson(json).object();
    std::vector<QStringList> rows;
    for (const Column &column : columns)
        rows.push_back({column.title + ":"_L1, fieldOf(object, column)});
    return rows.empty() ? QString() : paddedRows(rows);
}

Output done(QLatin1StringView what, const QString &object)
{
    wire::Writer name;
    name.value(QString(what));
    wire::Writer value;
    value.value(object);
    Output output{'{' + name.take() + ':' + value.take() + '}', {}};
    QString word(what);
    word[0] = word[0].toUpper();
    output.text = word + u' ' + printable(object) + ".\n"_L1;
    return output;
}

}
