// SPDX-License-Identifier: Apache-2.0
#include "daemon/dialect/ollamaembeddings.h"

#include "daemon/dialect/upstreamerror.h"
#include "shared/wire/jsonscan.h"

#include <QtEndian>

#include <optional>

namespace moe::dialect {

using json::Kind;
using json::Span;

namespace {

Error unreadable()
{
    return Error::of(ErrorCode::BadGateway, QStringLiteral("The model's server sent an unreadable embedding."));
}

// A vector as JSON: its own bytes, or base64. Nothing if an element is no number.
std::optional<QByteArray> written(QByteArrayView text, Span vector, EmbeddingFormat format)
{
    QByteArray floats;
    bool isNumeric = vector.kind == Kind::Array;
    json::forEachElement(text, vector, [&](Span element) {
        const auto number = json::real(text, element);
        isNumeric = number.has_value();
        if (isNumeric && format == EmbeddingFormat::Base64) {
            const float value = qToLittleEndian(float(*number));
            floats.append(reinterpret_cast<const char *>(&value), sizeof value);
        }
        return isNumeric;
    });
    if (!isNumeric)
        return {};
    return format == EmbeddingFormat::Base64 ? json::quoted(floats.toBase64()) : vector.in(text).toByteArray();
}

/// Without `counted` tokens the estimate counts.
EmbeddingsAnswer listOf(const EmbeddingsHead &head, const QByteArrayList &vectors, std::optional<qint64> counted)
{
    const qint64 tokens = counted.value_or(head.promptTokensEstimate);
    QByteArray out = "{\"object\":\"list\",\"data\":[";
    for (qsizetype index = 0; index < vectors.size(); ++index) {
        out += index > 0 ? ",{" : "{";
        out += "\"object\":\"embedding\",\"index\":" + QByteArray::number(index) + ",\"embedding\":" + vectors[index]
            + '}';
    }
    out += "],\"model\":" + json::quoted(head.model);
    out += ",\"usage\":{\"prompt_tokens\":" + QByteArray::number(tokens);
    out += ",\"total_tokens\":" + QByteArray::number(tokens) + "}}";
    return {out, {tokens, 0, !counted}};
}

}

Result<EmbeddingsAnswer> openAiEmbeddings(const EmbeddingsHead &head, QByteArrayView body, int status)
{
    const auto root = json::validate(body);
    if (status >= 400 || (root && json::member(body, *root, "error")))
        return failure(upstreamError(status, body));
    const auto embeddings = root ? json::member(body, *root, "embeddings") : std::nullopt;
    if (!embeddings || embeddings->kind != Kind::Array)
        return failure(unreadable());
    QByteArrayList vectors;
    bool isReadable = true;
    json::forEachElement(body, *embeddings, [&](Span vector) {
        const auto text = written(body, vector, head.format);
        isReadable = text.has_value();
        vectors.append(text.value_or(QByteArray()));
        return isReadable;
    });
    if (!isReadable)
        return failure(unreadable());
    const auto count = json::member(body, *root, "prompt_eval_count");
    auto counted = count ? json::integer(body, *count) : std::nullopt;
    if (counted && *counted < 0)
        counted.reset();
    return listOf(head, vectors, counted);
}

Result<EmbeddingsAnswer> openAiEmbeddingsFromOld(const EmbeddingsHead &head, const QByteArrayList &bodies)
{
    QByteArrayList vectors;
    for (const QByteArray &body : bodies) {
        const auto root = json::validate(body);
        const auto vector = root ? json::member(body, *root, "embedding") : std::nullopt;
        const auto text = vector ? written(body, *vector, head.format) : std::nullopt;
        if (!text)
            return failure(unreadable());
        vectors.append(*text);
    }
    return listOf(head, vectors, {});
}

}
