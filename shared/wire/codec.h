// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/clock.h"
#include "shared/core/ids.h"
#include "shared/wire/fields.h"
#include "shared/wire/jsonscan.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <array>
#include <chrono>
#include <limits>
#include <optional>
#include <span>

/// Reads and writes structs with field tables (fields.h) as JSON, in one pass and without a document.
namespace moe::wire {

/// What to do with members that no field knows: programs that are newer or older than their peer ignore them, a
/// daemon that is told to change something refuses them.
enum class UnknownKeys { Ignore, Refuse };

/// JSON that is passed on as it is: any value.
struct RawJson {
    QByteArray text = QByteArrayLiteral("null");

    friend bool operator==(const RawJson &, const RawJson &) = default;
};

/// As JSON has times; whole milliseconds.
[[nodiscard]] QString timeText(Clock::System time);
/// Of such a text, or one with another offset from UTC and with or without parts of seconds. None without an offset.
[[nodiscard]] std::optional<Clock::System> timeOfText(const QString &text);

/// Reads values, keeping the path for error messages such as `$.rules[1].weight: expected an integer`. The path is
/// also the error's `param`.
class Reader
{
public:
    explicit Reader(QByteArrayView text, UnknownKeys unknownKeys) : m_cursor(text), m_unknownKeys(unknownKeys) { }

    void value(QString &out);
    void value(bool &out);
    void value(double &out);
    void value(QByteArray &out);
    void value(Clock::System &out);
    void value(RawJson &out);

    template <HasOwnForm T>
    void value(T &out)
    {
        RawJson json;
        value(json);
        if (m_cursor.isFailed())
            return;
        auto read = T::fromJson(json.text);
        if (read)
            out = *std::move(read);
        else
            fail(read.error());
    }

    template <std::integral Number>
    void value(Number &out)
    {
        const auto number = integer(std::numeric_limits<Number>::lowest(), std::numeric_limits<Number>::max());
        out = Number(number.value_or(0));
    }

    template <typename Tag, typename Value>
    void value(StrongId<Tag, Value> &out)
    {
        Value inner{};
        value(inner);
        out = StrongId<Tag, Value>(std::move(inner));
    }

    template <typename Count, typename Period>
    void value(std::chrono::duration<Count, Period> &out)
    {
        Count count{};
        value(count);
        out = std::chrono::duration<Count, Period>(count);
    }

    template <typename T>
    void value(std::optional<T> &out)
    {
        if (isNull())
            out.reset();
        else
            value(out.emplace());
    }

    template <typename T>
    void value(std::optional<std::optional<T>> &out)
    {
        value(out.emplace());
    }

    template <typename T>
    void value(QList<T> &out)
    {
        out.clear();
        int index = 0;
        if (!expect(json::Kind::Array, "expected an array"))
            return;
        m_cursor.array([&] {
            const PathStep step(m_path, index++);
            value(out.emplaceBack());
        });
    }

    template <NamedEnum T>
    void value(T &out)
    {
        QString name;
        value(name);
        for (const EnumName<T> &entry : enumNames(out)) {
            if (name == entry.name) {
                out = entry.value;
                return;
            }
        }
        unknownName(namesOf<T>);
    }

    template <HasFields T>
    void value(T &out)
    {
        static_assert(std::tuple_size_v<decltype(fieldTable<T>())> <= 64);
        object(&out, memberTable<T>);
    }

    [[nodiscard]] Result<void> finish() { return m_cursor.finish(); }

private:
    // Lengthens the path for as long as it lives.
    class PathStep
    {
    public:
        PathStep(QString &path, int index) : m_path(path), m_size(path.size())
        {
            path += u'[' + QString::number(index) + u']';
        }
        PathStep(QString &path, QAnyStringView key) : m_path(path), m_size(path.size())
        {
            path += u'.' + key.toString();
        }
        ~PathStep() { m_path.truncate(m_size); }
        Q_DISABLE_COPY_MOVE(PathStep)

    private:
        QString &m_path;
        qsizetype m_size;
    };

    // A field of a struct as data: what goes through the fields of any struct stands once, in codec.cpp.
    struct Member {
        QLatin1StringView name;
        Presence presence;
        void (*read)(Reader &, void *owner);
    };

    template <typename T, auto Pointer>
    static constexpr Member memberOf(const Field<Pointer> &field)
    {
        return {field.name, field.presence,
                [](Reader &reader, void *owner) { reader.value(static_cast<T *>(owner)->*Pointer); }};
    }

