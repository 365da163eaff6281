// SPDX-License-Identifier: Apache-2.0
#include "tests/simnode/jsonwriter.h"

#include <array>
#include <charconv>

namespace moe::sim {

namespace {

void appendEscaped(QByteArray &out, unsigned char c)
{
    switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
    }
    constexpr QByteArrayView digits = "0123456789abcdef";
    out += "\\u00";
    out += digits[c >> 4];
    out += digits[c & 15];
}

}

JsonWriter &JsonWriter::key(QByteArrayView name)
{
    value(name);
    m_out += ':';
    m_needsComma = false;
    return *this;
}

JsonWriter &JsonWriter::value(QByteArrayView utf8)
{
    separate();
    m_out += '"';
    qsizetype clean = 0;
    for (qsizetype i = 0; i < utf8.size(); ++i) {
        const auto c = static_cast<unsigned char>(utf8[i]);
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        m_out += utf8.sliced(clean, i - clean);
        appendEscaped(m_out, c);
        clean = i + 1;
    }
    m_out += utf8.sliced(clean);
    m_out += '"';
    return *this;
}

JsonWriter &JsonWriter::value(QStringView text) { return value(QByteArrayView(text.toUtf8())); }

JsonWriter &JsonWriter::value(float number)
{
    std::array<char, 32> digits;
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    return raw(QByteArrayView(digits.data(), written.ptr - digits.data()));
}

JsonWriter &JsonWriter::raw(QByteArrayView json)
{
    separate();
    m_out += json;
    return *this;
}

JsonWriter &JsonWriter::open(char bracket)
{
    separate();
    m_out += bracket;
    m_needsComma = false;
    return *this;
}

JsonWriter &JsonWriter::close(char bracket)
{
    m_out += bracket;
    m_needsComma = true;
    return *this;
}

void JsonWriter::separate()
{
    if (m_needsComma)
        m_out += ',';
    m_needsComma = true;
}

}
