// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/wire/control/endpoint.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

/// What OpenAPI needs to know of an operation, worked out from the same field tables that read and write the JSON.
namespace moe::api::control {

/// A JSON Schema as data: constant, and made into JSON by openapi.cpp alone.
struct Schema {
    enum class Type { Any, Text, Time, Boolean, Integer, Number, List, Object };
    struct Member {
        QLatin1StringView name;
        bool isRequired;
        const Schema *schema;
    };

    Type type = Type::Any;
    bool isNullable = false;
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
struct SchemaOf<wire::RawJson> {
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
template <wire::NamedEnum T>
struct SchemaOf<T> {
    static constexpr auto names = [] {
        constexpr auto entries = enumNames(T());
        std::array<QLatin1StringView, entries.size()> result;
        std::ranges::transform(entries, result.begin(), &wire::EnumName<T>::name);
        return result;
    }();
    static constexpr Schema schema{.type = Schema::Type::Text, .names = names};
};
template <wire::HasFields T>
struct SchemaOf<T> {
    template <auto Pointer>
    static constexpr Schema::Member member(const wire::Field<Pointer> &field)
    {
        return {field.name, field.presence == wire::Presence::Required,
                &schemaOf<typename wire::Field<Pointer>::Value>};
    }
    static constexpr auto members = std::apply(
        [](const auto &...field) { return std::array<Schema::Member, sizeof...(field)>{member(field)...}; },
        wire::fieldTable<T>());
    static constexpr Schema schema{.type = Schema::Type::Object, .members = members};
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
    const Schema *query = nullptr; ///< an Object, whose members are the parameters; none without any
    const Schema *body = nullptr;  ///< none without a body, or if it is raw
    bool isBodyRaw = false;        ///< not JSON
    const Schema *answer = nullptr; ///< none without an answer
};

template <typename Query, typename Body, typename Value>
[[nodiscard]] OperationInfo describe(const moe::control::Endpoint<Query, Body, Value> &endpoint)
{
    using moe::control::Nothing;
    OperationInfo info{endpoint.id,      endpoint.method, endpoint.path,        endpoint.access,
                       endpoint.summary, endpoint.status, endpoint.isVersioned, &schemaOf<Query>};
    info.isBodyRaw = std::is_same_v<Body, moe::control::RawBody>;
    if constexpr (!std::is_same_v<Body, Nothing> && !std::is_same_v<Body, moe::control::RawBody>)
        info.body = &schemaOf<Body>;
    if constexpr (!std::is_same_v<Value, Nothing>)
        info.answer = &schemaOf<Value>;
    return info;
}

/// The OpenAPI 3.1 document of these operations.
[[nodiscard]] QByteArray openApiDocument(const std::vector<OperationInfo> &operations);

}
