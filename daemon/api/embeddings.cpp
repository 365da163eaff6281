// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/handlers.h"

#include "daemon/api/nativecall.h"
#include "daemon/dialect/openairequest.h"

namespace moe::api {

Task<http::HttpReply> embeddings(const Services *, ExchangePtr exchange, AdmissionPtr admission, RequestContext context)
{
    const QByteArray body = exchange->request().body;
    CO_TRY(const dialect::EmbeddingsRequestView view, co_await parseBody(body, &dialect::parseEmbeddingsRequest));
    CO_TRY_VOID(admission->demandModel(QString::fromUtf8(view.model)));
    const inference::ChatCall call{QString::fromUtf8(view.model), body, view.promptTokensEstimate};
    CO_TRY(inference::EmbeddingAnswer answer, co_await admission->models().embed(call, context));
    describeCall(*exchange, answer.info);
    co_return http::HttpReply::json(std::move(answer.body));
}

}
