// SPDX-License-Identifier: Apache-2.0
#include "daemon/pipeline/textcut.h"

namespace moe::pipeline {

namespace {

bool isContinuation(char c) { return (uchar(c) & 0xC0) == 0x80; }

bool endsSentence(QByteArrayView text, qsizetype end)
{
    const char last = text[end - 1];
    const bool isFollowedBySpace = end < text.size() && (text[end] == ' ' || text[end] == '\n');
    return last == '\n' || ((last == '.' || last == '!' || last == '?') && isFollowedBySpace);
}

}

qsizetype characterCount(QByteArrayView text)
{
    return std::ranges::count_if(text, [](char c) { return !isContinuation(c); });
}

QByteArrayView firstCharacters(QByteArrayView text, qsizetype limit)
{
    qsizetype end = 0;
    for (qsizetype count = 0; end < text.size(); ++end) {
        if (!isContinuation(text[end]) && ++count > limit)
            break;
    }
    return text.first(end);
}

QByteArrayView cutAtSentence(QByteArrayView text, qsizetype limit)
{
    const QByteArrayView within = firstCharacters(text, limit);
    if (within.size() == text.size())
        return text;
    for (qsizetype end = within.size(); end > within.size() / 2; --end) {
        if (endsSentence(text, end))
            return text.first(end).trimmed();
    }
    const qsizetype space = text.first(within.size() + 1).lastIndexOf(' '); // the limit may be a word's end
    return (space > within.size() / 2 ? text.first(space) : within).trimmed();
}

}
