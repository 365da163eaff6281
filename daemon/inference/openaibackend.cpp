// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/openaibackend.h"

#include "daemon/dialect/openaichunk.h"
#include "daemon/dialect/openaipatch.h"
#include "shared/wire/jsonscan.h"
#include "shared/wire/sseparser.h"

using namespace Qt::StringLiterals;

namespace moe::inference {

namespace {

QByteArray pathOf(CallKind kind)
{
    switch (kind) {
    case CallKind::Chat: return "/v1/chat/completions"_ba;
    case CallKind::Text: return "/v1/completions"_ba;
    case CallKind::Embeddings: return "/v1/embeddings"_ba;
    }
    Q_UNREACHABLE_RETURN({});
}

/// A chunk as one line, as it goes on to the client: the line ends of one that came in several are blanks between
/// tokens, for a JSON string holds none.
QByteArray oneLine(QByteArrayView chunk)
{
    QByteArray line = chunk.toByteArray();
    if (line.contains('\n'))
        line.replace('\n', ' ');
    return line;
}

/// The node's own chunks, checked and passed on as they are.
class OpenAiStreamReader final : public StreamReader
{
public:
    Result<void> feed(QByteArrayView bytes, const OnChunk &onChunk) override
    {
        Result<void> outcome;
        const auto takeEvent = [&](const SseEvent &event) {
            if (outcome)
                outcome = take(event.data, onChunk);
        };
        TRY_VOID(m_parser.feed(bytes, std::cref(takeEvent)));
        if (outcome && m_parser.hasStrayLine() && !m_isComplete)
            return failure(Error::of(ErrorCode::BadGateway, u"The inference server's answer cannot be read."_s));
        return outcome;
    }

    Result<void> finish(const OnChunk &onChunk) override
    {
        if (const auto last = m_parser.finish(); last && !m_isComplete)
            TRY_VOID(take(last->data, onChunk));
        if (m_isComplete)
            return {};
        // Some servers forget "[DONE]"; a stream that has said why it finished and then ended in order is whole.
        if (!m_hasFinished)
            return failure(Error::of(ErrorCode::BadGateway, u"The inference server broke off its answer."_s));
        release(onChunk);
        m_isComplete = true;
        return {};
    }

    bool isComplete() const override { return m_isComplete; }
    Usage usage() const override { return m_usage; }

private:
    Result<void> take(QByteArrayView data, const OnChunk &onChunk)
    {
        if (m_isComplete)
            return {};
        if (data == "[DONE]") {
            release(onChunk);
            m_isComplete = true;
            return {};
        }
        TRY(const dialect::ChunkView chunk, dialect::inspectChunk(data));
        if (chunk.isError)
            return failure(
                Error::of(ErrorCode::BadGateway, u"The inference server reported an error while answering."_s));
        if (chunk.usage) {
            // Cumulative where a server repeats it: the largest counts.
            m_usage.promptTokens = std::max(m_usage.promptTokens, chunk.usage->promptTokens);
            m_usage.completionTokens = std::max(m_usage.completionTokens, chunk.usage->completionTokens);
        }
        m_hasFinished = m_hasFinished || chunk.isFinish();
        // What says nothing yet waits for what does: until then another server may take over.
        m_hasOutput = m_hasOutput || chunk.hasOutput();
        // A finish is held back until the stream goes on or ends: should it be cut there, nobody takes it for whole.
        if (!m_hasOutput || chunk.isFinish() || (!m_held.isEmpty() && !chunk.hasOutput())) {
            m_held.append(oneLine(data));
            return {};
        }
        release(onChunk);
        onChunk(oneLine(data));
        return {};
    }

    void release(const OnChunk &onChunk)
    {
        for (QByteArray &chunk : m_held)
            onChunk(std::move(chunk));
        m_held.clear();
    }

    SseParser m_parser;
    QList<QByteArray> m_held;
    Usage m_usage;
    bool m_hasOutput = false;
    bool m_hasFinished = false;
    bool m_isComplete = false;
};

}

Result<PreparedCall> OpenAiBackend::prepare(CallKind kind, const ChatCall &call, bool isStream, const Server &,
                                            const ModelInfo &model) const
{
    dialect::RequestPatch patch;
    patch.model = model.name.toUtf8();
    if (kind != CallKind::Embeddings)
        patch.isStream = isStream;
    PreparedCall prepared;
    prepared.path = pathOf(kind);
    prepared.bodies = {dialect::patchedRequest(call.body, patch)};
    return prepared;
}

std::unique_ptr<StreamReader> OpenAiBackend::streamReader(CallKind, const ChatCall &) const
{
    return std::make_unique<OpenAiStreamReader>();
}

Result<ReadAnswer> OpenAiBackend::readAnswer(CallKind kind, const ChatCall &, const QList<QByteArray> &bodies) const
{
    TRY(const dialect::ChunkView view, dialect::inspectChunk(bodies.first()));
    if (view.isError)
        return failure(
            Error::of(ErrorCode::BadGateway, u"The inference server reported an error instead of an answer."_s));
    if (!(kind == CallKind::Embeddings ? view.hasData : view.hasChoices))
        return failure(Error::of(ErrorCode::BadGateway, u"The inference server's answer cannot be read."_s));
    return ReadAnswer{bodies.first(), view.usage.value_or(Usage())};
}

}
