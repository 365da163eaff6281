// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/telemetry/instruments.h"
#include "shared/core/error.h"

// Every label a metric may carry, with all its values. Nothing a client types becomes a label.
namespace moe::telemetry {

/// What was asked for; a path that is none of ours is Other.
enum class Route {
    ChatCompletions,
    Completions,
    Embeddings,
    Messages,
    CountTokens,
    Models,
    Health,
    Ready,
    Metrics,
    Control,
    Tools,
    Mcp,
    Other,
};
template <>
struct Axis<Route> {
    static constexpr const char *label = "route";
    static constexpr std::array names{
        "chat_completions", "completions", "embeddings", "messages", "count_tokens", "models", "health", "ready",
        "metrics",          "control",     "tools",      "mcp",      "other"};
};

/// A HTTP status; those we never send fold into one.
enum class StatusSlot : std::size_t { };
template <>
struct Axis<StatusSlot> {
    static constexpr const char *label = "code";
    static constexpr std::array names{"200", "201", "202", "204", "400", "401", "403",  "404",
                                      "405", "408", "409", "413", "415", "422", "429",  "431",
                                      "499", "500", "501", "502", "503", "504", "other"};
};
[[nodiscard]] StatusSlot statusSlot(int status);

/// How a call to an inference server ended.
enum class UpstreamOutcome { Ok, Refused, Cancelled, Timeout, BadAnswer, Unreachable, Failed };
template <>
struct Axis<UpstreamOutcome> {
    static constexpr const char *label = "outcome";
    static constexpr std::array names{"ok", "refused", "cancelled", "timeout", "bad_answer", "unreachable", "failed"};
};
[[nodiscard]] UpstreamOutcome upstreamOutcome(ErrorCode code);

enum class AuthFailure { Missing, Malformed, Unknown, Revoked, Expired, Forbidden };
template <>
struct Axis<AuthFailure> {
    static constexpr const char *label = "reason";
    static constexpr std::array names{"missing", "malformed", "unknown", "revoked", "expired", "forbidden"};
};

enum class TokenKind { Prompt, Completion };
template <>
struct Axis<TokenKind> {
    static constexpr const char *label = "kind";
    static constexpr std::array names{"prompt", "completion"};
};

/// As seen from the client's connection.
enum class Direction { Received, Sent };
template <>
struct Axis<Direction> {
    static constexpr const char *label = "direction";
    static constexpr std::array names{"received", "sent"};
};

}
