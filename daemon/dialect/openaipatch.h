// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

namespace moe::dialect {

/// What an OpenAI-compatible node is to be told differently from what the client said. Nothing: as the client said.
struct RequestPatch {
    std::optional<QByteArray> model;
    std::optional<bool> isStream;
    bool includeUsage = false; ///< sets `stream_options.include_usage`, so that the daemon learns the usage
};

/// The valid request `body` with the members of `patch` written over those that are there, or inserted in front. Every
/// other byte is kept, and a value that already says so as well: with nothing to change the bytes are identical.
/// `isStream` false with no `stream` member changes nothing, as that is the default.
[[nodiscard]] QByteArray patchedRequest(QByteArrayView body, const RequestPatch &patch);

}
