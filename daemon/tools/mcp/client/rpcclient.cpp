// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/client/rpcclient.h"

#include "daemon/tools/tool.h"
#include "shared/async/wait.h"
#include "shared/wire/codec.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace moe::tools::mcp {

namespace {

constexpr std::size_t mostQuestions = 64;
constexpr int mostTasks = 256;
constexpr auto tellLimit = 5s;
constexpr qsizetype longestRefusal = 300;

constexpr QByteArrayView ownName = "sovereign-moe";

struct Peer {
    QByteArray name;

    static constexpr auto fields() { return std::tuple{wire::Field<&Peer::name>{"name"_L1}}; }
};

struct InitializeResult {
    QByteArray protocolVersion;
    std::optional<wire::RawJson> serverInfo;

    static constexpr auto fields()
    {
        using wire::Field;
        return std::tuple{Field<&InitializeResult::protocolVersion>{"protocolVersion"_L1, wire::Presence::Required},
                          Field<&InitializeResult::serverInfo>{"serverInfo"_L1}};
    }
};

struct Refusal {
    int code = 0;
    QString message;

    static constexpr auto fields()
    {
        using wire::Field;
        return std::tuple{Field<&Refusal::code>{"code"_L1}, Field<&Refusal::message>{"message"_L1}};
    }
};

/// Only of what the caller can put right he is told in the server's own words.
Error refusalError(const QByteArray &json)
{
    auto refusal = wire::read<Refusal>(json).value_or(Refusal());
    if (refusal.code != int(RpcCode::InvalidParams))
        return linkError(u"The tool server refused."_s, u"remote_failed"_s);
    QString message = refusal.message.left(longestRefusal);
    message.removeIf([](QChar c) { return c.category() == QChar::Other_Control; });
    return badCall(message.isEmpty() ? u"The tool server takes the arguments for wrong."_s : message);
}

QByteArray initializeParams()
{
    return R"({"protocolVersion":)" + json::quoted(revisionName(latestRevision))
        + R"(,"capabilities":{},"clientInfo":{"name":)" + json::quoted(ownName) + R"(,"version":)"
        + json::quoted(MOE_VERSION) + "}}";
}

}

RpcClient::RpcClient(std::shared_ptr<Link> link) : m_link(std::move(link))
{
    m_link->setReceiver([this](const QByteArray &text) { receive(text); });
    m_scope.spawn(listen());
}

Task<void> RpcClient::meet(RequestContext context)
{
    CO_TRY(const QByteArray text, co_await ask("initialize", initializeParams(), context));
    const auto result = wire::read<InitializeResult>(text);
    const auto revision = result ? revisionNamed(result->protocolVersion) : std::nullopt;
    if (!revision)
        co_return failure(linkError(u"The tool server speaks no revision of the protocol that we know."_s));
    const auto peer = wire::read<Peer>(result->serverInfo.value_or(wire::RawJson()).text);
    m_isOfOurKind = peer && peer->name == ownName;
    m_link->agreeOn(*revision);
    // Some servers refuse whatever overtakes it.
    co_return co_await m_link->send(notificationText("notifications/initialized", "{}"), std::move(context));
}

Task<QByteArray> RpcClient::ask(QByteArray method, QByteArray params, RequestContext context)
{
    if (m_lost)
        co_return failure(*m_lost);
    if (m_questions.size() >= mostQuestions)
        co_return failure(Error::of(ErrorCode::RateLimited, u"The tool server has too much to do."_s));
    const qint64 id = ++m_lastId;
    const Completion<Answer> done;
    m_questions.emplace(id, done);
    const ContextWatcher watcher(context, u"The tool server did not answer in time."_s,
                                 [done](Error error) { done.complete(failure(std::move(error))); });
    const QByteArray number = QByteArray::number(id);
    m_scope.spawn(deliver(id, requestText(number, method, params), std::move(context)));
    Answer answer = co_await done;
    m_questions.erase(id);
    const bool isGivenUp
        = !answer && (answer.error().code == ErrorCode::Cancelled || answer.error().code == ErrorCode::Timeout);
    if (isGivenUp && method != "initialize")
        tellSoon(notificationText("notifications/cancelled", QByteArray(R"({"requestId":)" + number + '}')));
    co_return answer;
}

