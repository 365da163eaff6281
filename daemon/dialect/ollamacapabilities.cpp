// SPDX-License-Identifier: Apache-2.0
#include "daemon/dialect/ollamacapabilities.h"

namespace moe::dialect {

namespace {

using enum Treatment;

constexpr FieldCapability Chat[] = {
    {"model", Mapped, "model", {}},
    {"messages", Mapped, "messages; images only as data: URLs", {}},
    {"stream", Mapped, "stream", {}},
    {"tools", Mapped, "tools of type function; others are dropped", {}},
    {"tool_choice", Mapped, "auto: tools; none: no tools; anything else is refused", "\"auto\""},
    {"response_format", Mapped, "format; json where the node knows no schemas", {}},
    {"reasoning_effort", Mapped, "think, if the model can; else dropped", {}},
    {"max_tokens", Mapped, "options.num_predict", {}},
    {"max_completion_tokens", Mapped, "options.num_predict", {}},
    {"stop", Mapped, "options.stop", {}},
    {"temperature", Mapped, "options.temperature", {}},
    {"top_p", Mapped, "options.top_p", {}},
    {"top_k", Mapped, "options.top_k", {}},
    {"min_p", Mapped, "options.min_p", {}},
    {"seed", Mapped, "options.seed", {}},
    {"frequency_penalty", Mapped, "options.frequency_penalty", {}},
    {"presence_penalty", Mapped, "options.presence_penalty", {}},
    {"n", Emulated, "as many calls side by side", {}},
    {"stream_options", Emulated, "the usage chunk is written by the daemon", {}},
    {"parallel_tool_calls", Dropped, {}, "true"},
    {"metadata", Dropped, {}, {}},
    {"prediction", Dropped, {}, {}},
    {"prompt_cache_key", Dropped, {}, {}},
    {"safety_identifier", Dropped, {}, {}},
    {"service_tier", Dropped, {}, "\"auto\""},
    {"store", Dropped, {}, {}},
    {"user", Dropped, {}, {}},
    {"verbosity", Dropped, {}, {}},
    {"audio", Refused, {}, {}},
    {"function_call", Refused, "use tool_choice", "\"auto\""},
    {"functions", Refused, "use tools", {}},
    {"logit_bias", Refused, {}, {}},
    {"logprobs", Refused, {}, {}},
    {"modalities", Refused, {}, "[\"text\"]"},
    {"top_logprobs", Refused, {}, {}},
    {"web_search_options", Refused, {}, {}},
};

constexpr FieldCapability Completion[] = {
    {"model", Mapped, "model", {}},
    {"prompt", Mapped, "prompt; one text, no tokens", {}},
    {"stream", Mapped, "stream", {}},
    {"suffix", Mapped, "suffix", {}},
    {"max_tokens", Mapped, "options.num_predict", {}},
    {"stop", Mapped, "options.stop", {}},
    {"temperature", Mapped, "options.temperature", {}},
    {"top_p", Mapped, "options.top_p", {}},
    {"top_k", Mapped, "options.top_k", {}},
    {"min_p", Mapped, "options.min_p", {}},
    {"seed", Mapped, "options.seed", {}},
    {"frequency_penalty", Mapped, "options.frequency_penalty", {}},
    {"presence_penalty", Mapped, "options.presence_penalty", {}},
    {"n", Emulated, "as many calls side by side", {}},
    {"stream_options", Emulated, "the usage chunk is written by the daemon", {}},
    {"user", Dropped, {}, {}},
    {"best_of", Refused, {}, "1"},
    {"echo", Refused, {}, {}},
    {"logit_bias", Refused, {}, {}},
    {"logprobs", Refused, {}, {}},
};

constexpr FieldCapability Embeddings[] = {
    {"model", Mapped, "model", {}},
    {"input", Mapped, "input; texts, no tokens", {}},
    {"dimensions", Mapped, "dimensions; refused where the node knows only /api/embeddings", {}},
    {"encoding_format", Emulated, "base64 is written by the daemon", {}},
    {"user", Dropped, {}, {}},
};

}

QByteArrayView treatmentName(Treatment treatment)
{
    switch (treatment) {
    case Mapped: return "mapped";
    case Emulated: return "emulated";
    case Dropped: return "dropped";
    case Refused: return "refused";
    }
    Q_UNREACHABLE_RETURN({});
}

std::span<const FieldCapability> ollamaChatCapabilities() { return Chat; }

std::span<const FieldCapability> ollamaCompletionCapabilities() { return Completion; }

std::span<const FieldCapability> ollamaEmbeddingsCapabilities() { return Embeddings; }

QByteArray capabilityTable(std::span<const FieldCapability> capabilities)
{
    QByteArray out = "| Field | Treatment | How |\n|---|---|---|\n";
    for (const FieldCapability &row : capabilities) {
        out += "| `";
        out += row.field;
        out += "` | ";
        out += treatmentName(row.treatment);
        out += " | ";
        out += row.target;
        out += " |\n";
    }
    return out;
}

}
