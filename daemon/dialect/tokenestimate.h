// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtTypes>

#include <cmath>

namespace moe::dialect {

/// How many tokens a prompt will have, before any tokenizer has seen it: one per 3.5 characters of text, tool
/// schemas and tool arguments, plus a fixed sum for each message (its role and the marks of the chat template) and for
/// each image (a usual 24 × 24 grid of patches). Good to about a third for European languages and code.
struct TokenEstimate {
    qint64 characters = 0;
    qint64 messages = 0;
    qint64 images = 0;

    static constexpr double CharactersPerToken = 3.5;
    static constexpr qint64 TokensPerMessage = 4;
    static constexpr qint64 TokensPerImage = 576;

    [[nodiscard]] qint64 tokens() const
    {
        return qint64(std::ceil(double(characters) / CharactersPerToken)) + messages * TokensPerMessage
            + images * TokensPerImage;
    }
};

}
