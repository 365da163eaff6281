// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/http/headcheck.h"
#include "shared/async/task.h"
#include "shared/core/error.h"

#include <QByteArray>
#include <QHostAddress>
#include <QList>

#include <functional>
#include <utility>

namespace moe::http {

/// Request methods that routes may have.
enum class Method { Get, Head, Post, Put, Patch, Delete, Options, Other };

/// A request as handlers see it: complete, within limits, its target split.
struct HttpRequest {
    Method method = Method::Other;
    QByteArray path;         ///< as sent, up to the question mark
    QByteArray tail;         ///< decoded; what follows the prefix of a prefix route
    QByteArray query;        ///< as sent, after the question mark
    QByteArray head;         ///< as sent; use header()
    QByteArray body;
    int minorVersion = 1;    ///< of HTTP/1.x
    QHostAddress peer;       ///< the client; behind a trusted proxy the address it names

    /// The first header of that name, trimmed; empty if there is none.
    [[nodiscard]] QByteArrayView header(QByteArrayView name) const { return headerValue(head, name); }
};

/// A whole answer. Headers that every answer has (request id, length, date) are added by the boundary.
struct HttpReply {
    int status = 200;
    QByteArray body;
    QByteArray contentType = QByteArrayLiteral("application/json");
    QList<std::pair<QByteArray, QByteArray>> headers;
    bool isStreamed = false; ///< the handler has streamed its answer; nothing here is sent
    /// What is left to be done once the answer is out. The server waits for it when it drains, but stops it not:
    /// whoever gives it sees to that.
    std::function<QCoro::Task<>()> afterwards = {};

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
