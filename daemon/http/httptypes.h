// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/error.h"

#include <QByteArray>
#include <QHostAddress>
#include <QHttpHeaders>
#include <QHttpServerRequest>

namespace moe::http {

using Method = QHttpServerRequest::Method;

/// A request as handlers see it: complete, within limits, its target split.
struct HttpRequest {
    Method method = Method::Unknown;
    QByteArray path;         ///< as sent, up to the question mark
    QByteArray tail;         ///< decoded; what follows the prefix of a prefix route
    QByteArray query;        ///< as sent, after the question mark
    QHttpHeaders headers;
    QByteArray body;
    QHostAddress peer;       ///< the client; behind a trusted proxy the address it names

    [[nodiscard]] QByteArrayView header(QHttpHeaders::WellKnownHeader name) const { return headers.value(name); }
    [[nodiscard]] QByteArrayView header(QAnyStringView name) const { return headers.value(name); }
};

/// A whole answer. Headers that every answer has (request id, length, date) are added by the boundary.
struct HttpReply {
    int status = 200;
    QByteArray body;
    QByteArray contentType = QByteArrayLiteral("application/json");
    QHttpHeaders headers;
    bool isStreamed = false; ///< the handler has streamed its answer; nothing here is sent

    [[nodiscard]] static HttpReply json(QByteArray body, int status = 200)
    {
        HttpReply reply;
        reply.status = status;
        reply.body = std::move(body);
        return reply;
    }
    [[nodiscard]] static HttpReply text(QByteArray body, QByteArray type)
    {
        HttpReply reply;
        reply.body = std::move(body);
        reply.contentType = std::move(type);
        return reply;
    }
    [[nodiscard]] static HttpReply streamed()
    {
        HttpReply reply;
        reply.isStreamed = true;
        return reply;
    }
};

}
