// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/dialect/ollamacapabilities.h"
#include "daemon/dialect/ollamarequest.h"
#include "shared/wire/jsoncursor.h"

#include <functional>
#include <span>

namespace moe::dialect {

/// Walks over the members of an OpenAI request by a table of capabilities and gathers what every request to Ollama
/// has: options, dropped fields, `n`. Fields that are mapped in a way of their own are handed to the caller.
class OllamaFields
{
public:
    /// Takes one mapped field whose target is no plain option.
    using OnMapped = std::function<Result<void>(QByteArrayView field, json::Span value)>;

    OllamaFields(QByteArrayView body, const OllamaTarget &target) : m_body(body), m_target(target) { }

    [[nodiscard]] Result<void> walk(std::span<const FieldCapability> capabilities, const OnMapped &onMapped);

    /// Reports a field, or a part of one, as left out. Names that are not fit for a header are not repeated.
    void drop(QByteArrayView field);

    /// Finishes the request: `members` are those of the caller, without braces and comma at the end.
    [[nodiscard]] OllamaRequest finish(QByteArrayView members) const;

private:
    Result<void> take(const FieldCapability &capability, json::Span value, const OnMapped &onMapped);
    void takeOption(const FieldCapability &capability, json::Span value);

    QByteArrayView m_body;
    const OllamaTarget &m_target;
    QByteArray m_options;
    QByteArray m_maxTokens;
    QStringList m_dropped;
    int m_choiceCount = 1;
};

/// An error that says that a field cannot be honoured by the node.
[[nodiscard]] Error unsupportedField(const QString &param, const QString &why);

/// The messages of a chat request in Ollama's terms: a JSON array.
[[nodiscard]] Result<QByteArray> ollamaMessages(QByteArrayView body, json::Span messages);

}
