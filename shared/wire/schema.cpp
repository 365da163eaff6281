// SPDX-License-Identifier: Apache-2.0
#include "shared/wire/schema.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace moe::wire {

namespace {

/// Makes JSON of a schema and of all in it.
class Describer
{
public:
    explicit Describer(UnknownKeys unknownKeys) : m_unknownKeys(unknownKeys) { }

    [[nodiscard]] QJsonObject describe(const Schema &schema) const
    {
        QJsonObject json = plain(schema);
        const QJsonValue type = json.value(u"type");
        if (!type.isString())
            return json;
        QJsonArray types{type};
        if (schema.isTextToo)
            types.append(u"string"_s);
        if (schema.isNullable)
            types.append(u"null"_s);
        if (types.size() > 1)
            json.insert(u"type"_s, types);
        return json;
    }

private:
    static QJsonObject typed(QLatin1StringView type) { return {{u"type"_s, QString(type)}}; }

    [[nodiscard]] QJsonObject object(const Schema &schema) const
    {
        QJsonObject properties;
        QJsonArray required;
        for (const Schema::Member &member : schema.members) {
            QJsonObject property = describe(*member.schema);
            if (!member.description.isEmpty())
                property.insert(u"description"_s, QString(member.description));
            properties.insert(QString(member.name), property);
            if (member.isRequired)
                required.append(QString(member.name));
        }
        QJsonObject json = typed("object"_L1);
        json.insert(u"properties"_s, properties);
        if (!required.isEmpty())
            json.insert(u"required"_s, required);
        if (m_unknownKeys == UnknownKeys::Refuse)
            json.insert(u"additionalProperties"_s, false);
        return json;
    }

    static QJsonObject text(const Schema &schema)
    {
        QJsonObject json = typed("string"_L1);
        QJsonArray names;
        for (const QLatin1StringView name : schema.names)
            names.append(QString(name));
        if (!names.isEmpty() && schema.isNullable)
            names.append(QJsonValue::Null);
        if (!names.isEmpty())
            json.insert(u"enum"_s, names);
        return json;
    }

    [[nodiscard]] QJsonObject plain(const Schema &schema) const
    {
        switch (schema.type) {
        case Schema::Type::Any: return {};
        case Schema::Type::Text: return text(schema);
        case Schema::Type::Time: return {{u"type"_s, u"string"_s}, {u"format"_s, u"date-time"_s}};
        case Schema::Type::Boolean: return typed("boolean"_L1);
        case Schema::Type::Integer: return typed("integer"_L1);
        case Schema::Type::Number: return typed("number"_L1);
        case Schema::Type::List: return {{u"type"_s, u"array"_s}, {u"items"_s, describe(*schema.items)}};
        case Schema::Type::Object: return object(schema);
        }
        Q_UNREACHABLE_RETURN(QJsonObject());
    }

    const UnknownKeys m_unknownKeys;
};

}

QJsonObject jsonSchema(const Schema &schema, UnknownKeys unknownKeys)
{
    return Describer(unknownKeys).describe(schema);
}

}
