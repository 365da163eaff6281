// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/inference/curlloop.h"
#include "daemon/inference/schedule.h"

namespace moe::inference {

/// Why an attempt on one server failed, and what follows from it.
struct AttemptFailure {
    Error error;                      ///< for the caller, should no other server be left
    std::optional<NodeFault> fault;   ///< counts against the server; nothing: it is the caller's matter
    bool mayTryNext = false;          ///< another server could do better
};

/// From what became of the connection. Another server may be asked even if part of the answer came: whoever already
/// gave out some of it does not ask.
[[nodiscard]] AttemptFailure failureOf(TransferFailure failure);
/// From an answer with another status than 200.
[[nodiscard]] AttemptFailure failureOfStatus(int status, QByteArrayView body, const Server &server);
/// From an answer with status 200 that cannot be used, or says itself that something went wrong.
[[nodiscard]] AttemptFailure failureOfAnswer(Error error);

/// What a server says, fit for a caller: bounded, one line, without addresses.
[[nodiscard]] QString cleanedMessage(const QString &message, const Server &server);

}
