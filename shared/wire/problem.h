// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QByteArray>

namespace moe {

/// The type of the body below.
inline constexpr char ProblemContentType[] = "application/problem+json";

/// An error as a problem document (RFC 9457), as the control API answers it: `type`, `title`, `status`, `detail`, and
/// as extensions `code` (always), `param`, `reason`, `retry_after` in seconds and `request_id` where known.
[[nodiscard]] QByteArray problemDocument(const Error &error, const QByteArray &requestId = {});
/// The same with another status than the error's own.
[[nodiscard]] QByteArray problemDocument(const Error &error, const QByteArray &requestId, int status);

/// The error that a problem document tells of; for clients of the control API. Fails with BadGateway if `body` is none.
[[nodiscard]] Result<Error> errorFromProblem(QByteArrayView body);

}
