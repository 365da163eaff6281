// SPDX-License-Identifier: Apache-2.0
#include "shared/core/text.h"
#include "shared/core/ids.h"

#include <QRandomGenerator>
#include <QUtf8StringView>

#include <array>
#include <cstring>

namespace moe {

bool isValidUtf8(QByteArrayView bytes)
{
    const auto *at = reinterpret_cast<const unsigned char *>(bytes.data());
    const auto *const end = at + bytes.size();
    while (at < end) {
        // Eight ASCII bytes at a time: prompts are mostly that.
        while (end - at >= 8) {
            quint64 word;
            std::memcpy(&word, at, 8);
            if (word & Q_UINT64_C(0x8080808080808080))
                break;
            at += 8;
        }
        if (at == end)
            break;
        const unsigned char lead = *at++;
        if (lead < 0x80)
            continue;
        int trail = 0;
        unsigned char low = 0x80;
        unsigned char high = 0xBF;
        if (lead >= 0xC2 && lead <= 0xDF) {
            trail = 1;
        } else if (lead >= 0xE0 && lead <= 0xEF) {
            trail = 2;
            if (lead == 0xE0)
                low = 0xA0; // overlong
            else if (lead == 0xED)
                high = 0x9F; // surrogates
        } else if (lead >= 0xF0 && lead <= 0xF4) {
            trail = 3;
            if (lead == 0xF0)
                low = 0x90; // overlong
            else if (lead == 0xF4)
                high = 0x8F; // above U+10FFFF
        } else {
            return false;
        }
        if (end - at < trail)
            return false;
        for (; trail > 0; --trail) {
            const unsigned char next = *at++;
            if (next < low || next > high)
                return false;
            low = 0x80;
            high = 0xBF;
        }
    }
    return true;
}

QByteArrayView utf8Prefix(QByteArrayView text, qsizetype limit)
{
    if (text.size() <= limit)
        return text;
    qsizetype cut = std::max<qsizetype>(limit, 0);
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80)
        --cut;
    return text.first(cut);
}

namespace {
constexpr char asciiLower(char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; }
}

bool equalsIgnoringCase(QByteArrayView a, QByteArrayView b)
{
    return a.size() == b.size()
        && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return asciiLower(x) == asciiLower(y); });
}

bool equalsInConstantTime(QByteArrayView a, QByteArrayView b)
{
    if (a.size() != b.size())
        return false;
    unsigned char difference = 0;
    for (qsizetype i = 0; i < a.size(); ++i)
        difference |= static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]);
    return difference == 0;
}

QByteArrayView trimmedBlank(QByteArrayView text)
{
    while (!text.isEmpty() && (text.front() == ' ' || text.front() == '\t'))
        text = text.sliced(1);
    while (!text.isEmpty() && (text.back() == ' ' || text.back() == '\t'))
        text.chop(1);
    return text;
}

QByteArray randomHex(int bytes)
{
    QByteArray raw(bytes, Qt::Uninitialized);
    auto *const system = QRandomGenerator::system();
    for (int i = 0; i < bytes; i += 4) {
        const quint32 word = system->generate();
        std::memcpy(raw.data() + i, &word, size_t(std::min(4, bytes - i)));
    }
    return raw.toHex();
}

QByteArray newRequestId()
{
    static constexpr char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    // Unique, not secret: a fast generator a thread, seeded by the system's, keeps system calls off the request path.
    thread_local QRandomGenerator64 generator = QRandomGenerator64::securelySeeded();
    QByteArray id("req_????????????????????????");
    char *at = id.data() + 4;
    for (int word = 0; word < 3; ++word) {
        quint64 bits = generator.generate64();
        for (int i = 0; i < 8; ++i) {
            *at++ = alphabet[bits % 62];
            bits /= 62;
        }
    }
    return id;
}

}
