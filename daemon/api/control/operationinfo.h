// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/wire/control/endpoint.h"
#include "shared/wire/schema.h"

#include <vector>

namespace moe::api::control {

/// One operation as its document tells it.
struct OperationInfo {
    QLatin1StringView id;
    QLatin1StringView method;
    QLatin1StringView path;
    moe::control::Access access = moe::control::Access::Admin;
    QLatin1StringView summary;
    int status = 200;
    bool isVersioned = false;
    const wire::Schema *query = nullptr; ///< an Object, whose members are the parameters; none without any
    const wire::Schema *body = nullptr;  ///< none without a body, or if it is raw
    bool isBodyRaw = false;        ///< not JSON
    const wire::Schema *answer = nullptr; ///< none without an answer
};

template <typename Query, typename Body, typename Value>
[[nodiscard]] OperationInfo describe(const moe::control::Endpoint<Query, Body, Value> &endpoint)
{
    using moe::control::Nothing;
    OperationInfo info{endpoint.id,      endpoint.method, endpoint.path,        endpoint.access,
                       endpoint.summary, endpoint.status, endpoint.isVersioned, &wire::schemaOf<Query>};
    info.isBodyRaw = std::is_same_v<Body, moe::control::RawBody>;
    if constexpr (!std::is_same_v<Body, Nothing> && !std::is_same_v<Body, moe::control::RawBody>)
        info.body = &wire::schemaOf<Body>;
    if constexpr (!std::is_same_v<Value, Nothing>)
        info.answer = &wire::schemaOf<Value>;
    return info;
}

/// The OpenAPI 3.1 document of these operations.
[[nodiscard]] QByteArray openApiDocument(const std::vector<OperationInfo> &operations);

}
