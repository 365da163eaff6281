// SPDX-License-Identifier: Apache-2.0
#include "shared/client/controlclient.h"

#include "shared/async/wait.h"
#include "shared/wire/sseparser.h"

#include <QUrl>

using namespace Qt::StringLiterals;

namespace moe::client {

using namespace std::chrono_literals;

namespace {

constexpr qsizetype largestEvent = 1024 * 1024;
constexpr std::chrono::milliseconds shortestPause = 500ms;
constexpr std::chrono::milliseconds longestPause = 30s;

/// Whether the feed may come back by itself.
bool isPassing(ErrorCode code)
{
    return code == ErrorCode::Unavailable || code == ErrorCode::Timeout || code == ErrorCode::RateLimited;
}

}

Result<QByteArray> pathOf(QLatin1StringView pattern, const QStringList &values)
{
    QByteArray path;
    qsizetype used = 0;
    for (qsizetype at = 0; at < pattern.size();) {
        const qsizetype open = pattern.indexOf(u'{', at);
        path += QByteArrayView(pattern.sliced(at, (open < 0 ? pattern.size() : open) - at));
        if (open < 0)
            break;
        if (used == values.size())
            return failure(Error::internal(u"A path's parameter has no value."_s));
        const QString &value = values[used++];
        // A folder's own or upper name would be taken out of the path, an empty one would name another thing.
        if (value.isEmpty() || value == "."_L1 || value == ".."_L1)
            return failure(Error::of(ErrorCode::NotFound, u"There is nothing with the name \"%1\"."_s.arg(value)));
        path += QUrl::toPercentEncoding(value);
        at = pattern.indexOf(u'}', open) + 1;
    }
    if (used != values.size())
        return failure(Error::internal(u"A path has fewer parameters than values."_s));
    return path;
}

Result<control::Request> ControlClient::requestOf(QLatin1StringView method, QLatin1StringView path,
                                                  const QStringList &values, QByteArray query,
                                                  std::optional<qint64> version)
{
    control::Request request;
    request.method = QByteArray(method);
    TRY(request.path, pathOf(path, values));
    request.query = std::move(query);
    if (version)
        request.ifMatch = control::entityTag(*version);
    return request;
}

Task<control::Reply> ControlClient::send(Transport transport, Result<control::Request> request, int status,
                                         RequestContext context)
{
    CO_TRY(control::Request wanted, std::move(request));
    CO_TRY(control::Reply reply, co_await transport->send(std::move(wanted), std::move(context)));
    if (!reply.isSuccess())
        co_return failure(errorOf(reply));
    if (reply.status != status)
        co_return failure(notPromised());
    co_return reply;
}

Error ControlClient::notPromised()
{
    return Error::of(ErrorCode::BadGateway,
                     u"The server's answer is not what was expected. Are daemon and client of the same version?"_s);
}

Task<void> ControlClient::events(QByteArray lastEventId, std::function<void(LiveEvent)> onEvent,
                                 RequestContext context) const
{
    return follow(m_transport, std::move(lastEventId), std::move(onEvent), std::move(context));
}

Task<void> ControlClient::follow(Transport transport, QByteArray lastEventId, std::function<void(LiveEvent)> onEvent,
                                 RequestContext context)
{
    auto pause = shortestPause;
    for (;;) {
        SseParser parser(largestEvent);
        Result<void> parsed;
        LinkedStop stop(context.stop);
        const auto hand = [&](const SseEvent &event) {
            if (!event.id.isEmpty())
                lastEventId = event.id.toByteArray();
            pause = shortestPause;
            onEvent({lastEventId, event.type.toByteArray(), event.data.toByteArray()});
        };
        const auto take = [&](QByteArrayView bytes) {
            if (parsed)
                parsed = parser.feed(bytes, hand);
            if (!parsed)
                stop.requestStop();
        };
        const Result<void> ended = co_await transport->listen(lastEventId, take, context.withStop(stop.token()));
        CO_TRY_VOID(parsed);
        if (context.isStopped())
            co_return failure(Error::cancelled());
        if (!ended && !isPassing(ended.error().code))
            co_return ended;
        CO_TRY_VOID(co_await sleepFor(pause, context));
        pause = std::min(pause * 2, longestPause);
    }
}

}
