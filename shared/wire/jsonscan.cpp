// SPDX-License-Identifier: Apache-2.0
#include "shared/wire/jsonscan.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

namespace moe::json {

namespace {

// The spans below are of text that was checked before: its depth was judged then.
constexpr int CheckedDepth = 1024;

Span shifted(Span span, qsizetype by) { return {span.begin + by, span.end + by, span.kind}; }

constexpr bool needsEscape(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || c == '"' || c == '\\';
}

void appendEscaped(QByteArray &out, char c)
{
    switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
    }
    static constexpr char digits[] = "0123456789abcdef";
    out += "\\u00";
    out += digits[(c >> 4) & 0xF];
    out += digits[c & 0xF];
}

template <typename Number>
std::optional<Number> numberIn(QByteArrayView digits)
{
    Number value{};
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), value);
    if (error != std::errc() || end != digits.end())
        return {};
    return value;
}

}

Result<Span> validate(QByteArrayView text, int maxDepth)
{
    Cursor cursor(text, maxDepth);
    const Span root = cursor.skip();
    TRY_VOID(cursor.finish());
    return root;
}

std::optional<Span> member(QByteArrayView text, Span object, QByteArrayView key)
{
    std::optional<Span> found;
    if (object.kind != Kind::Object)
        return found;
    Cursor cursor(object.in(text), CheckedDepth);
    cursor.object([&](QByteArrayView name) {
        if (name == key)
            found = shifted(cursor.skip(), object.begin);
    });
    return found;
}

void forEachMember(QByteArrayView text, Span object, const std::function<bool(Span, Span)> &visit)
{
    if (object.kind != Kind::Object)
        return;
    Cursor cursor(object.in(text), CheckedDepth);
    cursor.object([&](QByteArrayView) {
        const Span key = shifted(cursor.keySpan(), object.begin);
        const Span value = shifted(cursor.skip(), object.begin);
        if (!visit(key, value))
            cursor.reject(Error::cancelled());
    });
}

void forEachElement(QByteArrayView text, Span array, const std::function<bool(Span)> &visit)
{
    if (array.kind != Kind::Array)
        return;
    Cursor cursor(array.in(text), CheckedDepth);
    cursor.array([&] {
        if (!visit(shifted(cursor.skip(), array.begin)))
            cursor.reject(Error::cancelled());
    });
}

QByteArray unescaped(QByteArrayView text, Span string)
{
    if (string.kind != Kind::String || string.end - string.begin < 2)
        return {};
    return withoutEscapes(text.sliced(string.begin + 1, string.end - string.begin - 2));
}

std::optional<qint64> integer(QByteArrayView text, Span number)
{
    return number.kind == Kind::Number ? numberIn<qint64>(number.in(text)) : std::nullopt;
}

std::optional<double> real(QByteArrayView text, Span number)
{
    return number.kind == Kind::Number ? numberIn<double>(number.in(text)) : std::nullopt;
}

std::optional<bool> boolean(QByteArrayView text, Span value)
{
    if (value.kind != Kind::Boolean)
        return {};
    return text[value.begin] == 't';
}

qsizetype characterCount(QByteArrayView text, Span string)
{
    if (string.kind != Kind::String)
        return 0;
    const QByteArrayView inner = text.sliced(string.begin + 1, string.end - string.begin - 2);
    // Every character has one byte that is no continuation byte, which as a signed char lie below -64.
    const auto isLead = [](char c) { return static_cast<signed char>(c) >= -64; };
    qsizetype count = std::count_if(inner.begin(), inner.end(), isLead);
    for (qsizetype at = inner.indexOf('\\'); at >= 0;) {
        const bool isUnicode = inner[at + 1] == 'u';
        count -= isUnicode ? 5 : 1;
        at = inner.indexOf('\\', at + (isUnicode ? 6 : 2));
    }
    return count;
}

void appendQuoted(QByteArray &out, QByteArrayView text)
{
    out += '"';
    for (auto at = text.begin(); at != text.end();) {
        const auto stop = std::find_if(at, text.end(), needsEscape);
        out += QByteArrayView(at, stop);
        at = stop;
        if (at != text.end())
            appendEscaped(out, *at++);
    }
    out += '"';
}

QByteArray quoted(QByteArrayView text)
{
    QByteArray out;
    out.reserve(text.size() + text.size() / 16 + 2);
    appendQuoted(out, text);
    return out;
}

QByteArray replaced(QByteArrayView text, Span span, QByteArrayView replacement)
{
    QByteArray out;
    out.reserve(text.size() - (span.end - span.begin) + replacement.size());
    out += text.first(span.begin);
    out += replacement;
    out += text.sliced(span.end);
    return out;
}

QByteArray withMember(QByteArrayView object, QByteArrayView key, QByteArrayView value)
{
    QByteArray out;
    out.reserve(object.size() + key.size() + value.size() + 8);
    qsizetype copied = 0;
    bool isEmpty = true;
    Cursor cursor(object, CheckedDepth);
    const Span whole = cursor.object([&](QByteArrayView name) {
        isEmpty = false;
        if (name != key)
            return;
        const Span old = cursor.skip();
        out += object.sliced(copied, old.begin - copied);
        out += value;
        copied = old.end;
    });
    if (copied == 0) {
        copied = whole.begin + 1;
        out += object.first(copied);
        appendQuoted(out, key);
        out += ':';
        out += value;
        if (!isEmpty)
            out += ',';
    }
    out += object.sliced(copied);
    return out;
}

}
