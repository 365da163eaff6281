// SPDX-License-Identifier: Apache-2.0
#include "shared/wire/jsoncursor.h"

#include "shared/core/text.h"

#include <QtEndian>

#include <algorithm>
#include <bit>
#include <cstring>

namespace moe::json {

namespace {

constexpr int HardMaxDepth = 1024; // values are passed over recursively
constexpr quint64 Ones = Q_UINT64_C(0x0101010101010101);
constexpr quint64 Highs = Q_UINT64_C(0x8080808080808080);

// Sets the high bit of every byte of `word` below `limit` (at most 0x80). A borrow can set bits wrongly, but only
// above a byte that is truly below: the lowest bit set is always right.
constexpr quint64 bytesBelow(quint64 word, quint64 limit) { return (word - Ones * limit) & ~word & Highs; }

// The first quote, backslash or control character; `highs` collects whether bytes above ASCII were passed.
const char *stringStop(const char *at, const char *end, quint64 &highs)
{
    for (; end - at >= 8; at += 8) {
        const quint64 word = qFromLittleEndian<quint64>(at);
        const quint64 stops
            = bytesBelow(word, 0x20) | bytesBelow(word ^ (Ones * '"'), 1) | bytesBelow(word ^ (Ones * '\\'), 1);
        highs |= word & Highs;
        if (stops)
            return at + std::countr_zero(stops) / 8;
    }
    for (; at < end; ++at) {
        const auto byte = static_cast<unsigned char>(*at);
        if (byte < 0x20 || byte == '"' || byte == '\\')
            break;
        highs |= byte & 0x80;
    }
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
    quint64 highs = 0;
    while (true) {
        m_at = stringStop(m_at, m_end, highs);
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
    if (highs && !isValidUtf8({inner, m_at})) {
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
