// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/clock.h"
#include "shared/core/ids.h"
#include "shared/core/result.h"
#include "shared/wire/fields.h"

#include <QByteArray>
#include <QString>

#include <array>
#include <optional>
#include <span>
#include <utility>
#include <vector>

/// Structs with field tables (fields.h) as the query of a URL: "?active=true&limit=50". Members are texts, numbers,
/// booleans, times, enumerations, ids, and std::optional of these.
namespace moe::wire {

/// The parameters of a query, decoded.
class UrlQuery
{
public:
    static constexpr qsizetype longest = 8 * 1024;

    /// InvalidRequest for one that is too long, not well-formed UTF-8, or names a parameter twice.
    [[nodiscard]] static Result<UrlQuery> parse(QByteArrayView query);

    /// InvalidRequest, naming the parameter, for a value that does not fit or a parameter that the struct does not
    /// know.
    template <HasFields T>
    [[nodiscard]] Result<T> read() const
    {
        T out{};
        TRY_VOID(readInto(&out, memberTable<T>));
        return out;
    }

private:
    using Parameter = std::pair<QString, QString>;

    // A field of a struct as data, as in codec.h.
    struct Member {
        QLatin1StringView name;
        Presence presence;
        bool (*read)(const QString &text, void *owner);
    };

    template <typename T, auto Pointer>
    static constexpr Member memberOf(const Field<Pointer> &field)
    {
        return {field.name, field.presence, [](const QString &text, void *owner) {
                    return UrlQuery::fromText(text, static_cast<T *>(owner)->*Pointer);
                }};
    }

    template <typename T>
    static constexpr auto memberTable
        = std::apply([](const auto &...field) { return std::array<Member, sizeof...(field)>{memberOf<T>(field)...}; },
                     fieldTable<T>());

    [[nodiscard]] Result<void> readInto(void *owner, std::span<const Member> members) const;

    static bool fromText(const QString &text, QString &out)
    {
        out = text;
        return true;
    }
    static bool fromText(const QString &text, bool &out);
    static bool fromText(const QString &text, qint64 &out);
    static bool fromText(const QString &text, int &out);
    static bool fromText(const QString &text, Clock::System &out);
    template <typename Tag>
    static bool fromText(const QString &text, StrongId<Tag, qint64> &out)
    {
        qint64 value = 0;
        const bool isNumber = fromText(text, value);
        out = StrongId<Tag, qint64>(value);
        return isNumber;
    }
    template <NamedEnum T>
    static bool fromText(const QString &text, T &out)
    {
        for (const EnumName<T> &entry : enumNames(out)) {
            if (text == entry.name) {
                out = entry.value;
                return true;
            }
        }
        return false;
    }
    template <typename T>
    static bool fromText(const QString &text, std::optional<T> &out)
    {
        return fromText(text, out.emplace());
    }

    static Error unknown(const QString &name);
    static Error invalid(const QString &name);
    static Error missing(QLatin1StringView name);

    std::vector<Parameter> m_parameters;
};

/// The other way round; what is an empty std::optional or an empty text is left out.
class UrlQueryWriter
{
public:
    template <HasFields T>
    void write(const T &query)
    {
        std::apply([&](const auto &...field) { (append(field.name, field.of(query)), ...); }, fieldTable<T>());
    }
    /// Without the question mark.
    [[nodiscard]] QByteArray take() { return std::move(m_out); }

private:
    void append(QLatin1StringView name, const QString &text);
    void append(QLatin1StringView name, bool isTrue);
    void append(QLatin1StringView name, qint64 number);
    void append(QLatin1StringView name, int number) { append(name, qint64(number)); }
    void append(QLatin1StringView name, Clock::System time);
    template <typename Tag>
    void append(QLatin1StringView name, const StrongId<Tag, qint64> &id)
    {
        append(name, id.value());
    }
    template <NamedEnum T>
    void append(QLatin1StringView name, T constant)
    {
        for (const EnumName<T> &entry : enumNames(constant)) {
            if (entry.value == constant)
                append(name, QString(entry.name));
        }
    }
    template <typename T>
    void append(QLatin1StringView name, const std::optional<T> &value)
    {
        if (value)
            append(name, *value);
    }

    QByteArray m_out;
};

}