    template <typename T>
    static constexpr auto memberTable
        = std::apply([](const auto &...field) { return std::array<Member, sizeof...(field)>{memberOf<T>(field)...}; },
                     fieldTable<T>());

    void object(void *owner, std::span<const Member> members);
    void member(void *owner, std::span<const Member> members, QByteArrayView key, quint64 &seen);
    void require(QLatin1StringView name, Presence presence, bool isThere);
    void unknown(QByteArrayView key, std::span<const Member> members);
    void unknownName(std::span<const QLatin1StringView> known);
    bool isNull();
    bool expect(json::Kind kind, const char *expectation);
    std::optional<qint64> integer(qint64 lowest, quint64 highest);
    void fail(const QString &what);

    json::Cursor m_cursor;
    UnknownKeys m_unknownKeys;
    QString m_path = QStringLiteral("$");
};

/// Appends values as JSON, members in the order of the field table. Members that are an empty std::optional are left
/// out unless they are Nullable.
class Writer
{
public:
    void value(const QString &text) { json::appendQuoted(m_out, text.toUtf8()); }
    void value(bool isTrue) { m_out += isTrue ? "true" : "false"; }
    void value(double number);
    void value(const QByteArray &text) { json::appendQuoted(m_out, text); }
    void value(Clock::System time) { value(timeText(time)); }
    void value(const RawJson &json) { m_out += json.text; }
    template <HasOwnForm T>
    void value(const T &ofOwnForm)
    {
        m_out += ofOwnForm.toJson();
    }

    template <std::integral Number>
    void value(Number number)
    {
        m_out += QByteArray::number(number);
    }

    template <typename Tag, typename Value>
    void value(const StrongId<Tag, Value> &id)
    {
        value(id.value());
    }

    template <typename Count, typename Period>
    void value(std::chrono::duration<Count, Period> duration)
    {
        value(duration.count());
    }

    template <typename T>
    void value(const std::optional<T> &optional)
    {
        if (optional)
            value(*optional);
        else
            m_out += "null";
    }

    template <typename T>
    void value(const QList<T> &list)
    {
        m_out += '[';
        bool isFirst = true;
        for (const T &element : list) {
            if (!std::exchange(isFirst, false))
                m_out += ',';
            value(element);
        }
        m_out += ']';
    }

    template <NamedEnum T>
    void value(T constant)
    {
        for (const EnumName<T> &entry : enumNames(constant)) {
            if (entry.value == constant)
                return value(QString(entry.name));
        }
        m_out += "null"; // a value without a name cannot be read back: the table is incomplete
    }

    template <HasFields T>
    void value(const T &owner)
    {
        object(&owner, memberTable<T>);
    }

    [[nodiscard]] QByteArray take() { return std::move(m_out); }

private:
    template <typename T>
    static bool isLeftOut(const T &)
    {
        return false;
    }
    template <typename T>
    static bool isLeftOut(const std::optional<T> &optional)
    {
        return !optional;
    }

    struct Member {
        QLatin1StringView name;
        Presence presence;
        bool (*isLeftOut)(const void *owner); // unless it is Nullable
        void (*write)(Writer &, const void *owner);
    };

    template <typename T, auto Pointer>
    static constexpr Member memberOf(const Field<Pointer> &field)
    {
        return {field.name, field.presence,
                [](const void *owner) { return Writer::isLeftOut(static_cast<const T *>(owner)->*Pointer); },
                [](Writer &writer, const void *owner) { writer.value(static_cast<const T *>(owner)->*Pointer); }};
    }

    template <typename T>
    static constexpr auto memberTable
        = std::apply([](const auto &...field) { return std::array<Member, sizeof...(field)>{memberOf<T>(field)...}; },
                     fieldTable<T>());

    void object(const void *owner, std::span<const Member> members);

    QByteArray m_out;
};

/// A struct, or a list of them, from JSON. The error names the path of what is wrong.
template <typename T>
[[nodiscard]] Result<T> read(QByteArrayView text, UnknownKeys unknownKeys = UnknownKeys::Ignore)
{
    Reader reader(text, unknownKeys);
    T out{};
    reader.value(out);
    TRY_VOID(reader.finish());
    return out;
}

/// A struct, or a list of them, as compact JSON.
template <typename T>
[[nodiscard]] QByteArray write(const T &object)
{
    Writer writer;
    writer.value(object);
    return writer.take();
}

}
