// SPDX-License-Identifier: Apache-2.0
#include "daemon/telemetry/logencode.h"
#include "daemon/telemetry/redact.h"
#include "shared/core/text.h"

#include <cmath>
#include <format>

using namespace Qt::StringLiterals;

namespace moe::telemetry {

namespace {

constexpr qsizetype valueLimit = 4096;
constexpr QByteArrayView cutMark("\xE2\x80\xA6");

/// Well-formed, bounded, without secrets; control characters are still in it.
QByteArray cleaned(QAnyStringView text)
{
    const bool isCut = text.size() > valueLimit;
    const QAnyStringView start = isCut ? text.first(valueLimit) : text;
    QByteArray utf8 = start.visit([](auto view) {
        if constexpr (std::is_same_v<decltype(view), QUtf8StringView>)
            return QByteArray(view.data(), view.size());
        else
            return view.toString().toUtf8();
    });
    if (isCut)
        utf8 = QByteArray(utf8Prefix(utf8, valueLimit - 4)) + cutMark;
    if (!isValidUtf8(utf8))
        utf8 = QString::fromUtf8(utf8).toUtf8();
    return redacted(utf8);
}

/// Length in bytes of the character at the start of `text` if a terminal or a line reader could take it for a command:
/// C0 and DEL, C1, line and paragraph separators, direction overrides. Otherwise 0.
qsizetype controlLength(QByteArrayView text)
{
    const auto byte = [text](qsizetype i) { return i < text.size() ? uchar(text[i]) : uchar(0); };
    if (byte(0) < 0x20 || byte(0) == 0x7F)
        return 1;
    if (byte(0) == 0xC2 && byte(1) < 0xA0)
        return 2;
    const bool isSeparator = byte(0) == 0xE2 && byte(1) == 0x80 && byte(2) >= 0xA8 && byte(2) <= 0xAE;
    const bool isIsolate = byte(0) == 0xE2 && byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9;
    return isSeparator || isIsolate ? 3 : 0;
}

void appendControl(QByteArray &out, QByteArrayView character)
{
    switch (character[0]) {
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
    }
    const char16_t unit = QString::fromUtf8(character).at(0).unicode();
    out += std::format("\\u{:04x}", unsigned(unit)).c_str();
}

enum class Quoting { None, Json };

/// False for the first bytes of what controlLength() looks at and for what JSON escapes: nearly everything is plain.
constexpr bool isPlain(char c)
{
    return uchar(c) >= 0x20 && c != 0x7F && c != '"' && c != '\\' && uchar(c) != 0xC2 && uchar(c) != 0xE2;
}

void appendEscaped(QByteArray &out, QByteArrayView text, Quoting quoting)
{
    while (!text.isEmpty()) {
        const qsizetype plain = std::ranges::find_if_not(text, isPlain) - text.begin();
        out.append(text.first(plain));
        text = text.sliced(plain);
        if (text.isEmpty())
            return;
        const qsizetype control = controlLength(text);
        if (control > 0)
            appendControl(out, text.first(control));
        else if (quoting == Quoting::Json && (text[0] == '"' || text[0] == '\\'))
            out.append('\\').append(text[0]);
        else
            out += text[0];
        text = text.sliced(std::max<qsizetype>(control, 1));
    }
}

void appendQuoted(QByteArray &out, QAnyStringView text)
{
    out += '"';
    appendEscaped(out, cleaned(text), Quoting::Json);
    out += '"';
}

void appendNumber(QByteArray &out, double number)
{
    if (std::isfinite(number))
        out += std::format("{:.6g}", number).c_str();
    else
        out += "null";
}

/// Numbers and booleans look the same in all formats.
void appendValue(QByteArray &out, const LogField::Value &value, Quoting quoting)
{
    if (const auto *text = std::get_if<QAnyStringView>(&value)) {
        if (quoting == Quoting::Json)
            appendQuoted(out, *text);
        else
            appendEscaped(out, cleaned(*text), Quoting::None);
    } else if (const auto *integer = std::get_if<qint64>(&value)) {
        out += QByteArray::number(*integer);
    } else if (const auto *number = std::get_if<double>(&value)) {
        appendNumber(out, *number);
    } else {
        out += std::get<bool>(value) ? "true" : "false";
    }
}

void append(QByteArray &out, QLatin1StringView ascii) { out.append(ascii.data(), ascii.size()); }

QByteArray encodeJson(const LogRecord &record)
{
    QByteArray out;
    out.reserve(256);
    out += "{\"time\":\"";
    out += rfc3339(record.time);
    out += "\",\"level\":\"";
    append(out, logLevelName(record.level));
    out += "\",\"component\":\"";
    append(out, componentName(record.component));
    out += '"';
    if (!record.requestId.isEmpty()) {
        out += ",\"request_id\":";
        appendQuoted(out, record.requestId);
    }
    out += ",\"message\":";
    appendQuoted(out, record.message);
    for (const LogField &field : record.fields) {
        out += ",\"";
        append(out, field.name());
        out += "\":";
        appendValue(out, field.value(), Quoting::Json);
    }
    return out += "}\n";
}

QByteArray encodeText(const LogRecord &record)
{
    QByteArray out = rfc3339(record.time);
    out += ' ' + QByteArray(logLevelName(record.level).data()).toUpper().leftJustified(7);
    out += ' ' + QByteArray(componentName(record.component).data()).leftJustified(9) + ' ';
    appendEscaped(out, cleaned(record.message), Quoting::None);
    if (!record.requestId.isEmpty()) {
        out += " request_id=";
        appendQuoted(out, record.requestId);
    }
    for (const LogField &field : record.fields) {
        out += ' ';
        append(out, field.name());
        out += '=';
        appendValue(out, field.value(), Quoting::Json);
    }
    return out += '\n';
}

/// syslog(3)
char priority(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug: return '7';
    case LogLevel::Info: return '6';
    case LogLevel::Warning: return '4';
    case LogLevel::Error: return '3';
    }
    Q_UNREACHABLE_RETURN('3');
}

// The journal stamps the time itself. Nothing holds a line feed, so the protocol's binary form is never needed.
QByteArray encodeJournal(const LogRecord &record)
{
    QByteArray out("SYSLOG_IDENTIFIER=moed\nPRIORITY=");
    out += priority(record.level);
    out += "\nMOE_COMPONENT=";
    append(out, componentName(record.component));
    if (!record.requestId.isEmpty()) {
        out += "\nMOE_REQUEST_ID=";
        appendEscaped(out, cleaned(record.requestId), Quoting::None);
    }
    out += "\nMESSAGE=";
    appendEscaped(out, cleaned(record.message), Quoting::None);
    for (const LogField &field : record.fields) {
        out += "\nMOE_" + QByteArray(field.name().data(), field.name().size()).toUpper() + '=';
        appendValue(out, field.value(), Quoting::None);
    }
    return out += '\n';
}

}

Result<LogFormat> parseLogFormat(QStringView text)
{
    for (const auto &[name, format] : {std::pair{"auto"_L1, LogFormat::Auto},
                                       {"json"_L1, LogFormat::Json},
                                       {"journal"_L1, LogFormat::Journal},
                                       {"text"_L1, LogFormat::Text}}) {
        if (text.compare(name, Qt::CaseInsensitive) == 0)
            return format;
    }
    return failure(Error::invalid(u"\"%1\" is not a log format; use auto, json, journal or text."_s.arg(text.left(40)),
                                  u"LOG_FORMAT"_s));
}

QByteArray encodeLog(const LogRecord &record, LogFormat format)
{
    switch (format) {
    case LogFormat::Journal: return encodeJournal(record);
    case LogFormat::Text: return encodeText(record);
    case LogFormat::Auto:
    case LogFormat::Json: break;
    }
    return encodeJson(record);
}

QByteArray rfc3339(Clock::System time)
{
    const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(time);
    return QByteArray::fromStdString(std::format("{:%FT%T}Z", milliseconds));
}

}
