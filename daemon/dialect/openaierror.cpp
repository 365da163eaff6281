// SPDX-License-Identifier: Apache-2.0
#include "daemon/dialect/openaierror.h"

#include "shared/wire/httpstatus.h"
#include "shared/wire/jsonscan.h"

namespace moe::dialect {

namespace {

// When an error that is worth another try does not say when.
constexpr std::chrono::seconds DefaultRetryAfter{2};

struct Naming {
    QByteArrayView type;
    QByteArrayView code; ///< unless the error has a reason of its own; empty: null
};

Naming namingOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::InvalidRequest: return {"invalid_request_error", {}};
    case ErrorCode::Unauthenticated: return {"authentication_error", "invalid_api_key"};
    case ErrorCode::PermissionDenied: return {"permission_denied", "permission_denied"};
    case ErrorCode::NotFound: return {"not_found_error", {}};
    case ErrorCode::Conflict: return {"conflict", "conflict"};
    case ErrorCode::TooLarge: return {"request_too_large", "request_too_large"};
    case ErrorCode::RateLimited: return {"rate_limit_exceeded", "rate_limit_exceeded"};
    case ErrorCode::BudgetExceeded: return {"insufficient_quota", "budget_exceeded"};
    case ErrorCode::Cancelled: return {"cancelled", "cancelled"};
    case ErrorCode::Timeout: return {"timeout", "timeout"};
    case ErrorCode::BadGateway: return {"server_error", "bad_gateway"};
    case ErrorCode::Unavailable: return {"server_error", "service_unavailable"};
    case ErrorCode::Internal: return {"server_error", {}};
    }
    Q_UNREACHABLE_RETURN({});
}

void appendMember(QByteArray &out, QByteArrayView key, const QByteArray &value)
{
    out += ",\"";
    out += key;
    out += "\":";
    if (value.isEmpty())
        out += "null";
    else
        json::appendQuoted(out, value);
}

}

QByteArray openAiErrorBody(const Error &error)
{
    const Naming naming = namingOf(error.code);
    QByteArray out = "{\"error\":{\"message\":";
    json::appendQuoted(out, error.message.toUtf8());
    appendMember(out, "type", naming.type.toByteArray());
    appendMember(out, "param", error.param.toUtf8());
    appendMember(out, "code", error.reason.isEmpty() ? naming.code.toByteArray() : error.reason.toUtf8());
    out += "}}";
    return out;
}

ErrorReply openAiErrorReply(const Error &error)
{
    ErrorReply reply{httpStatus(error.code), openAiErrorBody(error), {}};
    if (error.code == ErrorCode::BudgetExceeded) {
        reply.headers.emplaceBack("x-should-retry", "false");
        return reply;
    }
    const bool isWorthRetrying = error.code == ErrorCode::RateLimited || error.code == ErrorCode::Unavailable;
    if (isWorthRetrying || error.retryAfter) {
        const auto seconds = error.retryAfter.value_or(DefaultRetryAfter).count();
        reply.headers.emplaceBack("retry-after", QByteArray::number(qint64(seconds)));
    }
    return reply;
}

Error modelNotFound(const QString &model)
{
    Error error = Error::of(ErrorCode::NotFound,
                            QStringLiteral("The model '%1' does not exist or you do not have access to it.").arg(model),
                            QStringLiteral("model_not_found"));
    error.param = QStringLiteral("model");
    return error;
}

}
