// SPDX-License-Identifier: Apache-2.0
#include "shared/client/controltransport.h"

#include "shared/wire/control/accounts.h"
#include "shared/wire/control/operation.h"
#include "shared/wire/problem.h"

namespace moe::client {

using namespace std::chrono_literals;

namespace {

template <typename Query, typename Body, typename Answer>
bool isCallOf(const control::Request &request, const control::Endpoint<Query, Body, Answer> &endpoint)
{
    return request.path == QByteArrayView(endpoint.path) && request.method == QByteArrayView(endpoint.method);
}

}

std::chrono::seconds timeLimitOf(const control::Request &request)
{
    const bool isLong = isCallOf(request, control::importUsers) || isCallOf(request, control::createBackup);
    return isLong ? 600s : 30s;
}

QByteArray contentTypeOf(const control::Request &request)
{
    return isCallOf(request, control::importUsers) ? "text/csv" : "application/json";
}

Error errorOf(const control::Reply &reply)
{
    auto told = errorFromProblem(reply.body);
    if (!told)
        return Error::of(ErrorCode::BadGateway,
                         QStringLiteral("The server answered with status %1 and nothing that explains it. Is it a "
                                        "daemon's control API?")
                             .arg(reply.status));
    Error error = *std::move(told);
    if (!error.retryAfter)
        error.retryAfter = reply.retryAfter;
    return error;
}

std::chrono::milliseconds timeLeft(const RequestContext &context, std::chrono::milliseconds limit)
{
    if (context.deadline == Clock::Steady::max())
        return limit;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(context.deadline - std::chrono::steady_clock::now());
    return std::clamp(left, std::chrono::milliseconds(0), limit);
}

}
