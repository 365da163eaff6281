// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/web/httpclient.h"

#include "shared/async/completion.h"
#include "shared/async/wait.h"

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace moe::tools {

namespace {

constexpr long connectMilliseconds = 10'000;

}

/// A request under way. What arrives is kept until curl has returned: curl must not be called from its own callbacks.
class HttpClient::Exchange
{
public:
    Exchange(HttpClient &client, HttpCall call, OnBytes onBytes)
        : m_client(client)
        , m_call(std::move(call))
        , m_onBytes(std::move(onBytes))
        , m_easy(curl_easy_init())
    {
        for (const QByteArray &line : std::as_const(m_call.headers))
            m_headers = curl_slist_append(m_headers, line.constData());
        m_headers = curl_slist_append(m_headers, "Expect:");
        setOptions();
        m_client.m_exchanges.push_back(this);
        curl_multi_add_handle(m_client.m_multi, m_easy);
    }
    Exchange(const Exchange &) = delete;
    Exchange &operator=(const Exchange &) = delete;
    ~Exchange()
    {
        std::erase(m_client.m_exchanges, this);
        curl_multi_remove_handle(m_client.m_multi, m_easy);
        curl_easy_cleanup(m_easy);
        curl_slist_free_all(m_headers);
    }

    [[nodiscard]] const Completion<Result<void>> &done() const { return m_done; }
    [[nodiscard]] const HttpHead &head() const { return m_head; }

    void finish(CURLcode code) { m_code = code; }
    /// Hands on what has come.
    void deliver()
    {
        const bool isBegin = noteHead();
        if ((isBegin || !m_waiting.isEmpty()) && !m_isRefused)
            m_isRefused = !m_onBytes(m_head, std::exchange(m_waiting, {}));
        if (m_isRefused)
            end(failure(lost(u"%1's answer is too large."_s)));
        else if (m_code == CURLE_OK)
            end({});
        else if (m_code)
            end(failure(lost(u"%1 cannot be reached, or is not trusted."_s)));
    }
    /// From the loop: whoever waits lets go of this.
    void end(Result<void> result) const
    {
        Mailbox::current()->post([done = m_done, result = std::move(result)] { done.complete(result); });
    }

private:
    [[nodiscard]] Error lost(const QString &message) const
    {
        return Error::of(ErrorCode::BadGateway, message.arg(m_client.m_server), m_client.m_lostReason);
    }
    void setOptions()
    {
        curl_easy_setopt(m_easy, CURLOPT_PRIVATE, this);
        curl_easy_setopt(m_easy, CURLOPT_URL, m_call.url.constData());
        curl_easy_setopt(m_easy, CURLOPT_CUSTOMREQUEST, m_call.method.constData());
        curl_easy_setopt(m_easy, CURLOPT_HTTPHEADER, m_headers);
        if (!m_call.body.isEmpty()) {
            curl_easy_setopt(m_easy, CURLOPT_POSTFIELDS, m_call.body.constData());
            curl_easy_setopt(m_easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(m_call.body.size()));
        }
        curl_easy_setopt(m_easy, CURLOPT_WRITEFUNCTION, &Exchange::onWrite);
        curl_easy_setopt(m_easy, CURLOPT_WRITEDATA, this);
        curl_easy_setopt(m_easy, CURLOPT_HEADERFUNCTION, &Exchange::onHeader);
        curl_easy_setopt(m_easy, CURLOPT_HEADERDATA, this);
        curl_easy_setopt(m_easy, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(m_easy, CURLOPT_PROXY, "");
        curl_easy_setopt(m_easy, CURLOPT_PROTOCOLS_STR, "http,https");
        curl_easy_setopt(m_easy, CURLOPT_REDIR_PROTOCOLS_STR, m_call.url.startsWith("https:") ? "https" : "http,https");
        curl_easy_setopt(m_easy, CURLOPT_FOLLOWLOCATION, m_call.mostRedirects > 0 ? 1L : 0L);
        curl_easy_setopt(m_easy, CURLOPT_MAXREDIRS, long(m_call.mostRedirects));
        curl_easy_setopt(m_easy, CURLOPT_HTTP_VERSION, long(CURL_HTTP_VERSION_1_1));
        curl_easy_setopt(m_easy, CURLOPT_HTTP09_ALLOWED, 0L);
        if (!m_client.m_caFile.isEmpty())
            curl_easy_setopt(m_easy, CURLOPT_CAINFO, m_client.m_caFile.constData());
        curl_easy_setopt(m_easy, CURLOPT_CONNECTTIMEOUT_MS, connectMilliseconds);
        curl_easy_setopt(m_easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
        curl_easy_setopt(m_easy, CURLOPT_LOW_SPEED_TIME, long(m_call.longestSilence.count()));
    }
    static size_t onWrite(char *data, size_t size, size_t count, void *self)
    {
        static_cast<Exchange *>(self)->m_waiting.append(data, qsizetype(size * count));
        return size * count;
    }
    static size_t onHeader(char *data, size_t size, size_t count, void *self)
    {
        const QByteArrayView line(data, qsizetype(size * count));
        static_cast<Exchange *>(self)->m_isHeadWhole = line.trimmed().isEmpty();
        return size * count;
    }
    /// Whether it is there now, and was not before.
    bool noteHead()
    {
        long status = 0;
        curl_easy_getinfo(m_easy, CURLINFO_RESPONSE_CODE, &status);
        const bool isFinal = status >= 200 && m_isHeadWhole && m_call.mostRedirects == 0;
        if (status == 0 || m_head.status != 0 || (m_waiting.isEmpty() && !m_code && !isFinal))
            return false; // before its body comes it could still be the head of a redirect
        m_head
            = {int(status), header("Content-Type"), header("Mcp-Session-Id"), header("ETag"), header("Last-Modified")};
        return true;
    }
    [[nodiscard]] QByteArray header(const char *name) const
    {
        curl_header *found = nullptr;
        return curl_easy_header(m_easy, name, 0, CURLH_HEADER, -1, &found) == CURLHE_OK ? QByteArray(found->value)
                                                                                        : QByteArray();
    }

    HttpClient &m_client;
    const HttpCall m_call;
    const OnBytes m_onBytes;
    CURL *const m_easy;
    curl_slist *m_headers = nullptr;
    const Completion<Result<void>> m_done;
    HttpHead m_head;
    QByteArray m_waiting; // read, not yet handed on
    std::optional<CURLcode> m_code;
    bool m_isHeadWhole = false;
    bool m_isRefused = false;
};

HttpClient::Watch::Watch(HttpClient *client, curl_socket_t descriptor)
    : read(descriptor, QSocketNotifier::Read, [client, descriptor] { client->act(descriptor, CURL_CSELECT_IN); })
    , write(descriptor, QSocketNotifier::Write, [client, descriptor] { client->act(descriptor, CURL_CSELECT_OUT); })
{ }

HttpClient::HttpClient(QString server, QString lostReason, QByteArray caFile)
    : m_server(std::move(server))
    , m_lostReason(std::move(lostReason))
    , m_caFile(std::move(caFile))
    , m_multi((curl_global_init(CURL_GLOBAL_DEFAULT), curl_multi_init()))
{
    curl_multi_setopt(m_multi, CURLMOPT_SOCKETFUNCTION, &HttpClient::onSocket);
    curl_multi_setopt(m_multi, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(m_multi, CURLMOPT_TIMERFUNCTION, &HttpClient::onTimer);
    curl_multi_setopt(m_multi, CURLMOPT_TIMERDATA, this);
    m_timer.setSingleShot(true);
    m_timer.callOnTimeout(&m_timer, [this] { act(CURL_SOCKET_TIMEOUT, 0); });
}

HttpClient::~HttpClient()
{
    curl_multi_cleanup(m_multi);
    curl_global_cleanup();
}

int HttpClient::onSocket(CURL *, curl_socket_t descriptor, int what, void *self, void *)
{
    auto *const client = static_cast<HttpClient *>(self);
    Watch &watch = client->m_watches.try_emplace(descriptor, client, descriptor).first->second;
    watch.read.setEnabled(what == CURL_POLL_IN || what == CURL_POLL_INOUT);
    watch.write.setEnabled(what == CURL_POLL_OUT || what == CURL_POLL_INOUT);
    return 0;
}

int HttpClient::onTimer(CURLM *, long milliseconds, void *self)
{
    QTimer &timer = static_cast<HttpClient *>(self)->m_timer;
    if (milliseconds < 0)
        timer.stop();
    else
        timer.start(std::chrono::milliseconds(milliseconds));
    return 0;
}

void HttpClient::act(curl_socket_t descriptor, int what)
{
    int running = 0;
    curl_multi_socket_action(m_multi, descriptor, what, &running);
    noteFinished();
    // What is told may have any consequence, so not while a notifier is at work.
    Mailbox::current()->post([this, alive = std::weak_ptr(m_isAlive)] {
        if (!alive.expired())
            deliver();
    });
}

void HttpClient::noteFinished()
{
    int left = 0;
    while (const CURLMsg *const message = curl_multi_info_read(m_multi, &left)) {
        if (message->msg != CURLMSG_DONE)
            continue;
        Exchange *exchange = nullptr;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &exchange);
        exchange->finish(message->data.result);
    }
}

/// Exchanges may begin meanwhile, but none ends.
void HttpClient::deliver()
{
    const auto exchanges = m_exchanges;
    for (Exchange *const exchange : exchanges)
        exchange->deliver();
}

Task<HttpHead> HttpClient::call(HttpCall call, OnBytes onBytes, RequestContext context)
{
    if (context.isStopped())
        co_return failure(Error::cancelled());
    Exchange exchange(*this, std::move(call), std::move(onBytes));
    const ContextWatcher watcher(context, u"%1 did not answer in time."_s.arg(m_server),
                                 [&exchange](Error error) { exchange.end(failure(std::move(error))); });
    CO_TRY_VOID(co_await exchange.done());
    co_return exchange.head();
}

}
