// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/wire/control/message.h"

#include <QLatin1StringView>

/// The language between moectl and the daemon on the same machine: over a local socket the client sends one request of
/// the control API, the daemon one reply, each a JSON document on one line; then the daemon closes.
///   {"method": "POST", "path": "/control/v1/users", "query": "", "body": "{\"name\":\"anna\"}", "if_match": ""}
///   {"status": 201, "body": "{…}", "content_type": "application/json", "etag": "", "location": "…"}
namespace moe::client {

/// Longest line, either way.
inline constexpr qint64 localLineLimit = 16 * 1024 * 1024;

/// File in the data directory that holds the socket's path while the daemon runs.
inline constexpr QLatin1StringView controlPathFile("control.path");

/// With the line's end.
[[nodiscard]] QByteArray encodeRequest(const control::Request &request);
/// InvalidRequest, saying what is wrong with it.
[[nodiscard]] Result<control::Request> decodeRequest(QByteArrayView line);

/// With the line's end.
[[nodiscard]] QByteArray encodeReply(const control::Reply &reply);
/// BadGateway if it is none.
[[nodiscard]] Result<control::Reply> decodeReply(QByteArrayView line);

/// The reply to a request that could not be read.
[[nodiscard]] control::Reply replyOf(const Error &error, const QByteArray &requestId);

}