/// A question on its way. With some links the answer comes meanwhile.
QCoro::Task<> RpcClient::deliver(qint64 id, QByteArray message, RequestContext context)
{
    LinkedStop stop(context.stop);
    const std::stop_callback ended(m_scope.token(), [&stop] { stop.requestStop(); });
    const Result<void> sent = co_await m_link->send(std::move(message), context.withStop(stop.token()));
    if (!sent) {
        finish(id, failure(sent.error()));
        if (sent.error().reason == "session_lost"_L1)
            lose(sent.error());
    } else if (m_link->answersWhileSending()) {
        finish(id, failure(linkError(u"The tool server did not answer."_s)));
    }
}

QCoro::Task<> RpcClient::tell(QByteArray message)
{
    RequestContext context;
    context.stop = m_scope.token();
    context.deadline = std::chrono::steady_clock::now() + tellLimit;
    const Result<void> sent = co_await m_link->send(std::move(message), std::move(context));
    if (!sent && sent.error().reason == "session_lost"_L1)
        lose(sent.error());
}

void RpcClient::tellSoon(QByteArray message)
{
    if (!m_lost && m_scope.size() < mostTasks) // a server that asks without end is not answered without end
        m_scope.spawn(tell(std::move(message)));
}

QCoro::Task<> RpcClient::listen()
{
    RequestContext context;
    context.stop = m_scope.token();
    const Result<void> ended = co_await m_link->listen(std::move(context));
    lose(ended ? linkError(u"The tool server has ended."_s) : ended.error());
}

/// What is no message is none of our business: some servers write more than the protocol has.
void RpcClient::receive(const QByteArray &text)
{
    const auto messages = readMessages(text);
    if (!messages)
        return;
    for (const Message &message : messages->list)
        take(message);
}

void RpcClient::take(const Message &message)
{
    switch (message.kind) {
    case Message::Kind::Result: finish(message.id.toLongLong(), message.answer); break;
    case Message::Kind::Failure: finish(message.id.toLongLong(), failure(refusalError(message.answer))); break;
    case Message::Kind::Request:
        tellSoon(message.method == "ping"
                     ? resultText(message.id, "{}")
                     : errorText(message.id, RpcCode::MethodNotFound, u"This client does not offer that."_s));
        break;
    case Message::Kind::Notification:
        if (message.method != "notifications/tools/list_changed")
            break;
        m_hasListChanged = true;
        if (const auto wake = m_wake)
            wake->complete(true);
        break;
    case Message::Kind::Invalid: break;
    }
}

/// Answers that nobody waits for are left alone.
void RpcClient::finish(qint64 id, const Answer &answer)
{
    const auto found = m_questions.find(id);
    if (found == m_questions.end())
        return;
    const Completion<Answer> done = found->second; // whoever waits takes it off the list
    done.complete(answer);
}

void RpcClient::lose(const Error &error)
{
    if (m_lost)
        return;
    m_lost = error;
    const auto questions = m_questions; // each that ends takes itself off the list
    for (const auto &[id, done] : questions)
        done.complete(failure(error));
    if (const auto wake = m_wake)
        wake->complete(false);
}

Task<bool> RpcClient::listChange(std::chrono::milliseconds limit, RequestContext context)
{
    if (!m_hasListChanged && !m_lost) {
        const Completion<bool> wake;
        m_wake = wake;
        const StopWatcher watcher(context.stop, [wake] { wake.complete(false); });
        QTimer timer;
        timer.setSingleShot(true);
        QObject::connect(&timer, &QTimer::timeout, &timer, [wake] { wake.complete(false); });
        timer.start(limit);
        co_await wake;
        m_wake.reset();
    }
    if (context.isStopped())
        co_return failure(Error::cancelled());
    if (m_lost)
        co_return failure(*m_lost);
    co_return std::exchange(m_hasListChanged, false);
}

QCoro::Task<> RpcClient::end(std::chrono::milliseconds limit)
{
    lose(linkError(u"The tool server has been left."_s));
    m_scope.requestStop();
    co_await m_scope.join();
    RequestContext context;
    context.deadline = std::chrono::steady_clock::now() + limit;
    co_await m_link->close(std::move(context));
}

}
