// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/error.h"

#include <QByteArray>
#include <QList>

#include <utility>

namespace moe::dialect {

/// An error as an OpenAI client gets it before anything of the answer was sent.
struct ErrorReply {
    int status = 500;
    QByteArray body;
    QList<std::pair<QByteArray, QByteArray>> headers; ///< to be added: retry-after, x-should-retry
};

/// `{"error":{"message","type","param","code"}}`, all four always there. Also what the error frame of a stream holds.
[[nodiscard]] QByteArray openAiErrorBody(const Error &error);

/// The body with its status and the headers that steer the clients' own retries.
[[nodiscard]] ErrorReply openAiErrorReply(const Error &error);

/// That there is no such model, or none that this caller may know of.
[[nodiscard]] Error modelNotFound(const QString &model);

}
