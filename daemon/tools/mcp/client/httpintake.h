// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/mcp/client/link.h"
#include "daemon/tools/web/httpclient.h"
#include "shared/wire/sseparser.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace moe::tools::mcp {

/// What is remembered of a stream of events, so that it can go on where it has broken off.
struct HttpStream {
    QByteArray lastId;                              ///< of its events; empty: they have none
    std::optional<std::chrono::milliseconds> retry; ///< the server's wish, unchecked
    bool hasAnswered = false;                       ///< a request of ours
    bool isTooMuch = false;                         ///< what came of it
    std::function<void()> onHead;                   ///< called when the next answer begins, and dropped

    [[nodiscard]] bool canGoOn() const { return !lastId.isEmpty() && !hasAnswered && !isTooMuch; }
};

/// Whether a server's text may stand in a header of ours.
[[nodiscard]] bool canStandInHeader(const QByteArray &text);

/// Takes the body of an answer apart, however it comes in pieces.
class HttpIntake
{
public:
    HttpIntake(Link::Receiver receiver, std::shared_ptr<HttpStream> stream);

    /// False if it is more than we take.
    [[nodiscard]] bool take(const HttpHead &head, const QByteArray &bytes);
    /// After the last of it.
    void finish();

private:
    void takeEvent(const SseEvent &event);

    const Link::Receiver m_receiver;
    const std::shared_ptr<HttpStream> m_stream;
    SseParser m_events{largestMessage};
    QByteArray m_body;
};

}
