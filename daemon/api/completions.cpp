// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/handlers.h"

#include "daemon/api/nativecall.h"
#include "daemon/dialect/openairequest.h"

namespace moe::api {

Task<http::HttpReply> completions(const Services *services, ExchangePtr exchange, AdmissionPtr admission,
                                  RequestContext context)
{
    const QByteArray body = exchange->request().body;
    CO_TRY(const dialect::CompletionRequestView view, co_await parseBody(body, &dialect::parseCompletionRequest));
    CO_TRY_VOID(admission->demandModel(QString::fromUtf8(view.model)));
    inference::ChatCall call{QString::fromUtf8(view.model), body, view.promptTokensEstimate};
    call.length = {view.maxTokens, view.choiceCount, view.hasMaxTokens};
    if (!view.isStream) {
        CO_TRY(inference::ChatAnswer answer, co_await admission->models().completeText(std::move(call), context));
        describeCall(*exchange, answer.info);
        co_return http::HttpReply::json(std::move(answer.body));
    }
    const StreamKeeper keeper(*exchange, services->metrics);
    auto stream = co_await admission->models().streamText(std::move(call), context);
    if (!stream)
        co_return endFailedStream(*exchange, std::move(stream).error());
    co_return co_await passOn(services, exchange, *std::move(stream), telemetry::Route::Completions, context);
}

}
