// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/mcpbridge.h"

#include "shared/async/wait.h"
#include "shared/wire/codec.h"
#include "shared/wire/endpoints.h"
#include "shared/wire/sseparser.h"

using namespace Qt::StringLiterals;

namespace moe::moectl {

namespace {

using wire::Field;

constexpr qsizetype largestAnswer = 16 * 1024 * 1024;
constexpr auto timeToEnd = std::chrono::seconds(2);
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

QByteArray failureFor(const Envelope &envelope, const QString &message)
{
    constexpr int serverError = -32000;
    return R"({"jsonrpc":"2.0","id":)" + envelope.id->text + R"(,"error":{"code":)" + QByteArray::number(serverError)
        + R"(,"message":)" + json::quoted(message.toUtf8()) + "}}";
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

Task<client::HttpHead> McpBridge::post(QByteArray line, std::shared_ptr<Answer> answer, RequestContext context)
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
    co_return co_await m_transport->call({"POST", QByteArray(endpoints::Mcp.data()), headers(), std::move(line)}, take,
                                         std::move(context));
}

QCoro::Task<> McpBridge::pass(QByteArray line, RequestContext context)
{
    const auto envelope = wire::read<Envelope>(line).value_or(Envelope());
    const bool isFirst = envelope.method == "initialize";
    if (isFirst) {
        m_initialize = line;
        m_session.clear();
        m_revision.clear();
    }
    auto answer = std::make_shared<Answer>();
    auto head = co_await post(line, answer, context);
    if (head && head->status == sessionIsGone && !isFirst && co_await beginAnew(context)) {
        answer = std::make_shared<Answer>();
        head = co_await post(line, answer, context);
    }
    if (context.isStopped())
        co_return;
    if (head && head->status < 400) {
        if (isFirst)
            noteSession(*head, *answer);
        if (head->status == 200 && !answer->isStream)
            deliver(answer->body);
        co_return;
    }
    const QString reason = head ? reasonOf(head->status, answer->body) : head.error().message;
    m_log(reason.toUtf8());
    if (envelope.isRequest())
        deliver(failureFor(envelope, reason));
}

void McpBridge::noteSession(const client::HttpHead &head, const Answer &answer)
{
    m_session = head.mcpSession;
    m_revision = wire::read<InitializeAnswer>(answer.body).value_or(InitializeAnswer()).result.protocolVersion;
}

QCoro::Task<bool> McpBridge::beginAnew(RequestContext context)
{
    if (m_initialize.isEmpty())
        co_return false;
    m_log("The session is over; beginning a new one.");
    m_session.clear();
    const auto head = co_await post(m_initialize, std::make_shared<Answer>(), context);
    if (!head || head->status != 200 || head->mcpSession.isEmpty())
        co_return false;
    m_session = head->mcpSession;
    const QByteArray initialized = R"({"jsonrpc":"2.0","method":"notifications/initialized"})";
    co_return (co_await post(initialized, std::make_shared<Answer>(), context)).has_value();
}

QCoro::Task<> McpBridge::end()
{
    if (m_session.isEmpty())
        co_return;
    const std::function<Task<client::HttpHead>(RequestContext)> forget = [this](RequestContext context) {
        return m_transport->call(
            {"DELETE", QByteArray(endpoints::Mcp.data()), headers(), {}},
            [](const client::HttpHead &, const QByteArray &) { return true; }, std::move(context));
    };
    (void)co_await withTimeout<client::HttpHead>({}, timeToEnd, {}, forget); // it is forgotten in time anyway
}

}
