// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/authenticate.h"

#include "shared/core/text.h"

using namespace Qt::StringLiterals;

namespace moe::api {

namespace {

QByteArrayView bearerToken(QByteArrayView authorization)
{
    constexpr qsizetype schemeSize = 7;
    if (authorization.size() <= schemeSize || !equalsIgnoringCase(authorization.first(schemeSize), "Bearer "))
        return {};
    return trimmedBlank(authorization.sliced(schemeSize));
}

struct Rejection {
    telemetry::AuthFailure why;
    QString message;
};

std::expected<Principal, Rejection> principalOf(const Services &services, const http::HttpRequest &request)
{
    if (services.checks == Checks::None)
        return Principal();
    const QByteArrayView bearer = bearerToken(request.header("authorization"));
    const QByteArrayView apiKey = request.header("x-api-key");
    if (bearer.isEmpty() && apiKey.isEmpty())
        return std::unexpected(
            Rejection{telemetry::AuthFailure::Missing,
                      u"No API key was given. Send it as \"Authorization: Bearer …\" or \"x-api-key: …\"."_s});
    if (!bearer.isEmpty() && !apiKey.isEmpty() && bearer != apiKey)
        return std::unexpected(
            Rejection{telemetry::AuthFailure::Malformed, u"Two different API keys were given; send one."_s});
    if (auto principal = services.keys.verify(bearer.isEmpty() ? apiKey : bearer, services.clock.system()))
        return *std::move(principal);
    return std::unexpected(Rejection{
        telemetry::AuthFailure::Unknown,
        u"The API key is not valid: it is mistyped, revoked or expired. Ask your administrator for a new one."_s});
}

}

Result<Principal> authenticate(const Services &services, const http::HttpRequest &request)
{
    auto principal = principalOf(services, request);
    if (principal)
        return *std::move(principal);
    services.metrics.authFailures.add(principal.error().why);
    return failure(Error::of(ErrorCode::Unauthenticated, std::move(principal).error().message, u"invalid_api_key"_s));
}

bool hasValidKey(const Services &services, const http::HttpRequest &request)
{
    return principalOf(services, request).has_value();
}

}
