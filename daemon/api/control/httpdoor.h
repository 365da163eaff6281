// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/api/control/operationtable.h"
#include "daemon/api/eventfeed.h"
#include "daemon/http/httpserver.h"
#include "shared/async/runon.h"

/// The control API over HTTP: sessions as bearer tokens, operations done on the main thread, the live feed.
namespace moe::api::control {

/// What I/O threads know of the control API. Thread-safe; everything outlives them.
struct HttpDoor {
    const OperationTable &table;
    const LoopHandle &mainLoop; ///< where the operations run
    accounts::SessionDirectory &sessions;
    EventFeed &events;
    const Clock &clock;
};

/// Everything below /control/v1/.
[[nodiscard]] std::vector<http::Route> controlApiRoutes(const HttpDoor &door);

/// Failures outside of any operation, such as a path that does not exist: problem documents, too.
[[nodiscard]] http::HttpReply problemHttpReply(const Error &error, QByteArrayView requestId);
/// The whole answer to a request that the listener refuses.
[[nodiscard]] QByteArray problemRefusal(const http::Refusal &refusal);

}
