// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/base64text.h"

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

constexpr int bitsOfLetter = 6;
constexpr int bitsOfByte = 8;
constexpr int lettersOfGroup = 4;

int valueOf(QChar letter)
{
    const char16_t c = letter.unicode();
    if (c >= u'A' && c <= u'Z')
        return c - u'A';
    if (c >= u'a' && c <= u'z')
        return c - u'a' + 26;
    if (c >= u'0' && c <= u'9')
        return c - u'0' + 52;
    if (c == u'+' || c == u'-')
        return 62;
    return c == u'/' || c == u'_' ? 63 : -1;
}

bool isBlank(QChar c) { return c == u' ' || c == u'\t' || c == u'\r' || c == u'\n'; }

/// Takes one character after the other.
class Decoder
{
public:
    /// What is wrong with it, empty: nothing.
    QLatin1StringView add(QChar c)
    {
        if (isBlank(c))
            return {};
        if (c == u'=') {
            ++m_padding;
            return {};
        }
        const int value = valueOf(c);
        if (value < 0)
            return "is no base64"_L1;
        if (m_padding > 0)
            return "follows the padding"_L1;
        ++m_letters;
        m_bits = (m_bits << bitsOfLetter | quint32(value)) & 0xffff;
        m_bitCount += bitsOfLetter;
        if (m_bitCount >= bitsOfByte) {
            m_bitCount -= bitsOfByte;
            m_bytes += char(m_bits >> m_bitCount);
        }
        return {};
    }

    /// What is wrong at the end, empty: nothing.
    [[nodiscard]] QLatin1StringView flaw() const
    {
        const qsizetype left = m_letters % lettersOfGroup;
        if (left == 1)
            return "the text ends in the middle of a byte"_L1;
        if (m_padding > 0 && (left == 0 || left + m_padding != lettersOfGroup))
            return "the padding has not the length it should have"_L1;
        if ((m_bits & ((1U << m_bitCount) - 1)) != 0)
            return "the last letter has bits that belong to no byte"_L1;
        return {};
    }

    [[nodiscard]] const QByteArray &bytes() const { return m_bytes; }

private:
    QByteArray m_bytes;
    quint32 m_bits = 0;
    int m_bitCount = 0; // of them belong to no byte yet
    qsizetype m_letters = 0;
    qsizetype m_padding = 0;
};

}

std::expected<QByteArray, QString> base64Bytes(const QString &text)
{
    Decoder decoder;
    for (qsizetype at = 0; at < text.size(); ++at) {
        // All before is ASCII, so this counts characters.
        if (const auto flaw = decoder.add(text[at]); !flaw.isEmpty())
            return std::unexpected(u"the character at offset %1 %2"_s.arg(at).arg(flaw));
    }
    if (const auto flaw = decoder.flaw(); !flaw.isEmpty())
        return std::unexpected(u"%1 (offset %2)"_s.arg(flaw).arg(text.size()));
    return decoder.bytes();
}

}
