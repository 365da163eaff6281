// SPDX-License-Identifier: Apache-2.0
// Both ways through the dialects. The first byte chooses: OpenAI requests (what is accepted can be translated to valid
// JSON), one chunk inspected, or a stream of Ollama's lines, whose chunks must keep the grammar of a stream.
#include "daemon/dialect/ollamaanswer.h"
#include "daemon/dialect/ollamaembeddings.h"
#include "daemon/dialect/ollamarequest.h"
#include "daemon/dialect/openaichunk.h"
#include "daemon/dialect/openaierror.h"
#include "daemon/dialect/openairequest.h"
#include "daemon/dialect/upstreamerror.h"
#include "shared/wire/jsonscan.h"
#include "shared/wire/linesplitter.h"

#include <QByteArrayList>

#include <cstdlib>

using namespace moe;
using namespace moe::dialect;

namespace {

void require(bool isTrue)
{
    if (!isTrue)
        std::abort();
}

void requireJson(const QByteArray &text) { require(json::validate(text, 512).has_value()); }

void requireTranslation(const Result<OllamaRequest> &request)
{
    if (request) {
        requireJson(request->body);
        for (const QString &name : request->dropped)
            require(!name.contains(u'\r') && !name.contains(u'\n') && name.size() <= 64);
    } else {
        requireJson(openAiErrorBody(request.error()));
    }
}

void requests(QByteArrayView body)
{
    const OllamaTarget target{.model = "m", .contextLength = 512, .isStream = true, .canThink = true};
    const auto chat = parseChatRequest(body);
    if (chat)
        require(chat->promptTokensEstimate > 0 && chat->messageCount > 0);
    else
        requireJson(openAiErrorBody(chat.error()));
    requireTranslation(ollamaChatRequest(body, target));
    (void)parseCompletionRequest(body);
    requireTranslation(ollamaGenerateRequest(body, target));
    (void)parseEmbeddingsRequest(body);
    requireTranslation(ollamaEmbedRequest(body, target));
}

void answers(QByteArrayView body)
{
    const auto view = inspectChunk(body);
    require(view.has_value() == (json::validate(body).has_value() && json::validate(body)->kind == json::Kind::Object));
    if (view && view->content)
        (void)json::unescaped(body, *view->content);
    requireJson(openAiErrorBody(upstreamError(400, body)));
    for (const EmbeddingFormat format : {EmbeddingFormat::Float, EmbeddingFormat::Base64}) {
        const auto embeddings = openAiEmbeddings({"m", format, 0}, body);
        if (embeddings)
            requireJson(embeddings->body);
    }
    const auto answer = readOllamaAnswer(body, 200);
    if (answer)
        requireJson(ollamaCompletion({"i", 0, "m"}, AnswerKind::Chat, {*answer}));
}

// First a role, then output, then exactly one finish and nothing more; an error ends all.
class StreamGrammar
{
public:
    void take(const QByteArray &chunk)
    {
        const auto view = inspectChunk(chunk);
        require(view.has_value() && !view->isError);
        if (m_chunks++ == 0)
            require(chunk.contains("\"role\":\"assistant\""));
        require(!m_hasFinish);
        m_hasTools |= view->hasToolCalls;
        m_hasFinish = view->isFinish();
        if (m_hasFinish)
            require((view->finishReason->in(chunk) == "\"tool_calls\"") == m_hasTools);
        if (view->content)
            content += json::unescaped(chunk, *view->content);
    }
    bool hasFinish() const { return m_hasFinish; }
    QByteArray content;

private:
    int m_chunks = 0;
    bool m_hasTools = false;
    bool m_hasFinish = false;
};

void stream(QByteArrayView bytes)
{
    OllamaStream chat({"i", 0, "m"}, AnswerKind::Chat);
    OllamaStream text({"i", 0, "m"}, AnswerKind::Text);
    StreamGrammar grammar;
    LineSplitter splitter;
    bool isFailed = false;
    const auto fed = splitter.feed(bytes, [&](QByteArrayView line) {
        if (isFailed)
            return;
        const auto chunks = chat.feedLine(line);
        require(chunks.has_value() == text.feedLine(line).has_value());
        isFailed = !chunks;
        for (const QByteArray &chunk : chunks.value_or(QByteArrayList()))
            grammar.take(chunk);
    });
    require(fed.has_value());
    require(grammar.hasFinish() == chat.isFinished());
    requireJson(chat.usageChunk(chat.usage()));
    require(chat.usage().promptTokens >= 0 && chat.usage().completionTokens >= 0);
}

}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > 4096)
        return 0;
    const QByteArrayView bytes(data + 1, qsizetype(size - 1));
    switch (data[0] % 3) {
    case 0: requests(bytes); break;
    case 1: answers(bytes); break;
    default: stream(bytes); break;
    }
    return 0;
}
