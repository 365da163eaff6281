// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/mcpbridge.h"

#include "shared/async/wait.h"
#include "shared/wire/codec.h"
#include "shared/wire/endpoints.h"
#include "shared/wire/sseparser.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace moe::moectl {

namespace {

using wire::Field;

constexpr qsizetype largestAnswer = 16 * 1024 * 1024;
constexpr auto timeToEnd = std::chrono::seconds(2);
constexpr auto shortestPause = std::chrono::milliseconds(1'000);
constexpr auto longestPause = std::chrono::milliseconds(60'000);
constexpr int sessionIsGone = 404;

/// As much of a message as matters on its way.
struct Envelope {
    std::optional<wire::RawJson> id;
    QByteArray method;

    static constexpr auto fields()
    {
        return std::tuple{Field<&Envelope::id>{"id"_L1}, Field<&Envelope::method>{"method"_L1}};
    }
    [[nodiscard]] bool isRequest() const { return id && !method.isEmpty(); }
    [[nodiscard]] bool isNotification() const { return !id && !method.isEmpty(); }
    /// Whether what comes after it may be refused if it comes before it.
    [[nodiscard]] bool isBegin() const { return method == "initialize" || method == "notifications/initialized"; }
};

Envelope envelopeOf(const QByteArray &line) { return wire::read<Envelope>(line).value_or(Envelope()); }

/// What tells a message of the protocol from another text.
struct RpcMessage {
    QByteArray jsonrpc;
    std::optional<wire::RawJson> id;

    static constexpr auto fields()
    {
        return std::tuple{Field<&RpcMessage::jsonrpc>{"jsonrpc"_L1, wire::Presence::Required},
                          Field<&RpcMessage::id>{"id"_L1}};
    }
};

struct Initialized {
    QByteArray protocolVersion;

    static constexpr auto fields() { return std::tuple{Field<&Initialized::protocolVersion>{"protocolVersion"_L1}}; }
};

struct InitializeAnswer {
    Initialized result;

    static constexpr auto fields() { return std::tuple{Field<&InitializeAnswer::result>{"result"_L1}}; }
};

/// What the tool server says outside of the protocol.
struct Refusal {
    QString error;

    static constexpr auto fields() { return std::tuple{Field<&Refusal::error>{"error"_L1}}; }
};

constexpr int parseError = -32700;
constexpr int serverError = -32000;

QByteArray failureText(const QByteArray &id, int code, const QString &message)
{
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"error":{"code":)" + QByteArray::number(code) + R"(,"message":)"
        + json::quoted(message.toUtf8()) + "}}";
}

/// What a refused message is answered with by the server itself. One that it could not tell the question of is an
/// answer to ours nevertheless.
std::optional<QByteArray> ownAnswer(const Envelope &question, const QByteArray &body)
{
    const auto message = wire::read<RpcMessage>(body);
    if (!message || message->jsonrpc != "2.0")
        return std::nullopt;
    const bool hasId = message->id && message->id->text != "null";
    return hasId || !question.isRequest() ? body : json::withMember(body, "id", question.id->text);
}

QString reasonOf(int status, const QByteArray &body)
{
    const auto refusal = wire::read<Refusal>(body);
    const QString reason = refusal ? refusal->error : QString();
    return u"The tool server answered with status %1%2"_s.arg(status).arg(reason.isEmpty() ? u"."_s
                                                                                           : QString(u": " + reason));
}

}

/// The body of an answer: a stream is passed on event by event, anything else is kept.
struct McpBridge::Answer {
    SseParser parser{largestAnswer};
    QByteArray body;
    bool isStream = false;
};

McpBridge::McpBridge(std::shared_ptr<client::HttpTransport> transport, Write write, Write log)
    : m_transport(std::move(transport))
    , m_write(std::move(write))
    , m_log(std::move(log))
{ }

QList<std::pair<QByteArray, QByteArray>> McpBridge::headers() const
{
    QList<std::pair<QByteArray, QByteArray>> headers{{"Content-Type", "application/json"},
                                                     {"Accept", "application/json, text/event-stream"}};
    if (!m_session.isEmpty())
        headers.append({"Mcp-Session-Id", m_session});
    if (!m_revision.isEmpty())
        headers.append({"MCP-Protocol-Version", m_revision});
    return headers;
}

/// On one line, as the client wants it.
void McpBridge::deliver(const QByteArray &message) const
{
    QByteArray line = message;
    line.replace('\n', ' ').replace('\r', ' '); // between values: inside of texts both are escaped
    m_write(line);
}

Task<client::HttpHead> McpBridge::exchange(QByteArray method, QByteArray line, std::shared_ptr<Answer> answer,
                                           RequestContext context)
{
    const auto take = [this, answer](const client::HttpHead &head, const QByteArray &bytes) {
        answer->isStream = head.status == 200 && head.contentType.startsWith("text/event-stream");
        if (!answer->isStream) {
            answer->body += bytes;
            return answer->body.size() <= largestAnswer;
        }
        return answer->parser
            .feed(bytes,
                  [this](const SseEvent &event) {
                      if (!event.data.isEmpty())
                          deliver(event.data.toByteArray());
                  })
            .has_value();
    };
    co_return co_await m_transport->call({method, QByteArray(endpoints::Mcp.data()), headers(), std::move(line)}, take,
                                         std::move(context));
}

Task<client::HttpHead> McpBridge::post(QByteArray line, std::shared_ptr<Answer> answer)
{
    RequestContext context;
    context.stop = m_passing.token();
    co_return co_await exchange("POST", std::move(line), std::move(answer), std::move(context));
}

QCoro::Task<> McpBridge::take(QByteArray line)
{
    if (!json::validate(line))
        deliver(failureText("null", parseError, u"This is no JSON."_s));
    else if (envelopeOf(line).isBegin())
        co_await pass(std::move(line));
    else
        m_passing.spawn(pass(std::move(line)));
}

QCoro::Task<> McpBridge::pass(QByteArray line)
{
    const bool isFirst = envelopeOf(line).method == "initialize";
    if (isFirst) {
        m_initialize = line;
        m_session.clear();
        m_revision.clear();
    }
    const QByteArray session = m_session;
    auto answer = std::make_shared<Answer>();
    auto head = co_await post(line, answer);
    if (head && head->status == sessionIsGone && !isFirst && co_await renew(session)) {
        answer = std::make_shared<Answer>();
        head = co_await post(line, answer);
    }
    if (m_passing.token().stop_requested())
        co_return;
    if (!head || head->status >= 400) {
        refuse(line, head, answer->body);
        co_return;
    }
    if (isFirst)
        noteSession(*head, *answer);
    if (head->status == 200 && !answer->isStream)
        deliver(answer->body);
}

void McpBridge::refuse(const QByteArray &line, const Result<client::HttpHead> &head, const QByteArray &body)
{
    const QString reason = head ? reasonOf(head->status, body) : head.error().message;
    m_log(reason.toUtf8());
    const Envelope question = envelopeOf(line);
    if (question.isNotification())
        return;
    if (const auto answer = ownAnswer(question, body))
        deliver(*answer);
    else if (question.isRequest())
        deliver(failureText(question.id->text, serverError, reason));
}

/// Begins to listen to what is said in it.
void McpBridge::noteSession(const client::HttpHead &head, const Answer &answer)
{
    m_session = head.mcpSession;
    m_revision = wire::read<InitializeAnswer>(answer.body).value_or(InitializeAnswer()).result.protocolVersion;
    m_listen.request_stop();
    m_listen = std::stop_source();
    if (m_session.isEmpty())
        return;
    RequestContext context;
    context.stop = m_listen.get_token();
    m_listening.spawn(listen(std::move(context)));
}

/// Until the server says that there is nothing to hear, or that the session is over.
QCoro::Task<> McpBridge::listen(RequestContext context)
{
    while (!context.isStopped()) {
        const auto answer = std::make_shared<Answer>();
        const auto head = co_await exchange("GET", {}, answer, context);
        if (head && head->status >= 400 && head->status < 500)
            co_return;
        const auto retry = std::chrono::milliseconds(answer->parser.retry().value_or(0));
        (void)co_await sleepFor(std::clamp(retry, shortestPause, longestPause), context);
    }
}

/// However many have met the end of a session, one begins another.
QCoro::Task<bool> McpBridge::renew(QByteArray lostSession)
{
    if (m_isRenewing) {
        const Completion<bool> done;
        m_renewed.push_back(done);
        co_return co_await done;
    }
    if (m_session != lostSession)
        co_return true; // since then
    m_isRenewing = true;
    const bool isThere = co_await beginAnew();
    if (!isThere)
        m_session = lostSession; // the next one finds out, and tries again
    m_isRenewing = false;
    for (const auto &done : std::exchange(m_renewed, {}))
        done.complete(isThere);
    co_return isThere;
}

QCoro::Task<bool> McpBridge::beginAnew()
{
    if (m_initialize.isEmpty())
        co_return false;
    m_log("The session is over; beginning a new one.");
    m_session.clear();
    const auto answer = std::make_shared<Answer>();
    const auto head = co_await post(m_initialize, answer);
    if (!head || head->status != 200 || head->mcpSession.isEmpty())
        co_return false;
    noteSession(*head, *answer);
    const QByteArray initialized = R"({"jsonrpc":"2.0","method":"notifications/initialized"})";
    co_return (co_await post(initialized, std::make_shared<Answer>())).has_value();
}

QCoro::Task<> McpBridge::end(std::chrono::milliseconds patience)
{
    QTimer timer;
    timer.setSingleShot(true);
    timer.callOnTimeout(&timer, [this] { m_passing.requestStop(); });
    timer.start(patience);
    co_await m_passing.join();
    m_listen.request_stop();
    co_await m_listening.join();
    if (!m_session.isEmpty())
        co_await forget();
}

QCoro::Task<> McpBridge::forget()
{
    const std::function<Task<client::HttpHead>(RequestContext)> forget = [this](RequestContext context) {
        return exchange("DELETE", {}, std::make_shared<Answer>(), std::move(context));
    };
    (void)co_await withTimeout<client::HttpHead>({}, timeToEnd, {}, forget); // it is forgotten in time anyway
}

}
