// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/integration/mcp/fixtureserver.h"
#include "tests/support/rawhttpclient.h"

#include <QJsonObject>

/// What a client of the protocol sends, and how it gets its answers.
namespace moe::test {

/// With the key, unless another Authorization is among the headers.
HttpResponse postTo(quint16 port, const QByteArray &body, const RawHttpClient::Headers &more = {},
                    const QByteArray &path = "/mcp");
/// A new session's id.
[[nodiscard]] QByteArray beginSession(quint16 port, QByteArrayView revision);
/// The headers of a request that belongs to a session.
[[nodiscard]] RawHttpClient::Headers within(const QByteArray &session,
                                            const QByteArray &accept = "application/json, text/event-stream");
/// The older transport's stream, up to its first event.
[[nodiscard]] bool openOlder(RawHttpClient &stream, quint16 port);

[[nodiscard]] QByteArray callOf(const char *id, const char *tool);
[[nodiscard]] QJsonObject objectOf(const QByteArray &json);

}
