// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/telemetry/loglevel.h"
#include "shared/core/clock.h"

#include <QAnyStringView>
#include <QByteArray>

#include <chrono>
#include <concepts>
#include <span>
#include <variant>

namespace moe::telemetry {

/// The name of a field of a log line: a literal, lower case, checked when compiled.
class LogKey
{
public:
    consteval LogKey(const char *name) : m_name(name) // NOLINT: implicit, so that a field is written {"status", 200}
    {
        for (const char *c = name; *c; ++c) {
            if ((*c < 'a' || *c > 'z') && (c == name || ((*c < '0' || *c > '9') && *c != '_')))
                throw "A log field is named by lower case letters, digits and underscores.";
        }
        for (const std::string_view taken : {"time", "level", "component", "request_id", "message", ""}) {
            if (taken == name)
                throw "This name belongs to a part that every line has.";
        }
    }
    [[nodiscard]] constexpr QLatin1StringView name() const { return m_name; }

private:
    QLatin1StringView m_name;
};

/// QString, QByteArray (UTF-8), literals and their views.
template <typename T>
concept LogText = std::constructible_from<QAnyStringView, const T &> && !std::is_arithmetic_v<T>;

/// One named value of a log line. A view: made where the line is written and gone with that statement.
class LogField
{
public:
    using Value = std::variant<QAnyStringView, qint64, double, bool>;

    LogField(LogKey key, const LogText auto &text) : m_name(key.name()), m_value(QAnyStringView(text)) { }
    LogField(LogKey key, std::integral auto number) : m_name(key.name()), m_value(qint64(number)) { }
    LogField(LogKey key, std::floating_point auto number) : m_name(key.name()), m_value(double(number)) { }
    LogField(LogKey key, bool isSet) : m_name(key.name()), m_value(isSet) { }
    /// In milliseconds; the key should end in "_ms".
    template <typename Rep, typename Period>
    LogField(LogKey key, std::chrono::duration<Rep, Period> duration)
        : LogField(key, std::chrono::duration<double, std::milli>(duration).count())
    { }

    [[nodiscard]] QLatin1StringView name() const { return m_name; }
    [[nodiscard]] const Value &value() const { return m_value; }

private:
    QLatin1StringView m_name;
    Value m_value;
};

/// One log line before it is written in some format. A view like LogField.
struct LogRecord {
    Clock::System time;
    LogLevel level = LogLevel::Info;
    Component component = Component::App;
    QAnyStringView message;
    QAnyStringView requestId; ///< empty: belongs to no request
    std::span<const LogField> fields;
};

/// How lines are written.
enum class LogFormat {
    Auto,    ///< Journal if stderr goes there, Text if it is a terminal, else Json
    Json,    ///< one object a line
    Journal, ///< one datagram of the journal's native protocol
    Text,    ///< for people
};

/// "auto", "json", "journal" or "text".
[[nodiscard]] Result<LogFormat> parseLogFormat(QStringView text);

/// The record as bytes, ready to be written. Values are redacted, cut at 4096 characters, and free of control
/// characters, so a record is always one line. `format` is not Auto.
[[nodiscard]] QByteArray encodeLog(const LogRecord &record, LogFormat format);

/// RFC 3339, UTC, milliseconds: "2025-11-21T09:05:00.042Z".
[[nodiscard]] QByteArray rfc3339(Clock::System time);

}
