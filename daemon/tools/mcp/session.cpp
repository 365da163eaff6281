// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/mcp/session.h"

#include "daemon/tools/mcp/conversation.h"
#include "shared/async/wait.h"
#include "shared/wire/codec.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace moe::tools::mcp {

namespace {

constexpr std::size_t mostRunning = 64;
constexpr std::size_t mostStreams = 64;
constexpr qsizetype mostDeliveredBytes = 1024 * 1024; // beyond, streams that were read to their end are forgotten …
constexpr qsizetype mostStreamBytes = 2 * EventStream::mostBytesWaiting; // … and all that are finished
constexpr std::array<QByteArrayView, 3> knownCapabilities{"elicitation", "roots", "sampling"};

struct InitializeParams {
    QByteArray protocolVersion;
    wire::RawJson capabilities{QByteArrayLiteral("{}")};

    static constexpr auto fields()
    {
        using wire::Field;
        using wire::Presence;
        return std::tuple{Field<&InitializeParams::protocolVersion>{"protocolVersion"_L1, Presence::Required},
                          Field<&InitializeParams::capabilities>{"capabilities"_L1}};
    }
};

struct CancelledParams {
    wire::RawJson requestId;

    static constexpr auto fields()
    {
        return std::tuple{wire::Field<&CancelledParams::requestId>{"requestId"_L1, wire::Presence::Required}};
    }
};

struct Meta {
    std::optional<wire::RawJson> progressToken;

    static constexpr auto fields() { return std::tuple{wire::Field<&Meta::progressToken>{"progressToken"_L1}}; }
};

struct AnyParams {
    Meta meta;

    static constexpr auto fields() { return std::tuple{wire::Field<&AnyParams::meta>{"_meta"_L1}}; }
};

/// Those that we know.
QByteArrayList capabilitiesIn(const QByteArray &object)
{
    QByteArrayList names;
    if (const auto span = json::validate(object)) {
        json::forEachMember(object, *span, [&names, &object](json::Span key, json::Span) {
            const QByteArray name = json::unescaped(object, key);
            if (std::ranges::contains(knownCapabilities, name) && !names.contains(name))
                names.append(name);
            return true;
        });
    }
    return names;
}

QByteArray implementationText(const ServerInfo &info, Revision revision)
{
    QByteArray text = R"({"name":)" + json::quoted(info.name.toUtf8());
    if (hasStructuredContent(revision) && !info.title.isEmpty())
        text += R"(,"title":)" + json::quoted(info.title.toUtf8());
    return text + R"(,"version":)" + json::quoted(info.version.toUtf8()) + '}';
}

}

/// A request of the client while it is worked on: can be cancelled by its id from any thread.
class Session::Running
{
public:
    /// Not begun if the id is taken, or if there are too many.
    Running(Session &session, QByteArray id) : m_session(session), m_id(std::move(id))
    {
        const std::lock_guard lock(m_session.m_mutex);
        if (!m_session.m_isEnded && m_session.m_running.size() < mostRunning)
            m_isBegun = m_session.m_running.try_emplace(m_id, m_stop).second;
    }
    Running(const Running &) = delete;
    Running &operator=(const Running &) = delete;
    ~Running()
    {
        if (!m_isBegun)
            return;
        const std::lock_guard lock(m_session.m_mutex);
        m_session.m_running.erase(m_id);
    }

    [[nodiscard]] bool isBegun() const { return m_isBegun; }
    [[nodiscard]] const std::stop_source &stop() const { return m_stop; }

private:
    Session &m_session;
    const QByteArray m_id;
    std::stop_source m_stop;
    bool m_isBegun = false;
};

Session::Session(const Server &server, QByteArray id, std::shared_ptr<StreamTotals> totals)
    : m_server(server)
    , m_id(std::move(id))
    , m_totals(std::move(totals))
{ }

std::optional<Revision> Session::revision() const
{
    const std::lock_guard lock(m_mutex);
    return m_revision;
}

bool Session::clientOffers(QByteArrayView capability) const
{
    const std::lock_guard lock(m_mutex);
    return std::ranges::contains(m_clientCapabilities, capability);
}

LogLevel Session::logLevel() const
{
    const std::lock_guard lock(m_mutex);
    return m_logLevel;
}

