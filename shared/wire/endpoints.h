// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLatin1StringView>

/// Paths of the API that clients speak, and of the daemon's own pages.
namespace moe::endpoints {

inline constexpr QLatin1StringView Health("/health");
inline constexpr QLatin1StringView Ready("/ready");
inline constexpr QLatin1StringView Metrics("/metrics");

inline constexpr QLatin1StringView Models("/v1/models");
inline constexpr QLatin1StringView Model("/v1/models/"); ///< followed by the id
inline constexpr QLatin1StringView ChatCompletions("/v1/chat/completions");
inline constexpr QLatin1StringView Completions("/v1/completions");
inline constexpr QLatin1StringView Embeddings("/v1/embeddings");

// The tool server's.
inline constexpr QLatin1StringView Tools("/tools");
inline constexpr QLatin1StringView Invoke("/invoke");
inline constexpr QLatin1StringView Mcp("/mcp");
inline constexpr QLatin1StringView McpSse("/mcp/sse"); ///< the older transport

}
