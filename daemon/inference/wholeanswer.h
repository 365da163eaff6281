// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/inference/curlloop.h"
#include "shared/async/context.h"
#include "shared/async/task.h"

#include <expected>
#include <variant>

namespace moe::inference {

/// Status and body of an answer read to its end.
struct FetchedAnswer {
    int status = 0;
    QByteArray body;
    std::chrono::microseconds timeToFirstByte{0};
};

/// A transfer that failed, or was given up because the context said so (Cancelled).
using FetchFailure = std::variant<TransferFailure, Error>;

/// Sends a request and reads the answer, at most `bodyLimit` bytes of it.
[[nodiscard]] QCoro::Task<std::expected<FetchedAnswer, FetchFailure>>
fetchWhole(CurlLoop *loop, UpstreamRequest request, qsizetype bodyLimit, RequestContext context);

}
