// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/http/headcheck.h"
#include "daemon/http/httptypes.h"
#include "shared/core/error.h"

/// How the tool server tells of errors: {"tool", "error", "error_code"}.
namespace moe::api {

/// `tool` is empty if no tool is meant.
[[nodiscard]] http::HttpReply toolFailure(const Error &error, const QString &tool);
/// Failures outside of any call.
[[nodiscard]] http::HttpReply toolErrorReply(const Error &error, QByteArrayView requestId);
/// The whole answer to a request that the listener refuses.
[[nodiscard]] QByteArray toolRefusalAnswer(const http::Refusal &refusal);

}
