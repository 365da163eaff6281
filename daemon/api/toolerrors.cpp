// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/toolerrors.h"

#include "shared/core/ids.h"
#include "shared/wire/httpstatus.h"
#include "shared/wire/jsonscan.h"

using namespace Qt::StringLiterals;

namespace moe::api {

namespace {

constexpr std::chrono::seconds usualRetryAfter{2}; // when an error that is worth another try does not say

QByteArray bodyOf(const Error &error, const QString &tool)
{
    const QString code = error.reason.isEmpty() ? QString(errorCodeName(error.code)) : error.reason;
    QByteArray body = "{";
    if (!tool.isEmpty())
        body += R"("tool":)" + json::quoted(tool.toUtf8()) + ',';
    return body + R"("error":)" + json::quoted(error.message.toUtf8()) + R"(,"error_code":)"
        + json::quoted(code.toUtf8()) + '}';
}

/// A tool that is too slow is the call's fault, not that of something behind us.
int statusOf(ErrorCode code) { return code == ErrorCode::Timeout ? 408 : httpStatus(code); }

}

http::HttpReply toolFailure(const Error &error, const QString &tool)
{
    http::HttpReply reply = http::HttpReply::json(bodyOf(error, tool), statusOf(error.code));
    if (error.code == ErrorCode::Unauthenticated)
        reply.headers.emplaceBack("www-authenticate", "Bearer");
    if (error.code == ErrorCode::RateLimited || error.code == ErrorCode::Unavailable)
        reply.headers.append(
            {"retry-after", QByteArray::number(qint64(error.retryAfter.value_or(usualRetryAfter).count()))});
    return reply;
}

http::HttpReply toolErrorReply(const Error &error, QByteArrayView) { return toolFailure(error, {}); }

QByteArray toolRefusalAnswer(const http::Refusal &refusal)
{
    Error error = Error::invalid(QString(refusal.reason));
    if (refusal.status == 413)
        error.code = ErrorCode::TooLarge;
    const QByteArray body = bodyOf(error, {});
    return "HTTP/1.1 " + QByteArray::number(refusal.status)
        + " Refused\r\nContent-Type: application/json\r\nx-request-id: " + newRequestId()
        + "\r\nConnection: close\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

}
