// SPDX-License-Identifier: Apache-2.0
#include "daemon/pipeline/chunkreader.h"

#include "shared/wire/jsoncursor.h"
#include "shared/wire/jsonscan.h"

using namespace Qt::StringLiterals;

namespace moe::pipeline {

namespace {

void readDelta(json::Cursor &cursor, ChunkContent &content)
{
    cursor.object([&](QByteArrayView key) {
        if (cursor.peek() != json::Kind::String)
            return;
        if (key == "content")
            content.text = cursor.string();
        else if (key == "reasoning_content" || key == "reasoning")
            content.hasReasoning = true;
    });
}

void readChoice(json::Cursor &cursor, ChunkContent &content)
{
    cursor.object([&](QByteArrayView key) {
        if (key == "delta" && cursor.peek() == json::Kind::Object)
            readDelta(cursor, content);
        else if (key == "finish_reason" && cursor.peek() == json::Kind::String)
            content.finishReason = cursor.string();
    });
}

Usage readUsage(json::Cursor &cursor)
{
    Usage usage;
    cursor.object([&](QByteArrayView key) {
        if (key != "prompt_tokens" && key != "completion_tokens")
            return;
        const json::Span value = cursor.skip();
        const qint64 tokens = cursor.isFailed() ? 0 : json::integer(cursor.text(), value).value_or(0);
        (key == "prompt_tokens" ? usage.promptTokens : usage.completionTokens) = std::max(tokens, qint64(0));
    });
    return usage;
}

}

Result<ChunkContent> readChunk(QByteArrayView chunk)
{
    ChunkContent content;
    json::Cursor cursor(chunk);
    cursor.object([&](QByteArrayView key) {
        if (key == "choices" && cursor.peek() == json::Kind::Array) {
            bool isFirst = true;
            cursor.array([&] {
                if (std::exchange(isFirst, false) && cursor.peek() == json::Kind::Object)
                    readChoice(cursor, content);
            });
        } else if (key == "usage" && cursor.peek() == json::Kind::Object) {
            content.usage = readUsage(cursor);
        }
    });
    if (auto end = cursor.finish(); !end)
        return failure(Error::of(ErrorCode::BadGateway, u"A model's answer could not be read."_s));
    return content;
}

}