void Session::setLogLevel(LogLevel level)
{
    const std::lock_guard lock(m_mutex);
    m_logLevel = level;
}

int Session::running() const
{
    const std::lock_guard lock(m_mutex);
    return int(m_running.size());
}

QCoro::Task<> Session::handle(Message message, Peer peer, RequestContext context)
{
    switch (message.kind) {
    case Message::Kind::Request: co_await answerRequest(std::move(message), std::move(peer), std::move(context)); break;
    case Message::Kind::Notification: takeNotification(message); break;
    case Message::Kind::Result:
    case Message::Kind::Failure: takeAnswer(message); break;
    case Message::Kind::Invalid:
        peer.outlet->send(errorText(message.id, RpcCode::InvalidRequest, message.fault));
        break;
    }
}

QCoro::Task<> Session::answerRequest(Message message, Peer peer, RequestContext context)
{
    const Running running(*this, message.id);
    if (!running.isBegun()) {
        peer.outlet->send(errorText(message.id, RpcCode::InvalidRequest,
                                    u"A request with this id is being worked on, or there are too many."_s));
        co_return;
    }
    if (message.method != "initialize" && message.method != "ping" && !m_server.method(message.method)) {
        peer.outlet->send(errorText(message.id, RpcCode::MethodNotFound,
                                    u"There is no method \"%1\"."_s.arg(QString::fromUtf8(message.method.left(100)))));
        co_return;
    }
    LinkedStop outer(context.stop);
    const std::stop_callback cancelled(running.stop().get_token(), [&outer] { outer.requestStop(); });
    const QByteArray id = message.id;
    const auto outlet = peer.outlet;
    const auto result = co_await resultOf(std::move(message), std::move(peer), context.withStop(outer.token()));
    if (result)
        outlet->send(resultText(id, *result));
    else if (result.error().code != ErrorCode::Cancelled)
        outlet->send(errorText(id, result.error()));
}

Task<QByteArray> Session::resultOf(Message message, Peer peer, RequestContext context)
{
    const QByteArray params = message.params.isEmpty() ? QByteArrayLiteral("{}") : message.params;
    if (message.method == "ping")
        co_return QByteArrayLiteral("{}");
    if (message.method == "initialize")
        co_return initialize(params);
    if (!revision())
        co_return failure(Error::of(ErrorCode::Conflict, u"The first request is \"initialize\"."_s));
    CO_TRY(const AnyParams any, wire::read<AnyParams>(params));
    QByteArray token = any.meta.progressToken ? any.meta.progressToken->text : QByteArray();
    auto conversation = std::make_shared<Conversation>(shared_from_this(), std::move(peer), std::move(token));
    co_return co_await (*m_server.method(message.method))(params, std::move(conversation), std::move(context));
}

Result<QByteArray> Session::initialize(const QByteArray &params)
{
    TRY(const InitializeParams wanted, wire::read<InitializeParams>(params));
    const Revision revision = negotiated(wanted.protocolVersion);
    {
        const std::lock_guard lock(m_mutex);
        if (m_revision)
            return failure(Error::of(ErrorCode::Conflict, u"The session is initialized already."_s));
        m_revision = revision;
        m_clientCapabilities = capabilitiesIn(wanted.capabilities.text);
    }
    QByteArray text = R"({"protocolVersion":)" + json::quoted(revisionName(revision)) + R"(,"capabilities":)"
        + m_server.capabilities() + R"(,"serverInfo":)" + implementationText(m_server.info(), revision);
    if (!m_server.info().instructions.isEmpty())
        text += R"(,"instructions":)" + json::quoted(m_server.info().instructions.toUtf8());
    return QByteArray(text + '}');
}

/// Those that we do not know are none of our business.
void Session::takeNotification(const Message &message)
{
    if (message.method != "notifications/cancelled")
        return;
    if (const auto cancelled = wire::read<CancelledParams>(message.params))
        cancel(cancelled->requestId.text);
}

void Session::cancel(const QByteArray &requestId)
{
    std::stop_source stop(std::nostopstate);
    {
        const std::lock_guard lock(m_mutex);
        if (const auto found = m_running.find(requestId); found != m_running.end())
            stop = found->second;
    }
    stop.request_stop();
}

