// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/wire/codec.h"

#include <QJsonObject>

#include <algorithm>
#include <array>
#include <span>

/// JSON Schemas, worked out from the field tables (fields.h) that read and write the JSON.
namespace moe::wire {

/// A JSON Schema as data: constant, and made into JSON by jsonSchema() alone.
struct Schema {
    enum class Type { Any, Text, Time, Boolean, Integer, Number, List, Object };
    struct Member {
        QLatin1StringView name;
        bool isRequired;
        const Schema *schema;
        QLatin1StringView description = {};
    };

    Type type = Type::Any;
    bool isNullable = false;
    bool isTextToo = false;                        ///< may be given as a text as well
    std::span<const QLatin1StringView> names = {}; ///< of a Text: all that it can be; empty: any text
    std::span<const Member> members = {};          ///< of an Object
    const Schema *items = nullptr;                 ///< of a List
};

template <typename T>
struct SchemaOf;

template <typename T>
inline constexpr Schema schemaOf = SchemaOf<T>::schema;

template <>
struct SchemaOf<QString> {
    static constexpr Schema schema{Schema::Type::Text};
};
template <>
struct SchemaOf<QByteArray> : SchemaOf<QString> { };
template <>
struct SchemaOf<bool> {
    static constexpr Schema schema{Schema::Type::Boolean};
};
template <>
struct SchemaOf<double> {
    static constexpr Schema schema{Schema::Type::Number};
};
template <>
struct SchemaOf<Clock::System> {
    static constexpr Schema schema{Schema::Type::Time};
};
template <>
struct SchemaOf<RawJson> {
    static constexpr Schema schema{Schema::Type::Any};
};
template <std::integral T>
struct SchemaOf<T> {
    static constexpr Schema schema{Schema::Type::Integer};
};
template <typename Tag, typename Value>
struct SchemaOf<StrongId<Tag, Value>> : SchemaOf<Value> { };
template <typename Count, typename Period>
struct SchemaOf<std::chrono::duration<Count, Period>> : SchemaOf<qint64> { };
template <typename T>
struct SchemaOf<std::optional<T>> {
    static constexpr Schema schema = [] {
        Schema nullable = schemaOf<T>;
        nullable.isNullable = true;
        return nullable;
    }();
};
template <typename T>
struct SchemaOf<QList<T>> {
    static constexpr Schema schema{.type = Schema::Type::List, .items = &schemaOf<T>};
};
template <HasOwnForm T>
struct SchemaOf<T> {
    static constexpr Schema schema = T::schema;
};
template <NamedEnum T>
struct SchemaOf<T> {
    static constexpr Schema schema{.type = Schema::Type::Text, .names = namesOf<T>};
};
template <HasFields T>
struct SchemaOf<T> {
    template <auto Pointer>
    static constexpr Schema::Member member(const Field<Pointer> &field)
    {
        return {field.name, field.presence == Presence::Required, &schemaOf<typename Field<Pointer>::Value>,
                field.description};
    }
    static constexpr auto members = std::apply(
        [](const auto &...field) { return std::array<Schema::Member, sizeof...(field)>{member(field)...}; },
        fieldTable<T>());
    static constexpr Schema schema{.type = Schema::Type::Object, .members = members};
};

/// As JSON Schema 2020-12 has it. With UnknownKeys::Refuse objects say that they take no other members.
[[nodiscard]] QJsonObject jsonSchema(const Schema &schema, UnknownKeys unknownKeys = UnknownKeys::Ignore);

}
