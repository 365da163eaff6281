// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/api/handlers.h"
#include "daemon/http/httptypes.h"
#include "shared/async/offload.h"

#include <QTimer>

namespace moe::api {

/// Awaitable: reads a body; a large one on another thread, so that nobody else waits for it.
template <typename View, typename Bytes>
[[nodiscard]] auto parseBody(const QByteArray &body, Result<View> (*parse)(Bytes))
{
    return offloadIfLarge(body.size(), [body, parse] { return parse(body); });
}

/// Notes on the answer what became of the request on its way.
void describeCall(http::Exchange &exchange, const inference::CallInfo &info);

/// Keeps a streamed answer alive: begins it when the first word takes long, so that no proxy gives up, and sends a
/// comment when it falls silent. Counts it among the open ones. Belongs to a handler; ends with it.
class StreamKeeper
{
public:
    StreamKeeper(http::Exchange &exchange, telemetry::Metrics &metrics);
    StreamKeeper(const StreamKeeper &) = delete;
    StreamKeeper &operator=(const StreamKeeper &) = delete;

private:
    void check();

    http::Exchange &m_exchange;
    const telemetry::GaugeHold m_open;
    QTimer m_timer;
};

/// Passes a model's streamed answer on as server-sent events, up to "[DONE]" or an error frame.
[[nodiscard]] Task<http::HttpReply> passOn(const Services *services, ExchangePtr exchange,
                                           std::shared_ptr<inference::ChatStream> stream, telemetry::Route route,
                                           RequestContext context);

/// How a stream ends that fails: with a real status if nothing was sent, else with an error frame and nothing after it.
[[nodiscard]] Result<http::HttpReply> endFailedStream(http::Exchange &exchange, Error error);

}
