// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/wire/control/endpoint.h"

#include <QJsonArray>
#include <QJsonObject>

#include <vector>

/// What OpenAPI needs to know of an operation, worked out from the same field tables that read and write the JSON.
namespace moe::api::control {

/// JSON Schema of a type.
template <typename T>
struct SchemaOf;

template <typename T>
[[nodiscard]] QJsonObject schemaOf()
{
    return SchemaOf<T>::schema();
}

[[nodiscard]] inline QJsonObject plainSchema(QLatin1StringView type, QLatin1StringView format = {})
{
    QJsonObject schema{{QStringLiteral("type"), QString(type)}};
    if (!format.isEmpty())
        schema.insert(QStringLiteral("format"), QString(format));
    return schema;
}

template <>
struct SchemaOf<QString> {
    static QJsonObject schema() { return plainSchema(QLatin1StringView("string")); }
};
template <>
struct SchemaOf<QByteArray> : SchemaOf<QString> { };
template <>
struct SchemaOf<bool> {
    static QJsonObject schema() { return plainSchema(QLatin1StringView("boolean")); }
};
template <>
struct SchemaOf<Clock::System> {
    static QJsonObject schema() { return plainSchema(QLatin1StringView("string"), QLatin1StringView("date-time")); }
};
template <>
struct SchemaOf<wire::RawJson> {
    static QJsonObject schema() { return {}; } // any value
};
template <std::integral T>
struct SchemaOf<T> {
    static QJsonObject schema() { return plainSchema(QLatin1StringView("integer"), QLatin1StringView("int64")); }
};
template <typename Tag, typename Value>
struct SchemaOf<StrongId<Tag, Value>> : SchemaOf<Value> { };
template <typename Count, typename Period>
struct SchemaOf<std::chrono::duration<Count, Period>> : SchemaOf<qint64> { };
template <typename T>
struct SchemaOf<std::optional<T>> {
    static QJsonObject schema()
    {
        QJsonObject schema = schemaOf<T>();
        // A type that may be null as well, said as OpenAPI 3.1 says it.
        if (const QJsonValue type = schema.value(u"type"); type.isString())
            schema.insert(QStringLiteral("type"), QJsonArray{type, QStringLiteral("null")});
        if (QJsonArray names = schema.value(u"enum").toArray(); !names.isEmpty()) {
            if (!names.contains(QJsonValue::Null))
                names.append(QJsonValue::Null);
            schema.insert(QStringLiteral("enum"), names);
        }
        return schema;
    }
};
template <typename T>
struct SchemaOf<QList<T>> {
    static QJsonObject schema()
    {
        return {{QStringLiteral("type"), QStringLiteral("array")}, {QStringLiteral("items"), schemaOf<T>()}};
    }
};
template <wire::NamedEnum T>
struct SchemaOf<T> {
    static QJsonObject schema()
    {
        QJsonArray names;
        for (const auto &entry : enumNames(T()))
            names.append(QString(entry.name));
        return {{QStringLiteral("type"), QStringLiteral("string")}, {QStringLiteral("enum"), names}};
    }
};
template <wire::HasFields T>
struct SchemaOf<T> {
    static QJsonObject schema()
    {
        QJsonObject properties;
        QJsonArray required;
        std::apply([&](const auto &...field) { (add(field, properties, required), ...); }, wire::fieldTable<T>());
        QJsonObject schema{{QStringLiteral("type"), QStringLiteral("object")},
                           {QStringLiteral("properties"), properties}};
        if (!required.isEmpty())
            schema.insert(QStringLiteral("required"), required);
        return schema;
    }

private:
    template <auto Member>
    static void add(const wire::Field<Member> &field, QJsonObject &properties, QJsonArray &required)
    {
        properties.insert(QString(field.name), schemaOf<typename wire::Field<Member>::Value>());
        if (field.presence == wire::Presence::Required)
            required.append(QString(field.name));
    }
};

/// One operation as its document tells it.
struct OperationInfo {
    QLatin1StringView id;
    QLatin1StringView method;
    QLatin1StringView path;
    moe::control::Access access = moe::control::Access::Admin;
    QLatin1StringView summary;
    int status = 200;
    bool isVersioned = false;
    QJsonObject query;             ///< object schema whose properties are the parameters
    QJsonObject body;              ///< empty: none
    bool isBodyRaw = false;        ///< not JSON
    QJsonObject answer;            ///< empty: none
    bool hasAnswer = false;
};

template <typename Query, typename Body, typename Value>
[[nodiscard]] OperationInfo describe(const moe::control::Endpoint<Query, Body, Value> &endpoint)
{
    using moe::control::Nothing;
    using moe::control::RawBody;
    OperationInfo info{endpoint.id,
                       endpoint.method,
                       endpoint.path,
                       endpoint.access,
                       endpoint.summary,
                       endpoint.status,
                       endpoint.isVersioned,
                       schemaOf<Query>(),
                       {},
                       false,
                       {},
                       false};
    if constexpr (std::is_same_v<Body, RawBody>)
        info.isBodyRaw = true;
    else if constexpr (!std::is_same_v<Body, Nothing>)
        info.body = schemaOf<Body>();
    info.hasAnswer = !std::is_same_v<Value, Nothing>;
    if constexpr (!std::is_same_v<Value, Nothing>)
        info.answer = schemaOf<Value>();
    return info;
}

/// The OpenAPI 3.1 document of these operations.
[[nodiscard]] QByteArray openApiDocument(const std::vector<OperationInfo> &operations);

}
