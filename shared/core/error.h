// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

#include <chrono>
#include <memory>
#include <optional>

namespace moe {

/// What kind of thing went wrong. Deliberately few: every place that maps codes (HTTP, exit status, retry policy)
/// switches over all of them without a default.
enum class ErrorCode {
    InvalidRequest,        ///< the caller's input is wrong; repeating it unchanged cannot help
    Unauthenticated,       ///< no, an unknown or a revoked key
    PermissionDenied,      ///< known caller, not allowed
    NotFound,              ///< no such thing, or none the caller may know of
    Conflict,              ///< the state does not allow it (duplicate, changed meanwhile, already running)
    TooLarge,              ///< a size limit of ours
    RateLimited,           ///< try again after `retryAfter`
    BudgetExceeded,        ///< a token budget is used up; trying again does not help
    Cancelled,             ///< the caller went away or asked to stop: an outcome, not a failure
    Timeout,               ///< a deadline passed
    BadGateway,            ///< an upstream answered something unusable
    Unavailable,           ///< nothing there that could serve it now; try again after `retryAfter`
    Internal,              ///< a bug of ours
};

/// Name as it appears in logs and metrics, such as "rate_limited".
[[nodiscard]] QLatin1StringView errorCodeName(ErrorCode code);

/// An expected failure. The message says what was attempted and what to do, in English; it never holds a secret, a
/// prompt or an upstream's address, because it may be shown to the caller.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    QString message;
    QString param;                                       ///< the request field at fault, such as "messages[0].role"
    QString reason; ///< machine-readable reason, such as "context_length_exceeded"
    std::optional<std::chrono::seconds> retryAfter; ///< when trying again makes sense
    std::shared_ptr<const Error> cause; ///< what it came from; for logs only

    // Not inline: every Result of every coroutine would have them again.
    Error();
    Error(const Error &other);
    Error(Error &&other) noexcept;
    Error &operator=(const Error &other);
    Error &operator=(Error &&other) noexcept;
    ~Error();

    [[nodiscard]] static Error invalid(QString message, QString param = {}, QString reason = {});
    [[nodiscard]] static Error cancelled();
    [[nodiscard]] static Error timeout(QString message);
    [[nodiscard]] static Error internal(QString message);
    [[nodiscard]] static Error of(ErrorCode code, QString message, QString reason = {});

    /// The same error seen from one level up: new message, the old one kept as cause.
    [[nodiscard]] Error wrapped(QString outerMessage) const;
};

}
