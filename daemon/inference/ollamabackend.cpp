// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/ollamabackend.h"

#include "daemon/dialect/ollamaanswer.h"
#include "daemon/dialect/ollamaembeddings.h"
#include "daemon/dialect/ollamarequest.h"
#include "daemon/dialect/openairequest.h"
#include "daemon/inference/numctx.h"
#include "shared/wire/jsonscan.h"
#include "shared/wire/linesplitter.h"

using namespace Qt::StringLiterals;

namespace moe::inference {

namespace {

dialect::AnswerKind answerKindOf(CallKind kind)
{
    return kind == CallKind::Text ? dialect::AnswerKind::Text : dialect::AnswerKind::Chat;
}

dialect::AnswerHead newHead(const ChatCall &call)
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return {dialect::newCompletionId(), std::chrono::duration_cast<std::chrono::seconds>(now).count(),
            call.model.toUtf8()};
}

/// Whether the client asked for `stream_options.include_usage`. The body is valid.
bool asksForUsage(QByteArrayView body)
{
    const auto root = json::validate(body);
    const auto options = root ? json::member(body, *root, "stream_options") : std::nullopt;
    const auto usage
        = options && options->kind == json::Kind::Object ? json::member(body, *options, "include_usage") : std::nullopt;
    return usage && usage->in(body) == "true";
}

class OllamaStreamReader final : public StreamReader
{
public:
    OllamaStreamReader(CallKind kind, const ChatCall &call)
        : m_stream(newHead(call), answerKindOf(kind), call.promptTokensEstimate)
        , m_wantsUsage(asksForUsage(call.body))
    { }

    Result<void> feed(QByteArrayView bytes, const OnChunk &onChunk) override
    {
        Result<void> outcome;
        TRY_VOID(m_lines.feed(bytes, [&](QByteArrayView line) {
            if (outcome)
                outcome = take(line, onChunk);
        }));
        return outcome;
    }

    Result<void> finish(const OnChunk &onChunk) override
    {
        if (const auto last = m_lines.finish(); last && !m_stream.isFinished())
            TRY_VOID(take(*last, onChunk));
        if (!m_stream.isFinished())
            return failure(Error::of(ErrorCode::BadGateway, u"The inference server broke off its answer."_s));
        return {};
    }

    bool isComplete() const override { return m_stream.isFinished(); }
    Usage usage() const override { return m_stream.usage(); }

private:
    Result<void> take(QByteArrayView line, const OnChunk &onChunk)
    {
        TRY(const QByteArrayList chunks, m_stream.feedLine(line));
        for (const QByteArray &chunk : chunks)
            onChunk(chunk);
        if (m_stream.isFinished() && m_wantsUsage)
            onChunk(m_stream.usageChunk(m_stream.usage()));
        return {};
    }

    LineSplitter m_lines;
    dialect::OllamaStream m_stream;
    const bool m_wantsUsage;
};

Result<dialect::OllamaRequest> translate(CallKind kind, const ChatCall &call, const dialect::OllamaTarget &target)
{
    switch (kind) {
    case CallKind::Chat: return dialect::ollamaChatRequest(call.body, target);
    case CallKind::Text: return dialect::ollamaGenerateRequest(call.body, target);
    case CallKind::Embeddings: return dialect::ollamaEmbedRequest(call.body, target);
    }
    Q_UNREACHABLE_RETURN({});
}

QByteArray pathOf(CallKind kind, const Server &server)
{
    switch (kind) {
    case CallKind::Chat: return "/api/chat"_ba;
    case CallKind::Text: return "/api/generate"_ba;
    case CallKind::Embeddings: return server.status.hasEmbedEndpoint ? "/api/embed"_ba : "/api/embeddings"_ba;
    }
    Q_UNREACHABLE_RETURN({});
}

}

Result<PreparedCall> OllamaBackend::prepare(CallKind kind, const ChatCall &call, bool isStream, const Server &server,
                                            const ModelInfo &model) const
{
    dialect::OllamaTarget target;
    target.model = model.name.toUtf8();
    target.contextLength = contextFor(server, model);
    target.isStream = isStream;
    target.hasStructuredOutput = server.status.hasStructuredOutput;
    target.canThink = model.capabilities.thinking;
    if (kind != CallKind::Embeddings) // too long an input of an embedding is an error of the server's own
        TRY_VOID(promptFits(call.promptTokensEstimate, target.contextLength));

    PreparedCall prepared;
    prepared.path = pathOf(kind, server);
    if (kind == CallKind::Embeddings && !server.status.hasEmbedEndpoint) {
        TRY(prepared.bodies, dialect::ollamaOldEmbedRequests(call.body, target));
        return prepared;
    }
    TRY(dialect::OllamaRequest request, translate(kind, call, target));
    if (isStream && request.choiceCount > 1)
        return failure(Error::invalid(u"This model's server streams one answer at a time: \"n\" has to be 1."_s, u"n"_s,
                                      u"unsupported_parameter"_s));
    prepared.bodies = QByteArrayList(request.choiceCount, request.body);
    prepared.dropped = std::move(request.dropped);
    return prepared;
}

std::unique_ptr<StreamReader> OllamaBackend::streamReader(CallKind kind, const ChatCall &call) const
{
    return std::make_unique<OllamaStreamReader>(kind, call);
}

Result<ReadAnswer> OllamaBackend::readAnswer(CallKind kind, const ChatCall &call, const QList<QByteArray> &bodies) const
{
    if (kind == CallKind::Embeddings) {
        TRY(const dialect::EmbeddingsRequestView request, dialect::parseEmbeddingsRequest(call.body));
        const dialect::EmbeddingsHead head{call.model.toUtf8(),
                                           request.wantsBase64 ? dialect::EmbeddingFormat::Base64
                                                               : dialect::EmbeddingFormat::Float,
                                           call.promptTokensEstimate};
        const auto root = json::validate(bodies.first());
        const bool isOld = root && json::member(bodies.first(), *root, "embedding").has_value();
        TRY(dialect::EmbeddingsAnswer answer,
            isOld ? dialect::openAiEmbeddingsFromOld(head, bodies) : dialect::openAiEmbeddings(head, bodies.first()));
        return ReadAnswer{std::move(answer.body), answer.usage};
    }
    QList<dialect::OllamaAnswer> answers;
    ReadAnswer read;
    for (const QByteArray &body : bodies) {
        TRY(dialect::OllamaAnswer answer, dialect::readOllamaAnswer(body, 200, call.promptTokensEstimate));
        read.usage.completionTokens += answer.usage.completionTokens;
        read.usage.promptTokens = answer.usage.promptTokens;
        read.usage.isEstimated |= answer.usage.isEstimated;
        answers.append(std::move(answer));
    }
    read.body = dialect::ollamaCompletion(newHead(call), answerKindOf(kind), answers);
    return read;
}

}
