// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simnode/fields.h"
#include "tests/simnode/generationrequest.h"

#include <QByteArray>
#include <QJsonObject>

#include <expected>

namespace moe::sim {

/// The body as a JSON object; the error's problem says what is wrong with it.
[[nodiscard]] std::expected<QJsonObject, FieldError> parseBody(const QByteArray &body);

/// What a reader of a request found: the request, or the field at fault.
using RequestResult = std::expected<GenerationRequest, FieldError>;

/// Ollama's /api/chat. An old server knows `format` only as a string, and neither tools nor thinking.
[[nodiscard]] RequestResult readOllamaChat(const QJsonObject &body, bool isOld);
/// Ollama's /api/generate.
[[nodiscard]] RequestResult readOllamaGenerate(const QJsonObject &body, bool isOld);
/// `keep_alive`: seconds, or a duration such as "5m" or "-1s".
[[nodiscard]] KeepAlive readKeepAlive(Fields &fields);

/// /v1/chat/completions.
[[nodiscard]] RequestResult readOpenAiChat(const QJsonObject &body);
/// /v1/completions.
[[nodiscard]] RequestResult readOpenAiText(const QJsonObject &body);

/// The definitions in `tools`, checked; true if there are any.
[[nodiscard]] bool readTools(Fields &fields);

}
