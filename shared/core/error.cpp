// SPDX-License-Identifier: Apache-2.0
#include "shared/core/error.h"

namespace moe {

QLatin1StringView errorCodeName(ErrorCode code)
{
    switch (code) {
    case ErrorCode::InvalidRequest: return QLatin1StringView("invalid_request");
    case ErrorCode::Unauthenticated: return QLatin1StringView("unauthenticated");
    case ErrorCode::PermissionDenied: return QLatin1StringView("permission_denied");
    case ErrorCode::NotFound: return QLatin1StringView("not_found");
    case ErrorCode::Conflict: return QLatin1StringView("conflict");
    case ErrorCode::TooLarge: return QLatin1StringView("too_large");
    case ErrorCode::RateLimited: return QLatin1StringView("rate_limited");
    case ErrorCode::BudgetExceeded: return QLatin1StringView("budget_exceeded");
    case ErrorCode::Cancelled: return QLatin1StringView("cancelled");
    case ErrorCode::Timeout: return QLatin1StringView("timeout");
    case ErrorCode::BadGateway: return QLatin1StringView("bad_gateway");
    case ErrorCode::Unavailable: return QLatin1StringView("unavailable");
    case ErrorCode::Internal: return QLatin1StringView("internal");
    }
    Q_UNREACHABLE_RETURN(QLatin1StringView());
}

Error::Error() = default;
Error::Error(const Error &other) = default;
Error::Error(Error &&other) noexcept = default;
Error &Error::operator=(const Error &other) = default;
Error &Error::operator=(Error &&other) noexcept = default;
Error::~Error() = default;

Error Error::of(ErrorCode code, QString message, QString reason)
{
    Error error;
    error.code = code;
    error.message = std::move(message);
    error.reason = std::move(reason);
    return error;
}

Error Error::invalid(QString message, QString param, QString reason)
{
    Error error = of(ErrorCode::InvalidRequest, std::move(message), std::move(reason));
    error.param = std::move(param);
    return error;
}

Error Error::cancelled() { return of(ErrorCode::Cancelled, QStringLiteral("The request was cancelled.")); }

Error Error::timeout(QString message) { return of(ErrorCode::Timeout, std::move(message)); }

Error Error::internal(QString message) { return of(ErrorCode::Internal, std::move(message)); }

Error Error::wrapped(QString outerMessage) const
{
    Error outer = *this;
    outer.message = std::move(outerMessage);
    outer.cause = std::make_shared<const Error>(*this);
    return outer;
}

}
