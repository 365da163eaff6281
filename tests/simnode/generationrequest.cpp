// SPDX-License-Identifier: Apache-2.0
#include "tests/simnode/generationrequest.h"

namespace moe::sim {

bool GenerationRequest::hasImages() const
{
    return std::ranges::any_of(messages, [](const Message &message) { return message.images > 0; });
}

qint64 GenerationRequest::promptTokens() const
{
    qint64 sum = 0;
    for (const Message &message : messages)
        sum += 4 + countTokens(message.content);
    return sum;
}

qint64 countTokens(QStringView text) { return (text.size() + 3) / 4; }

QList<QByteArray> tokenPieces(QStringView text)
{
    QList<QByteArray> pieces;
    while (!text.isEmpty()) {
        qsizetype length = std::min<qsizetype>(4, text.size());
        if (length < text.size() && text[length - 1].isHighSurrogate())
            ++length;
        pieces << text.first(length).toUtf8();
        text = text.sliced(length);
    }
    return pieces;
}

}
