// SPDX-License-Identifier: Apache-2.0
#include "shared/async/context.h"

namespace moe {

RequestContext::RequestContext() = default;
RequestContext::RequestContext(const RequestContext &other) = default;
RequestContext::RequestContext(RequestContext &&other) noexcept = default;
RequestContext &RequestContext::operator=(const RequestContext &other) = default;
RequestContext &RequestContext::operator=(RequestContext &&other) noexcept = default;
RequestContext::~RequestContext() = default;

}
