// SPDX-License-Identifier: Apache-2.0
#include "shared/wire/httpstatus.h"

namespace moe {

using namespace Qt::StringLiterals;

int httpStatus(ErrorCode code)
{
    switch (code) {
    case ErrorCode::InvalidRequest: return 400;
    case ErrorCode::Unauthenticated: return 401;
    case ErrorCode::PermissionDenied: return 403;
    case ErrorCode::NotFound: return 404;
    case ErrorCode::Conflict: return 409;
    case ErrorCode::TooLarge: return 413;
    case ErrorCode::RateLimited: return 429;
    case ErrorCode::BudgetExceeded: return 429;
    case ErrorCode::Cancelled: return 499; // nobody is left to read it; proxies' logs know the number
    case ErrorCode::Timeout: return 504;
    case ErrorCode::BadGateway: return 502;
    case ErrorCode::Unavailable: return 503;
    case ErrorCode::Internal: return 500;
    }
    Q_UNREACHABLE_RETURN(500);
}

QLatin1StringView httpReason(int status)
{
    switch (status) {
    case 400: return "Bad Request"_L1;
    case 401: return "Unauthorized"_L1;
    case 403: return "Forbidden"_L1;
    case 404: return "Not Found"_L1;
    case 405: return "Method Not Allowed"_L1;
    case 409: return "Conflict"_L1;
    case 412: return "Precondition Failed"_L1;
    case 413: return "Content Too Large"_L1;
    case 422: return "Unprocessable Content"_L1;
    case 429: return "Too Many Requests"_L1;
    case 499: return "Client Closed Request"_L1;
    case 500: return "Internal Server Error"_L1;
    case 502: return "Bad Gateway"_L1;
    case 503: return "Service Unavailable"_L1;
    case 504: return "Gateway Timeout"_L1;
    default: return "Error"_L1;
    }
}

}
