// SPDX-License-Identifier: Apache-2.0
#include "shared/wire/jsoncursor.h"

#include "shared/core/text.h"

#include <algorithm>
#include <cstring>
#include <experimental/simd>

namespace moe::json {

namespace {

constexpr int HardMaxDepth = 1024; // values are passed over recursively

using Bytes = std::experimental::native_simd<unsigned char>;

constexpr unsigned char quote = '"';
constexpr unsigned char backslash = '\\';
constexpr bool isStop(unsigned char byte) { return byte < 0x20 || byte == quote || byte == backslash; }

// The first quote, backslash or control character; `hasHigh` becomes true if bytes above ASCII were passed.
const char *stringStop(const char *at, const char *end, bool &hasHigh)
{
    for (; end - at >= qsizetype(Bytes::size()); at += Bytes::size()) {
        Bytes bytes;
        bytes.copy_from(reinterpret_cast<const unsigned char *>(at), std::experimental::element_aligned);
        const auto stops = bytes < 0x20 || bytes == quote || bytes == backslash;
        // After a stop, too: whoever looks more closely finds that there is nothing to see.
        hasHigh |= std::experimental::any_of(bytes >= 0x80);
        if (std::experimental::any_of(stops))
            return at + std::experimental::find_first_set(stops);
    }
    for (; at < end && !isStop(static_cast<unsigned char>(*at)); ++at)
        hasHigh |= static_cast<unsigned char>(*at) >= 0x80;
    return at;
}

constexpr bool isDigit(char c) { return c >= '0' && c <= '9'; }

constexpr int hexValue(char c)
{
    if (isDigit(c))
        return c - '0';
    const char lower = char(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// "line 3, column 7" of a position; columns count characters.
QString placeOf(QByteArrayView text, qsizetype position)
{
    const QByteArrayView before = text.first(position);
    const auto lineStart = std::find(before.rbegin(), before.rend(), '\n').base();
    const auto isLead = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
    return QStringLiteral("line %1, column %2")
        .arg(std::count(before.begin(), before.end(), '\n') + 1)
        .arg(std::count_if(lineStart, before.end(), isLead) + 1);
}

}

Cursor::Cursor(QByteArrayView text, int maxDepth)
    : m_begin(text.data())
    , m_at(text.data())
    , m_end(text.data() + text.size())
    , m_maxDepth(std::min(maxDepth, HardMaxDepth))
{ }

Kind Cursor::peek()
{
    skipBlank();
    if (m_at == m_end)
        return Kind::Null;
    switch (*m_at) {
    case '{': return Kind::Object;
    case '[': return Kind::Array;
    case '"': return Kind::String;
    case 't':
    case 'f': return Kind::Boolean;
    default: return *m_at == '-' || isDigit(*m_at) ? Kind::Number : Kind::Null;
    }
}

Span Cursor::skip()
{
    const Kind kind = peek();
    const qsizetype begin = position();
    skipValue();
    return m_isFailed ? Span{} : Span{begin, position(), kind};
}

QByteArray Cursor::string()
{
    if (peek() != Kind::String) {
        fail("expected a string");
        return {};
    }
    const char *const inner = m_at + 1;
    const bool hasEscapes = skipString();
    if (m_isFailed)
        return {};
    const QByteArrayView view(inner, m_at - 1);
    return hasEscapes ? withoutEscapes(view) : view.toByteArray();
}

void Cursor::reject(Error error)
{
    if (m_isFailed)
        return;
    m_isFailed = true;
    m_error = std::move(error);
    m_end = m_at;
}

void Cursor::fail(const char *what)
{
    if (m_isFailed)
        return;
    m_isFailed = true;
    m_error = Error::invalid(
        QStringLiteral("Invalid JSON at %1: %2.").arg(placeOf({m_begin, m_at}, position()), QLatin1StringView(what)),
        {}, QStringLiteral("invalid_json"));
    m_end = m_at;
}

Result<void> Cursor::finish()
{
    skipBlank();
    if (m_at != m_end)
        fail("unexpected text after the value");
    if (m_isFailed)
        return failure(*m_error);
    return {};
}

qsizetype Cursor::enter(char bracket, const char *expectation)
{
    skipBlank();
    const qsizetype begin = position();
    if (m_at == m_end || *m_at != bracket) {
        fail(expectation);
    } else if (m_depth == m_maxDepth) {
        fail("nested too deeply");
    } else {
        ++m_at;
        ++m_depth;
    }
    return begin;
}

// True, and past the bracket, if the container has no (further) value.
bool Cursor::isClosed(char bracket)
{
    skipBlank();
    if (m_at == m_end || *m_at != bracket)
        return false;
    ++m_at;
    return true;
}

bool Cursor::hasNext(char bracket)
{
    if (m_isFailed || isClosed(bracket))
        return false;
    if (m_at == m_end || *m_at != ',') {
        fail(bracket == '}' ? "expected a comma or the end of the object" : "expected a comma or the end of the array");
        return false;
    }
    ++m_at;
    return true;
}

Span Cursor::leave(qsizetype begin, Kind kind)
{
    --m_depth;
    return m_isFailed ? Span{} : Span{begin, position(), kind};
}

QByteArrayView Cursor::memberKey(QByteArray &decoded)
{
    skipBlank();
    if (m_at == m_end || *m_at != '"') {
        fail("expected a member name in quotes");
        return {};
    }
    const char *const inner = m_at + 1;
    const bool hasEscapes = skipString();
    if (m_isFailed)
        return {};
    m_key = {inner - 1 - m_begin, position(), Kind::String};
    QByteArrayView key(inner, m_at - 1);
    if (hasEscapes) {
        decoded = withoutEscapes(key);
        key = decoded;
    }
    skipBlank();
    if (m_at == m_end || *m_at != ':') {
        fail("expected a colon after the member name");
        return {};
    }
    ++m_at;
    skipBlank();
    return key;
}

void Cursor::skipValue()
{
    skipBlank();
    if (m_at == m_end)
        return fail("expected a value");
    switch (*m_at) {
    case '{': return skipMembers();
    case '[': return skipElements();
    case '"': skipString(); return;
    case 't': return skipLiteral("true");
    case 'f': return skipLiteral("false");
    case 'n': return skipLiteral("null");
    default: return skipNumber();
    }
}

void Cursor::skipMembers()
{
    const qsizetype begin = enter('{', "expected an object");
    for (bool isThere = !isClosed('}'); isThere && !m_isFailed; isThere = hasNext('}')) {
        skipBlank();
        if (m_at == m_end || *m_at != '"')
            return fail("expected a member name in quotes");
        skipString();
        skipBlank();
        if (m_at == m_end || *m_at != ':')
            return fail("expected a colon after the member name");
        ++m_at;
        skipValue();
    }
    leave(begin, Kind::Object);
}

void Cursor::skipElements()
{
    const qsizetype begin = enter('[', "expected an array");
    for (bool isThere = !isClosed(']'); isThere && !m_isFailed; isThere = hasNext(']'))
        skipValue();
    leave(begin, Kind::Array);
}

void Cursor::skipLiteral(QByteArrayView literal)
{
    if (!QByteArrayView(m_at, m_end).startsWith(literal))
        return fail("expected a value");
    m_at += literal.size();
}

bool Cursor::skipDigits()
{
    const char *const first = m_at;
    while (m_at < m_end && isDigit(*m_at))
        ++m_at;
    return m_at > first;
}

void Cursor::skipNumber()
{
    const bool isNegative = *m_at == '-';
    if (isNegative)
        ++m_at;
    if (m_at < m_end && *m_at == '0')
        ++m_at;
    else if (!skipDigits())
        return fail(isNegative ? "expected a digit" : "expected a value");
    if (m_at < m_end && *m_at == '.') {
        ++m_at;
        if (!skipDigits())
            return fail("expected a digit after the decimal point");
    }
    if (m_at < m_end && (*m_at | 0x20) == 'e') {
        ++m_at;
        if (m_at < m_end && (*m_at == '+' || *m_at == '-'))
            ++m_at;
        if (!skipDigits())
            return fail("expected a digit in the exponent");
    }
}

// Past the closing quote. True if there are escapes inside.
bool Cursor::skipString()
{
    const char *const inner = ++m_at;
    bool hasEscapes = false;
    bool hasHigh = false;
    while (true) {
        m_at = stringStop(m_at, m_end, hasHigh);
        if (m_at == m_end || static_cast<unsigned char>(*m_at) < 0x20) {
            fail(m_at == m_end ? "the string does not end" : "control character in a string");
            return false;
        }
        if (*m_at == '"')
            break;
        hasEscapes = true;
        if (!skipEscape())
            return false;
    }
    if (hasHigh && !isValidUtf8({inner, m_at})) {
        fail("the string is not well-formed UTF-8");
        return false;
    }
    ++m_at;
    return hasEscapes;
}

bool Cursor::skipEscape()
{
    if (m_end - m_at >= 2 && std::memchr("\"\\/bfnrt", m_at[1], 8)) {
        m_at += 2;
        return true;
    }
    if (m_end - m_at >= 6 && m_at[1] == 'u'
        && std::all_of(m_at + 2, m_at + 6, [](char c) { return hexValue(c) >= 0; })) {
        m_at += 6;
        return true;
    }
    fail("invalid escape in a string");
    return false;
}

}
