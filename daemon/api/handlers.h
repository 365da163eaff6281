// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/api/admission.h"
#include "daemon/api/services.h"
#include "daemon/http/exchange.h"
#include "shared/async/context.h"
#include "shared/async/task.h"

// One function for each resource, each in a file of its own name.
namespace moe::api {

using ExchangePtr = std::shared_ptr<http::Exchange>;

[[nodiscard]] Task<http::HttpReply> health(const Services *services, ExchangePtr exchange, RequestContext context);
[[nodiscard]] Task<http::HttpReply> ready(const Services *services, ExchangePtr exchange, RequestContext context);
[[nodiscard]] Task<http::HttpReply> metrics(const Services *services, std::function<QByteArray()> metricsToken,
                                            ExchangePtr exchange, RequestContext context);

// These want a key.
[[nodiscard]] Task<http::HttpReply> listModels(const Services *services, ExchangePtr exchange, AdmissionPtr admission,
                                               RequestContext context);
[[nodiscard]] Task<http::HttpReply> findModel(const Services *services, ExchangePtr exchange, AdmissionPtr admission,
                                              RequestContext context);
[[nodiscard]] Task<http::HttpReply> chatCompletions(const Services *services, ExchangePtr exchange,
                                                    AdmissionPtr admission, RequestContext context);
[[nodiscard]] Task<http::HttpReply> completions(const Services *services, ExchangePtr exchange, AdmissionPtr admission,
                                                RequestContext context);
[[nodiscard]] Task<http::HttpReply> embeddings(const Services *services, ExchangePtr exchange, AdmissionPtr admission,
                                               RequestContext context);

}
