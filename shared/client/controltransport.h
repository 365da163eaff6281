// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/context.h"
#include "shared/async/task.h"
#include "shared/wire/control/message.h"

#include <QByteArrayView>

#include <functional>

namespace moe::client {

/// Carries requests to a daemon's control API and its replies back. Outlives the tasks it has begun; one thread.
class ControlTransport
{
public:
    ControlTransport() = default;
    ControlTransport(const ControlTransport &) = delete;
    ControlTransport &operator=(const ControlTransport &) = delete;
    virtual ~ControlTransport() = default;

    /// The daemon's reply, also if it refuses. Fails only where there is none: Unavailable, Timeout, TooLarge,
    /// BadGateway.
    [[nodiscard]] virtual Task<control::Reply> send(control::Request request, RequestContext context) = 0;

    /// The live feed from after `lastEventId`: hands on what arrives, as it comes, until the daemon ends it. Conflict
    /// where the transport has none.
    [[nodiscard]] virtual Task<void> listen(QByteArray lastEventId, std::function<void(QByteArrayView)> onBytes,
                                            RequestContext context)
        = 0;
};

/// How long the daemon may take for a request: minutes for imports and backups, else half a minute.
[[nodiscard]] std::chrono::seconds timeLimitOf(const control::Request &request);

/// The media type of its body.
[[nodiscard]] QByteArray contentTypeOf(const control::Request &request);

/// What a reply that is no success tells; BadGateway if it is no problem document.
[[nodiscard]] Error errorOf(const control::Reply &reply);

/// What is left until the context's deadline, at most `limit`.
[[nodiscard]] std::chrono::milliseconds timeLeft(const RequestContext &context, std::chrono::milliseconds limit);

}
