// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/client/httplink.h"

#include "daemon/tools/mcp/client/httpintake.h"
#include "daemon/tools/mcp/jsonrpc.h"
#include "shared/async/completion.h"
#include "shared/async/wait.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace moe::tools::mcp {

namespace {

constexpr int notFound = 404;

class HttpLink final : public Link
{
public:
    HttpLink(const QUrl &url, QByteArray token, const QByteArray &caFile, StreamTimes times)
        : m_url(url.toEncoded())
        , m_token(std::move(token))
        , m_times(times)
        , m_http(u"The tool server"_s, u"remote_lost"_s, caFile)
    { }

    Task<void> send(QByteArray message, RequestContext context) override
    {
        HttpCall call = request("POST", "application/json, text/event-stream");
        call.headers.append("Content-Type: application/json");
        call.body = std::move(message);
        const auto stream = std::make_shared<HttpStream>();
        const auto status = co_await takeIn(std::move(call), stream, context);
        if (!status && !stream->canGoOn())
            co_return failure(status.error());
        if (status) {
            CO_TRY_VOID(checked(*status));
        }
        co_return co_await goOn(stream, std::move(context));
    }

    bool answersWhileSending() const override { return true; }

    void agreeOn(Revision revision) override
    {
        m_revision = revisionName(revision).toByteArray();
        m_agreed.complete(true);
    }

    Task<void> listen(RequestContext context) override
    {
        {
            const StopWatcher watcher(context.stop, [agreed = m_agreed] { agreed.complete(false); });
            if (!co_await m_agreed)
                co_return failure(Error::cancelled());
        }
        const auto stream = std::make_shared<HttpStream>();
        auto pause = m_times.firstPause;
        while (true) {
            const auto begin = std::chrono::steady_clock::now();
            const auto status = co_await takeIn(eventsOf(*stream), stream, context);
            if (context.isStopped())
                co_return failure(Error::cancelled());
            if (status == notFound) {
                CO_TRY_VOID(checkedSession(*status));
            }
            if (status && *status >= 300)
                co_return co_await hearNothing(std::move(context));
            if (auto onHead = std::exchange(stream->onHead, {}))
                onHead(); // opened in vain: asking for the list tells whether the server is there at all
            if (std::chrono::steady_clock::now() - begin >= m_times.steady)
                pause = m_times.firstPause;
            CO_TRY_VOID(co_await sleepFor(pauseOf(*stream, pause), context));
            pause = std::min(pause * 2, m_times.longestPause);
            stream->onHead = [this] { receive(notificationText("notifications/tools/list_changed", "{}")); };
        }
    }

    QCoro::Task<> close(RequestContext context) override
    {
        if (m_session.isEmpty())
            co_return;
        const auto ignore = [](const HttpHead &, const QByteArray &) { return true; };
        (void)co_await m_http.call(request("DELETE", "application/json"), ignore, std::move(context));
    }

private:
    [[nodiscard]] HttpCall request(const QByteArray &method, const QByteArray &accept) const
    {
        HttpCall call{method, m_url, {"Accept: " + accept, "User-Agent: sovereign-moe/" MOE_VERSION}, {}};
        if (!m_token.isEmpty())
            call.headers.append("Authorization: Bearer " + m_token);
        if (!m_session.isEmpty())
            call.headers.append("Mcp-Session-Id: " + m_session);
        if (!m_revision.isEmpty())
            call.headers.append("MCP-Protocol-Version: " + m_revision);
        return call;
    }

    /// A request for what comes after what has been heard.
    [[nodiscard]] HttpCall eventsOf(const HttpStream &stream) const
    {
        HttpCall call = request("GET", "text/event-stream");
        if (!stream.lastId.isEmpty())
            call.headers.append("Last-Event-ID: " + stream.lastId);
        return call;
    }

    [[nodiscard]] std::chrono::milliseconds pauseOf(const HttpStream &stream, std::chrono::milliseconds otherwise) const
    {
        return stream.retry ? std::clamp(*stream.retry, m_times.firstPause, m_times.longestPause) : otherwise;
    }

    /// The rest of an answer that has broken off, if the server has numbered its parts.
    Task<void> goOn(std::shared_ptr<HttpStream> stream, RequestContext context)
    {
        while (stream->canGoOn()) {
            CO_TRY_VOID(co_await sleepFor(pauseOf(*stream, m_times.firstPause), context));
            const auto status = co_await takeIn(eventsOf(*stream), stream, context);
            if (status) {
                CO_TRY_VOID(checked(*status));
            }
        }
        co_return {};
    }

    static Task<void> hearNothing(RequestContext context)
    {
        while (true) {
            CO_TRY_VOID(co_await sleepFor(std::chrono::hours(24), context));
        }
    }

    /// Gives the status.
    Task<int> takeIn(HttpCall call, std::shared_ptr<HttpStream> stream, RequestContext context)
    {
        HttpIntake intake([this](QByteArray message) { receive(std::move(message)); }, std::move(stream));
        const auto take = [this, &intake](const HttpHead &head, const QByteArray &bytes) {
            noteSession(head); // before anybody hears of the answer that it came with
            return intake.take(head, bytes);
        };
        CO_TRY(const HttpHead head, co_await m_http.call(std::move(call), take, std::move(context)));
        intake.finish();
        co_return head.status;
    }

    void noteSession(const HttpHead &head)
    {
        if (m_session.isEmpty() && canStandInHeader(head.session))
            m_session = head.session;
    }

    [[nodiscard]] Result<void> checkedSession(int status) const
    {
        if (status == notFound && !m_session.isEmpty())
            return failure(linkError(u"The tool server has forgotten us."_s, u"session_lost"_s));
        return {};
    }

    [[nodiscard]] Result<void> checked(int status) const
    {
        TRY_VOID(checkedSession(status));
        if (status < 200 || status >= 300)
            return failure(linkError(u"The tool server answered with status %1."_s.arg(status)));
        return {};
    }

    const QByteArray m_url;
    const QByteArray m_token;
    const StreamTimes m_times;
    const Completion<bool> m_agreed;
    QByteArray m_session;
    QByteArray m_revision;
    HttpClient m_http;
};

}

Error linkError(QString message, QString reason)
{
    return Error::of(ErrorCode::BadGateway, std::move(message), std::move(reason));
}

std::shared_ptr<Link> httpLink(const QUrl &url, const QByteArray &token, const QByteArray &caFile, StreamTimes times)
{
    return std::make_shared<HttpLink>(url, token, caFile, times);
}

}
