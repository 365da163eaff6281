// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>

/// The language between moectl and the daemon on the same machine: over a local socket the client sends one request,
/// the daemon one answer, each a JSON document on one line; then the daemon closes.
///   {"command": "user.add", "arguments": {"name": "anna"}}
///   {"result": {…}}   or   {"error": {problem document}}
namespace moe::client {

/// Longest line, either way.
inline constexpr qint64 localLineLimit = 1024 * 1024;

/// File in the data directory that holds the socket's path while the daemon runs.
inline constexpr QLatin1StringView controlPathFile("control.path");

struct LocalRequest {
    QString command;        ///< such as "key.create"
    QJsonObject arguments;
};

[[nodiscard]] QByteArray encodeRequest(const LocalRequest &request);
/// InvalidRequest, saying what is wrong with it.
[[nodiscard]] Result<LocalRequest> decodeRequest(const QByteArray &line);

[[nodiscard]] QByteArray encodeAnswer(const Result<QJsonObject> &answer);
/// The daemon's result or its error; BadGateway if it is neither.
[[nodiscard]] Result<QJsonObject> decodeAnswer(const QByteArray &line);

/// RFC 9457, with our error code as "code" and the argument at fault as "param".
[[nodiscard]] QJsonObject problemDocument(const Error &error);

}
