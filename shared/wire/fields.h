// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>

#include <algorithm>
#include <array>
#include <concepts>
#include <expected>
#include <tuple>
#include <type_traits>

/// How a plain struct says what it looks like as JSON:
///
///     struct RouteRule {
///         RouteId id;
///         int weight = 1;
///         std::optional<QString> note;
///         static constexpr auto fields()
///         {
///             return std::tuple{Field<&RouteRule::id>{"id"_L1}, Field<&RouteRule::weight>{"weight"_L1},
///                 Field<&RouteRule::note>{"note"_L1}};
///         }
///     };
///
/// and an enumeration, in a header of its own namespace:
///
///     constexpr auto enumNames(Mode) { return std::array{EnumName{Mode::Fast, "fast"_L1}, …}; }
///
/// A type of another folder gets its table from outside, as a function that is found by its argument:
///
///     constexpr auto fieldsOf(const RouteRule *) { return std::tuple{…}; }
///
/// codec.h reads and writes them. Durations are whole numbers of their own unit: a member that is
/// std::chrono::milliseconds is best called `timeout_ms`. Times are texts in UTC, "2026-11-21T13:00:00.000Z". A member
/// that is std::optional<std::optional<T>> tells null from missing. A type with its own form has
///
///     static std::expected<Angle, QString> fromJson(QByteArrayView json); // any value; the error ends the message
///     QByteArray toJson() const;
///     static constexpr Schema schema{…};                                  // schema.h
namespace moe::wire {

/// Whether a field may be missing. A std::optional member that is empty is left out when written, or written as null
/// if it is Nullable.
enum class Presence { Optional, Required, Nullable };

template <typename Member>
struct MemberTraits;

template <typename Owner_, typename Value_>
struct MemberTraits<Value_ Owner_::*> {
    using Owner = Owner_;
    using Value = Value_;
};

/// One member of a struct and its name in JSON. What is missing keeps the value that the struct's constructor gave it,
/// unless it is required.
template <auto Member>
struct Field {
    using Owner = typename MemberTraits<decltype(Member)>::Owner;
    using Value = typename MemberTraits<decltype(Member)>::Value;

    QLatin1StringView name;
    Presence presence = Presence::Optional;
    QLatin1StringView description = {}; ///< for schemas

    static Value &of(Owner &owner) { return owner.*Member; }
    static const Value &of(const Owner &owner) { return owner.*Member; }
};

/// One value of an enumeration and its name in JSON.
template <typename Enum>
struct EnumName {
    Enum value;
    QLatin1StringView name;
};

template <typename T>
concept HasOwnForm = requires(const T &value, QByteArrayView json) {
    { T::fromJson(json) } -> std::same_as<std::expected<T, QString>>;
    { value.toJson() } -> std::same_as<QByteArray>;
};

template <typename T>
concept HasOwnFields = requires { T::fields(); };

template <typename T>
concept HasFields = HasOwnFields<T> || requires(const T *object) { fieldsOf(object); };

/// The table of a type, wherever it is.
template <HasFields T>
constexpr auto fieldTable()
{
    if constexpr (HasOwnFields<T>)
        return T::fields();
    else
        return fieldsOf(static_cast<const T *>(nullptr));
}

template <typename T>
concept NamedEnum = std::is_enum_v<T> && requires(T value) { enumNames(value); };

/// All names of an enumeration, in order.
template <NamedEnum T>
inline constexpr auto namesOf = [] {
    constexpr auto entries = enumNames(T());
    std::array<QLatin1StringView, entries.size()> names;
    std::ranges::transform(entries, names.begin(), &EnumName<T>::name);
    return names;
}();

}