void Session::takeAnswer(const Message &message)
{
    std::optional<Question> question;
    {
        const std::lock_guard lock(m_mutex);
        if (auto found = m_questions.extract(message.id))
            question = std::move(found.mapped());
    }
    if (!question)
        return;
    Answer answer = message.answer;
    if (message.kind == Message::Kind::Failure)
        answer = failure(Error::of(ErrorCode::BadGateway, u"The client answered with an error."_s));
    question->mailbox->post([done = std::move(question->done), answer = std::move(answer)] { done.complete(answer); });
}

Task<QByteArray> Session::ask(std::shared_ptr<Outlet> outlet, QByteArray method, QByteArray params,
                              RequestContext context)
{
    const Completion<Answer> done;
    QByteArray id;
    {
        const std::lock_guard lock(m_mutex);
        id = QByteArray::number(++m_lastQuestion);
        m_questions.emplace(id, Question{done, Mailbox::current()});
    }
    const ContextWatcher watcher(context, u"The client did not answer in time."_s,
                                 [done](Error error) { done.complete(failure(std::move(error))); });
    outlet->send(requestText(id, method, params));
    Answer answer = co_await done;
    const std::lock_guard lock(m_mutex);
    m_questions.erase(id);
    co_return answer;
}

void Session::end()
{
    std::vector<std::stop_source> running;
    std::deque<std::shared_ptr<EventStream>> streams;
    {
        const std::lock_guard lock(m_mutex);
        m_isEnded = true;
        for (const auto &[id, stop] : m_running)
            running.push_back(stop);
        streams = m_streams;
    }
    for (std::stop_source &stop : running)
        stop.request_stop();
    m_mainStream->finish();
    for (const auto &stream : streams)
        stream->finish();
}

std::shared_ptr<EventStream> Session::openStream()
{
    const std::lock_guard lock(m_mutex);
    auto stream = std::make_shared<EventStream>(++m_lastStream, m_totals);
    m_streams.push_back(stream);
    trimStreams();
    return stream;
}

void Session::closeStream(EventStream &stream)
{
    stream.finish();
    const std::lock_guard lock(m_mutex);
    trimStreams();
}

/// What has been read goes first; what has not only if there is far too much of it.
void Session::trimStreams()
{
    forgetOldest(mostDeliveredBytes, &EventStream::isDelivered);
    forgetOldest(mostStreamBytes, &EventStream::isFinished);
}

void Session::forgetOldest(qsizetype mostBytes, bool (EventStream::*mayGo)() const)
{
    std::size_t count = m_streams.size();
    qsizetype bytes = 0;
    for (const auto &stream : m_streams)
        bytes += stream->bytes();
    std::erase_if(m_streams, [&count, &bytes, mostBytes, mayGo](const std::shared_ptr<EventStream> &stream) {
        const bool isTooMuch = bytes > mostBytes || count > mostStreams;
        if (!isTooMuch || !((*stream).*mayGo)())
            return false;
        --count;
        bytes -= stream->bytes();
        return true;
    });
}

void Session::tidy()
{
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_streams, [this](const auto &stream) { return m_delivered.contains(stream->number()); });
    m_delivered.clear();
    for (const auto &stream : m_streams) {
        if (stream->isDelivered())
            m_delivered.insert(stream->number());
    }
}

void Session::forget(const EventStream &stream)
{
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_streams, [&stream](const auto &each) { return each.get() == &stream; });
}

std::vector<std::shared_ptr<EventStream>> Session::finishedStreams() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<std::shared_ptr<EventStream>> finished;
    std::ranges::copy_if(m_streams, std::back_inserter(finished), [](const auto &each) { return each->isFinished(); });
    return finished;
}

bool Session::isInUse() const
{
    const std::lock_guard lock(m_mutex);
    return !m_running.empty() || m_mainStream->hasReader()
        || std::ranges::any_of(m_streams, [](const auto &stream) { return stream->hasReader(); });
}

std::shared_ptr<EventStream> Session::stream(quint64 number) const
{
    if (number == 0)
        return m_mainStream;
    const std::lock_guard lock(m_mutex);
    const auto found = std::ranges::find(m_streams, number, &EventStream::number);
    return found == m_streams.end() ? nullptr : *found;
}

}
