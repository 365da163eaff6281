// SPDX-License-Identifier: Apache-2.0
#include "daemon/pipeline/chunkreader.h"

#include "daemon/dialect/openaichunk.h"
#include "shared/wire/jsonscan.h"

using namespace Qt::StringLiterals;

namespace moe::pipeline {

Result<ChunkContent> readChunk(QByteArrayView chunk)
{
    TRY(const dialect::ChunkView view, dialect::inspectChunk(chunk));
    if (view.isError)
        return failure(Error::of(ErrorCode::BadGateway, u"A model ended its answer with an error."_s));
    ChunkContent content;
    if (view.content)
        content.text = json::unescaped(chunk, *view.content);
    if (view.reasoning)
        content.reasoningCharacters = json::characterCount(chunk, *view.reasoning);
    if (view.finishReason)
        content.finishReason = json::unescaped(chunk, *view.finishReason);
    content.usage = view.usage;
    return content;
}

}
