// SPDX-License-Identifier: Apache-2.0
#include "shared/wire/jsoncursor.h"

#include <charconv>

namespace moe::json {

namespace {

// The value of four hexadecimal digits.
char32_t hexUnit(QByteArrayView digits)
{
    quint16 unit = 0;
    std::from_chars(digits.data(), digits.data() + 4, unit, 16);
    return unit;
}

void appendUtf8(QByteArray &out, char32_t point)
{
    if (point < 0x80) {
        out += char(point);
    } else if (point < 0x800) {
        out += char(0xC0 | (point >> 6));
        out += char(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        out += char(0xE0 | (point >> 12));
        out += char(0x80 | ((point >> 6) & 0x3F));
        out += char(0x80 | (point & 0x3F));
    } else {
        out += char(0xF0 | (point >> 18));
        out += char(0x80 | ((point >> 12) & 0x3F));
        out += char(0x80 | ((point >> 6) & 0x3F));
        out += char(0x80 | (point & 0x3F));
    }
}

// Appends the character of a \u escape whose digits begin at `at`; returns what follows it (and its partner).
qsizetype appendUnicodeEscape(QByteArray &out, QByteArrayView text, qsizetype at)
{
    const char32_t unit = hexUnit(text.sliced(at));
    at += 4;
    if (unit < 0xD800 || unit > 0xDFFF) {
        appendUtf8(out, unit);
        return at;
    }
    if (unit < 0xDC00 && text.sliced(at).startsWith("\\u")) {
        const char32_t low = hexUnit(text.sliced(at + 2));
        if (low >= 0xDC00 && low <= 0xDFFF) {
            appendUtf8(out, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
            return at + 6;
        }
    }
    appendUtf8(out, 0xFFFD);
    return at;
}

constexpr char simpleEscape(char c)
{
    switch (c) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return c;
    }
}

}

QByteArray withoutEscapes(QByteArrayView inner)
{
    QByteArray out;
    out.reserve(inner.size());
    for (qsizetype at = 0; at < inner.size();) {
        qsizetype escape = inner.indexOf('\\', at);
        if (escape < 0)
            escape = inner.size();
        out += inner.sliced(at, escape - at);
        at = escape;
        if (at == inner.size())
            break;
        if (inner[at + 1] == 'u') {
            at = appendUnicodeEscape(out, inner, at + 2);
        } else {
            out += simpleEscape(inner[at + 1]);
            at += 2;
        }
    }
    return out;
}

}
