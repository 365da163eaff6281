// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/api/handlers.h"
#include "daemon/dialect/openairequest.h"

namespace moe::api {

/// Answers a chat completion through the pipeline, streamed or whole.
[[nodiscard]] Task<http::HttpReply> orchestrated(const Services *services, ExchangePtr exchange, AdmissionPtr admission,
                                                 pipeline::Mode mode, dialect::ChatRequestView view,
                                                 RequestContext context);

}
