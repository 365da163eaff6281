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

#include <chrono>
#include <limits>
#include <optional>

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
        fail(QStringLiteral("is none of the values known"));
    }

    template <HasFields T>
    void value(T &out)
    {
        if (!expect(json::Kind::Object, "expected an object"))
            return;
        quint64 seen = 0;
        m_cursor.object([&](QByteArrayView key) { member(out, key, seen); });
        checkPresence<T>(seen);
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

    template <typename T>
    void member(T &out, QByteArrayView key, quint64 &seen)
    {
        static_assert(std::tuple_size_v<decltype(fieldTable<T>())> <= 64);
        const bool isKnown = std::apply(
            [&](const auto &...field) {
                int index = 0;
                return (readIfNamed(field, out, key, index++, seen) || ...);
            },
            fieldTable<T>());
        if (!isKnown)
            unknown(key);
    }

    template <auto Member, typename T>
    bool readIfNamed(const Field<Member> &field, T &out, QByteArrayView key, int index, quint64 &seen)
    {
        if (key != QByteArrayView(field.name))
            return false;
        const PathStep step(m_path, field.name);
        if (m_unknownKeys == UnknownKeys::Refuse && ((seen >> index) & 1))
            fail(QStringLiteral("is given twice"));
        seen |= Q_UINT64_C(1) << index;
        value(Field<Member>::of(out));
        return true;
    }

    template <typename T>
    void checkPresence(quint64 seen)
    {
        std::apply(
            [&](const auto &...field) {
                int index = 0;
                (require(field.name, field.presence, (seen >> index++) & 1), ...);
            },
            fieldTable<T>());
    }

    void require(QLatin1StringView name, Presence presence, bool isThere);
    void unknown(QByteArrayView key);
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
    void value(const T &object)
    {
        m_out += '{';
        bool isFirst = true;
        std::apply([&](const auto &...field) { (member(field, object, isFirst), ...); }, fieldTable<T>());
        m_out += '}';
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

    template <auto Member, typename T>
    void member(const Field<Member> &field, const T &object, bool &isFirst)
    {
        const auto &content = Field<Member>::of(object);
        if (field.presence != Presence::Nullable && isLeftOut(content))
            return;
        if (!std::exchange(isFirst, false))
            m_out += ',';
        json::appendQuoted(m_out, QByteArrayView(field.name));
        m_out += ':';
        value(content);
    }

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
