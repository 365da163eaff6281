// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/client/httpintake.h"

#include "daemon/tools/mcp/jsonrpc.h"

#include <algorithm>

namespace moe::tools::mcp {

namespace {

constexpr qsizetype longestId = 256;

bool isEventStream(const HttpHead &head)
{
    return head.contentType.trimmed().toLower().startsWith("text/event-stream");
}

bool isAnswer(const QByteArray &text)
{
    const auto messages = readMessages(text);
    return messages && std::ranges::any_of(messages->list, [](const Message &message) {
               return message.kind == Message::Kind::Result || message.kind == Message::Kind::Failure;
           });
}

}

bool canStandInHeader(const QByteArray &text)
{
    return !text.isEmpty() && text.size() <= longestId
        && std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

HttpIntake::HttpIntake(Link::Receiver receiver, std::shared_ptr<HttpStream> stream)
    : m_receiver(std::move(receiver))
    , m_stream(std::move(stream))
{ }

bool HttpIntake::take(const HttpHead &head, const QByteArray &bytes)
{
    if (const auto onHead = std::exchange(m_stream->onHead, {}))
        onHead();
    if (head.status != 200)
        return true;
    if (!isEventStream(head)) {
        m_body += bytes;
        m_stream->isTooMuch = m_body.size() > largestMessage;
    } else {
        const auto fed = m_events.feed(bytes, [this](const SseEvent &event) { takeEvent(event); });
        m_stream->isTooMuch = !fed;
        if (const auto retry = m_events.retry())
            m_stream->retry = std::chrono::milliseconds(*retry);
    }
    return !m_stream->isTooMuch;
}

void HttpIntake::takeEvent(const SseEvent &event)
{
    if (const QByteArray id = event.id.toByteArray(); canStandInHeader(id))
        m_stream->lastId = id;
    const bool isMessage = event.type.isEmpty() || event.type == "message";
    if (!isMessage || event.data.isEmpty())
        return;
    QByteArray message = event.data.toByteArray();
    m_stream->hasAnswered = m_stream->hasAnswered || isAnswer(message);
    m_receiver(std::move(message));
}

void HttpIntake::finish()
{
    if (!m_body.isEmpty())
        m_receiver(std::exchange(m_body, {}));
}

}
