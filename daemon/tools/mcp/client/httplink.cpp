// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/client/httplink.h"

#include "daemon/tools/web/httpclient.h"
#include "shared/async/completion.h"
#include "shared/async/wait.h"
#include "shared/wire/sseparser.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace moe::tools::mcp {

namespace {

constexpr qsizetype longestSessionId = 256;
constexpr auto listenAgainAfter = 1s;

bool isEventStream(const HttpHead &head)
{
    return head.contentType.trimmed().toLower().startsWith("text/event-stream");
}

/// As it may stand in a header of ours.
bool isSessionId(const QByteArray &id)
{
    return !id.isEmpty() && id.size() <= longestSessionId
        && std::ranges::all_of(id, [](char c) { return c > ' ' && c < 0x7f; });
}

/// Takes the body of an answer apart, however it comes in pieces.
class Intake
{
public:
    explicit Intake(Link::Receiver receiver) : m_receiver(std::move(receiver)) { }

    /// False if it is more than we take.
    bool take(const HttpHead &head, const QByteArray &bytes)
    {
        if (head.status != 200)
            return true;
        if (!isEventStream(head)) {
            m_body += bytes;
            return m_body.size() <= largestMessage;
        }
        const auto fed = m_events.feed(bytes, [this](const SseEvent &event) {
            const bool isMessage = event.type.isEmpty() || event.type == "message";
            if (isMessage && !event.data.isEmpty())
                m_receiver(event.data.toByteArray());
        });
        return fed.has_value();
    }
    void finish()
    {
        if (!m_body.isEmpty())
            m_receiver(std::exchange(m_body, {}));
    }

private:
    const Link::Receiver m_receiver;
    SseParser m_events{largestMessage};
    QByteArray m_body;
};

class HttpLink final : public Link
{
public:
    HttpLink(const QUrl &url, QByteArray token) : m_url(url.toEncoded()), m_token(std::move(token)) { }

    Task<void> send(QByteArray message, RequestContext context) override
    {
        HttpCall call = request("POST", "application/json, text/event-stream");
        call.headers.append("Content-Type: application/json");
        call.body = std::move(message);
        CO_TRY(const int status, co_await takeIn(std::move(call), std::move(context)));
        co_return checked(status);
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
        while (true) {
            CO_TRY(const int status, co_await takeIn(request("GET", "text/event-stream"), context));
            if (status == 405) // there is nothing to hear
                co_return co_await sleepFor(std::chrono::hours(24), context);
            CO_TRY_VOID(checked(status));
            CO_TRY_VOID(co_await sleepFor(listenAgainAfter, context));
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

    /// Gives the status.
    Task<int> takeIn(HttpCall call, RequestContext context)
    {
        Intake intake([this](QByteArray message) { receive(std::move(message)); });
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
        if (m_session.isEmpty() && isSessionId(head.session))
            m_session = head.session;
    }

    [[nodiscard]] Result<void> checked(int status) const
    {
        if (status == 404 && !m_session.isEmpty())
            return failure(linkError(u"The tool server has forgotten us."_s, u"session_lost"_s));
        if (status < 200 || status >= 300)
            return failure(linkError(u"The tool server answered with status %1."_s.arg(status)));
        return {};
    }

    const QByteArray m_url;
    const QByteArray m_token;
    const Completion<bool> m_agreed;
    QByteArray m_session;
    QByteArray m_revision;
    HttpClient m_http{u"The tool server"_s, u"remote_lost"_s};
};

}

Error linkError(QString message, QString reason)
{
    return Error::of(ErrorCode::BadGateway, std::move(message), std::move(reason));
}

std::shared_ptr<Link> httpLink(const QUrl &url, const QByteArray &token)
{
    return std::make_shared<HttpLink>(url, token);
}

}
