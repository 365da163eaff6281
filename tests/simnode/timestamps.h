// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>

#include <chrono>

namespace moe::sim {

/// "2026-11-21T03:59:17.952385826Z", as Ollama dates its frames.
[[nodiscard]] QByteArray rfc3339(std::chrono::system_clock::time_point when);
[[nodiscard]] QByteArray rfc3339Now();
/// "Sat, 21 Nov 2026 03:58:17 GMT"
[[nodiscard]] QByteArray httpDateNow();

}
