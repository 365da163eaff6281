// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/client/httplink.h"

#include "shared/async/completion.h"
#include "shared/async/wait.h"
#include "shared/wire/sseparser.h"

#include <QHttp1Configuration>
#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QNetworkRequest>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace moe::tools::mcp {

namespace {

constexpr qsizetype longestSessionId = 256;
constexpr unsigned connectionsToServer = 32; // calls that are under way each have one
constexpr auto listenAgainAfter = 1s;

using ReplyPtr = std::unique_ptr<QNetworkReply>;

int statusOf(const QNetworkReply &reply) { return reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(); }

bool isEventStream(const QNetworkReply &reply)
{
    return reply.rawHeader("Content-Type").trimmed().toLower().startsWith("text/event-stream");
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
    bool take(const QNetworkReply &reply, const QByteArray &bytes)
    {
        if (statusOf(reply) != 200)
            return true;
        if (!isEventStream(reply)) {
            m_body += bytes;
            return m_body.size() <= largestMessage;
        }
        return m_events
            .feed(bytes,
                  [this](const SseEvent &event) {
                      const bool isMessage = event.type.isEmpty() || event.type == "message";
                      if (isMessage && !event.data.isEmpty())
                          m_receiver(event.data.toByteArray());
                  })
            .has_value();
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

/// Waits for the end of a reply, handing its bytes on.
Task<void> awaitEnd(QNetworkReply *reply, std::function<bool(QByteArray)> onBytes, RequestContext context)
{
    const Completion<Result<void>> done;
    // From the loop, not from inside a signal: whoever waits lets go of the reply.
    const auto end = [done](Result<void> result) {
        Mailbox::current()->post([done, result = std::move(result)] { done.complete(result); });
    };
    QObject guard;
    const auto take = [done, end, onBytes = std::move(onBytes), reply] {
        if (!done.isCompleted() && !onBytes(reply->readAll()))
            end(failure(linkError(u"The tool server's answer is too large."_s)));
    };
    QObject::connect(reply, &QNetworkReply::readyRead, &guard, take);
    QObject::connect(reply, &QNetworkReply::finished, &guard, [end, take] {
        take();
        end({});
    });
    if (context.deadline != Clock::Steady::max()) {
        const auto left = context.deadline - std::chrono::steady_clock::now();
        QTimer::singleShot(std::max(std::chrono::ceil<std::chrono::milliseconds>(left), 0ms), &guard,
                           [end] { end(failure(Error::timeout(u"The tool server did not answer in time."_s))); });
    }
    const StopWatcher watcher(context.stop, [done] { done.complete(failure(Error::cancelled())); });
    const Result<void> result = co_await done;
    QObject::disconnect(reply, nullptr, &guard, nullptr);
    co_return result;
}

class HttpLink final : public Link
{
public:
    HttpLink(QUrl url, QByteArray token) : m_url(std::move(url)), m_token(std::move(token))
    {
        m_network.setProxy(QNetworkProxy::NoProxy);
        m_network.setAutoDeleteReplies(false);
    }

    Task<void> send(QByteArray message, RequestContext context) override
    {
        QNetworkRequest request = this->request("application/json, text/event-stream");
        request.setRawHeader("Content-Type", "application/json");
        const ReplyPtr reply(m_network.post(request, message));
        CO_TRY_VOID(co_await takeIn(reply.get(), std::move(context)));
        co_return checked(*reply);
    }

    bool answersWhileSending() const override { return true; }

    void agreeOn(Revision revision) override
    {
        m_revision = revisionName(revision).toByteArray();
        m_agreed.complete(true);
    }

    Task<void> listen(RequestContext context) override
    {
        const StopWatcher watcher(context.stop, [agreed = m_agreed] { agreed.complete(false); });
        if (!co_await m_agreed)
            co_return failure(Error::cancelled());
        while (true) {
            const ReplyPtr reply(m_network.get(request("text/event-stream")));
            CO_TRY_VOID(co_await takeIn(reply.get(), context));
            if (statusOf(*reply) == 405) // there is nothing to hear
                co_return co_await sleepFor(std::chrono::hours(24 * 365), context);
            CO_TRY_VOID(checked(*reply));
            CO_TRY_VOID(co_await sleepFor(listenAgainAfter, context));
        }
    }

    QCoro::Task<> close(RequestContext context) override
    {
        if (m_session.isEmpty())
            co_return;
        const ReplyPtr reply(m_network.deleteResource(request("application/json")));
        (void)co_await awaitEnd(reply.get(), [](const QByteArray &) { return true; }, std::move(context));
    }

private:
    [[nodiscard]] QNetworkRequest request(const QByteArray &accept) const
    {
        QNetworkRequest request(m_url);
        QHttp1Configuration http;
        http.setNumberOfConnectionsPerHost(connectionsToServer);
        request.setHttp1Configuration(http);
        request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
        request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
        request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
        request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
        request.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
        request.setRawHeader("User-Agent", "sovereign-moe/" MOE_VERSION);
        request.setRawHeader("Accept", accept);
        if (!m_token.isEmpty())
            request.setRawHeader("Authorization", "Bearer " + m_token);
        if (!m_session.isEmpty())
            request.setRawHeader("Mcp-Session-Id", m_session);
        if (!m_revision.isEmpty())
            request.setRawHeader("MCP-Protocol-Version", m_revision);
        return request;
    }

    Task<void> takeIn(QNetworkReply *reply, RequestContext context)
    {
        Intake intake([this](QByteArray message) { receive(std::move(message)); });
        const auto take = [this, &intake, reply](const QByteArray &bytes) {
            noteSession(*reply); // before anybody hears of the answer that it came with
            return intake.take(*reply, bytes);
        };
        CO_TRY_VOID(co_await awaitEnd(reply, take, std::move(context)));
        intake.finish();
        co_return {};
    }

    void noteSession(const QNetworkReply &reply)
    {
        const QByteArray id = reply.rawHeader("Mcp-Session-Id");
        if (m_session.isEmpty() && isSessionId(id))
            m_session = id;
    }

    [[nodiscard]] Result<void> checked(const QNetworkReply &reply) const
    {
        const int status = statusOf(reply);
        if (status == 404 && !m_session.isEmpty())
            return failure(linkError(u"The tool server has forgotten us."_s, u"session_lost"_s));
        if (status == 0)
            return failure(linkError(u"The tool server cannot be reached, or is not trusted."_s));
        if (status < 200 || status >= 300)
            return failure(linkError(u"The tool server answered with status %1."_s.arg(status)));
        return {};
    }

    const QUrl m_url;
    const QByteArray m_token;
    const Completion<bool> m_agreed;
    QByteArray m_session;
    QByteArray m_revision;
    QNetworkAccessManager m_network;
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
