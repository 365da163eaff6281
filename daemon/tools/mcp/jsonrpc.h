// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QList>

/// JSON-RPC 2.0: taking messages apart and putting them together. What they carry stays JSON text.
namespace moe::tools::mcp {

/// The codes of the standard.
enum class RpcCode {
    ParseError = -32700,
    InvalidRequest = -32600,
    MethodNotFound = -32601,
    InvalidParams = -32602,
    InternalError = -32603,
    ServerError = -32000,
};

/// One message, or what came in the place of one.
struct Message {
    enum class Kind {
        Request,
        Notification,
        Result,  ///< answers a request of ours
        Failure, ///< likewise, with an error
        Invalid, ///< to be answered with InvalidRequest and `fault`
    };

    Kind kind = Kind::Invalid;
    QByteArray id = QByteArrayLiteral("null"); ///< JSON text: a string or a whole number
    QByteArray method;
    QByteArray params; ///< JSON text of an object; empty: none
    QByteArray answer; ///< JSON text: of a Result its value, of a Failure its error
    QString fault;
};

/// A body: one message or several.
struct Messages {
    QList<Message> list; ///< at least one
    bool isBatch = false;
};

/// How many a batch may have.
inline constexpr qsizetype largestBatch = 50;

/// Fails if the text is no JSON at all: ParseError. Everything else is in the messages.
[[nodiscard]] Result<Messages> readMessages(QByteArrayView text);

[[nodiscard]] QByteArray requestText(QByteArrayView id, QByteArrayView method, QByteArrayView params);
[[nodiscard]] QByteArray notificationText(QByteArrayView method, QByteArrayView params);
[[nodiscard]] QByteArray resultText(QByteArrayView id, QByteArrayView result);
/// `data` is JSON text; empty: none.
[[nodiscard]] QByteArray errorText(QByteArrayView id, RpcCode code, const QString &message, QByteArrayView data = {});
/// What a handler failed with, as the one who asked is told; its code in `data.error_code`.
[[nodiscard]] QByteArray errorText(QByteArrayView id, const Error &error);

}
