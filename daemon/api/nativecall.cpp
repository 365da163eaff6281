// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/nativecall.h"

#include "daemon/dialect/openaierror.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace moe::api {

namespace {

constexpr auto silenceBeforeBegin = 10s;
constexpr auto silenceBeforeHeartbeat = 14s; // checked every second: never more than 15

}

void describeCall(http::Exchange &exchange, const inference::CallInfo &info)
{
    if (!info.droppedFields.isEmpty())
        exchange.addHeader("x-moe-dropped", info.droppedFields.join(", "_L1).toUtf8());
    exchange.addHeader("x-moe-server", info.server.value().toUtf8());
}

StreamKeeper::StreamKeeper(http::Exchange &exchange, telemetry::Metrics &metrics)
    : m_exchange(exchange)
    , m_open(metrics.streamsOpen)
{
    m_timer.setTimerType(Qt::CoarseTimer);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { check(); });
    m_timer.start(1s);
}

void StreamKeeper::check()
{
    const auto now = std::chrono::steady_clock::now();
    if (!m_exchange.isStreaming()) {
        if (now - m_exchange.startedAt() >= silenceBeforeBegin)
            m_exchange.beginStream();
    } else if (now - m_exchange.lastSentAt() >= silenceBeforeHeartbeat) {
        m_exchange.sendHeartbeat();
    }
}

Result<http::HttpReply> endFailedStream(http::Exchange &exchange, Error error)
{
    if (!exchange.isStreaming())
        return failure(std::move(error));
    if (exchange.stopToken().stop_requested())
        return failure(Error::cancelled());
    if (error.code == ErrorCode::Cancelled)
        error = exchange.abortReason().value_or(
            Error::of(ErrorCode::Unavailable, u"The service is stopping; the answer is not complete."_s));
    exchange.endStreamWith(dialect::openAiErrorBody(error));
    return http::HttpReply::streamed();
}

Task<http::HttpReply> passOn(const Services *services, ExchangePtr exchange,
                             std::shared_ptr<inference::ChatStream> stream, telemetry::Route route,
                             RequestContext context)
{
    describeCall(*exchange, stream->info());
    if (!exchange->isStreaming())
        exchange->beginStream();
    services->metrics.timeToFirstToken.observe(route,
                                               std::chrono::duration_cast<std::chrono::microseconds>(
                                                   std::chrono::steady_clock::now() - exchange->startedAt()));
    for (;;) {
        auto event = co_await stream->next();
        if (!event)
            co_return endFailedStream(*exchange, std::move(event).error());
        if (!*event)
            break;
        exchange->sendData((*event)->chunk);
        if (exchange->isCongested()) {
            stream->setPaused(true);
            if (auto drained = co_await exchange->drained(context); !drained)
                co_return endFailedStream(*exchange, std::move(drained).error());
            stream->setPaused(false);
        }
    }
    exchange->endStream("[DONE]");
    co_return http::HttpReply::streamed();
}

}
