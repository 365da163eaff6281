// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <span>

namespace moe::dialect {

/// What becomes of a field of an OpenAI request that a node speaking Ollama's own API serves.
enum class Treatment {
    Mapped,   ///< the node is told, in its own terms
    Emulated, ///< the daemon does it itself
    Dropped,  ///< left out and reported in `x-moe-dropped`: the answer is still what was asked for
    Refused,  ///< a 400 that names the field: leaving it out would change what the answer means
};

[[nodiscard]] QByteArrayView treatmentName(Treatment treatment);

/// One row of the table of capabilities.
struct FieldCapability {
    QByteArrayView field;
    Treatment treatment = Treatment::Dropped;
    QByteArrayView target;  ///< where it goes ("options.seed"), or how it is done
    QByteArrayView neutral; ///< JSON of the value that asks for nothing; empty: false, 0, {} and []. null always does
};

/// The tables that the translation is driven by. A field that is in none of them is dropped.
[[nodiscard]] std::span<const FieldCapability> ollamaChatCapabilities();
[[nodiscard]] std::span<const FieldCapability> ollamaCompletionCapabilities();
[[nodiscard]] std::span<const FieldCapability> ollamaEmbeddingsCapabilities();

/// A table in Markdown, for the manual.
[[nodiscard]] QByteArray capabilityTable(std::span<const FieldCapability> capabilities);

}
