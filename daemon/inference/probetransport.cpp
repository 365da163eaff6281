// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/probetransport.h"

#include "daemon/inference/upstreamerror.h"
#include "daemon/inference/wholeanswer.h"

using namespace Qt::StringLiterals;

namespace moe::inference {

namespace {

constexpr qsizetype probeLimit = 8 * 1024 * 1024;

UpstreamRequest requestTo(const ServerConfig &server, const QByteArray &path, const RequestContext &context)
{
    UpstreamRequest request;
    request.url = server.url + path;
    request.token = server.token;
    request.deadline = context.deadline;
    return request;
}

}

Task<QByteArray> CurlProbeTransport::get(ServerConfig server, QByteArray path, RequestContext context)
{
    return ask(requestTo(server, path, context), context);
}

Task<QByteArray> CurlProbeTransport::post(ServerConfig server, QByteArray path, QByteArray body, RequestContext context)
{
    UpstreamRequest request = requestTo(server, path, context);
    request.body = std::move(body);
    return ask(std::move(request), context);
}

Task<QByteArray> CurlProbeTransport::ask(UpstreamRequest request, RequestContext context)
{
    auto answer = co_await fetchWhole(&m_loop, std::move(request), probeLimit, context);
    if (!answer) {
        if (auto *const error = std::get_if<Error>(&answer.error()))
            co_return failure(std::move(*error));
        co_return failure(failureOf(std::get<TransferFailure>(answer.error())).error);
    }
    if (answer->status == 404)
        co_return failure(Error::of(ErrorCode::NotFound, u"The inference server does not know this path."_s));
    if (answer->status != 200)
        co_return failure(
            Error::of(ErrorCode::BadGateway, u"The inference server answered with status %1."_s.arg(answer->status)));
    co_return std::move(answer->body);
}

}
