// SPDX-License-Identifier: Apache-2.0
#include "daemon/inference/nodeclient.h"

#include "daemon/inference/modelname.h"
#include "daemon/inference/wholeanswer.h"
#include "shared/async/offload.h"
#include "shared/async/wait.h"

using namespace Qt::StringLiterals;

namespace moe::inference {

namespace {

constexpr qsizetype answerLimit = 64 * 1024 * 1024;
constexpr qsizetype affinityBytes = 1024;

LeaseRequest leaseRequestOf(const ChatCall &call, const ModelId &id, const RequestContext &context)
{
    LeaseRequest request;
    request.model = id.model;
    request.server = id.server;
    request.excluded = call.excluded;
    request.key = context.principal.key;
    request.priority = call.isBackground ? Priority::Background : Priority::Interactive;
    // A conversation begins with the same bytes each time; where it ran before, its prompt is cached.
    request.affinity = qHash(QByteArrayView(call.body).first(std::min(call.body.size(), affinityBytes)));
    return request;
}

UpstreamRequest requestTo(const Server &server, const QByteArray &path, const QByteArray &body, Clock::Steady deadline)
{
    UpstreamRequest request;
    request.url = server.config.url + path;
    request.token = server.config.token;
    request.body = body;
    request.silentTime = server.config.timeout;
    request.deadline = deadline;
    return request;
}

std::chrono::microseconds since(Clock::Steady start)
{
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
}

AttemptFailure failureOf(FetchFailure failure)
{
    if (auto *const error = std::get_if<Error>(&failure))
        return {std::move(*error), {}, false};
    return failureOf(std::get<TransferFailure>(failure));
}

void settle(Lease &lease, const AttemptFailure &failure)
{
    if (failure.fault)
        lease.fail(*failure.fault);
    else
        lease.release();
}

}

NodeClient::NodeClient(Dispatcher &dispatcher, CurlLoop &loop, CallObserver observe)
    : m_dispatcher(dispatcher)
    , m_loop(loop)
    , m_observe(std::move(observe))
{ }

template <typename T>
Task<T> NodeClient::onSomeServer(CallKind kind, ChatCall call, Attempter<T> attempt, RequestContext context)
{
    CO_TRY(const ModelId id, resolveModelId(call.model));
    LeaseRequest request = leaseRequestOf(call, id, context);
    std::optional<Error> lastError;
    for (int attempts = 1;; ++attempts) {
        auto lease = co_await m_dispatcher.acquire(request, context);
        if (!lease) // what the last server said is more telling than that no other is left
            co_return failure(lastError && lease.error().code != ErrorCode::Cancelled ? *lastError
                                                                                      : std::move(lease).error());
        CallInfo info;
        info.server = lease->server().config.name;
        info.model = lease->model().name;
        info.queueWait = lease->queueWait();
        info.attempts = attempts;
        auto result = co_await (this->*attempt)(kind, call, *std::move(lease), info, context);
        if (result)
            co_return *std::move(result);
        if (!result.error().mayTryNext)
            co_return failure(std::move(result).error().error);
        request.excluded.append(info.server);
        lastError = std::move(result).error().error;
    }
}

NodeClient::Attempt<std::shared_ptr<ChatStream>> NodeClient::tryStream(CallKind kind, ChatCall call, Lease lease,
                                                                       CallInfo info, RequestContext context)
{
    const ServerPtr server = lease.serverPtr();
    const Backend &backend = Backend::of(server->config.apiType);
    // Whatever looks through everything there is takes its time if that is much.
    const qsizetype size = call.body.size();
    auto prepared
        = co_await offloadIfLarge(size, [&] { return backend.prepare(kind, call, true, *server, lease.model()); });
    if (!prepared)
        co_return std::unexpected(AttemptFailure{std::move(prepared).error(), {}, false});
    info.droppedFields = prepared->dropped;
    auto reader = co_await offloadIfLarge(size, [&] { return backend.streamReader(kind, call); });
    if (context.isStopped())
        co_return std::unexpected(AttemptFailure{Error::cancelled(), {}, false});
    const auto stream = std::make_shared<NodeStream>(std::move(lease), std::move(reader), info,
                                                     call.promptTokensEstimate, call.meter, m_observe, context);
    stream->start(m_loop, requestTo(*server, prepared->path, prepared->bodies.first(), context.deadline));
    if (auto began = co_await stream->began(); !began)
        co_return std::unexpected(std::move(began).error());
    co_return stream;
}

void NodeClient::report(const ChatCall &call, const CallInfo &info, std::optional<ErrorCode> failure,
                        const Usage &usage) const
{
    if (call.meter)
        call.meter->attemptEnded(info, failure, usage);
    m_observe(info, failure, usage);
}

NodeClient::Attempt<ChatAnswer> NodeClient::tryWhole(CallKind kind, ChatCall call, Lease lease, CallInfo info,
                                                     RequestContext context)
{
    const ServerPtr server = m_embedEndpoints.corrected(lease.serverPtr());
    const Backend &backend = Backend::of(server->config.apiType);
    qsizetype size = call.body.size();
    auto prepared
        = co_await offloadIfLarge(size, [&] { return backend.prepare(kind, call, false, *server, lease.model()); });
    if (!prepared)
        co_return std::unexpected(AttemptFailure{std::move(prepared).error(), {}, false});
    info.droppedFields = prepared->dropped;

    const auto startedAt = std::chrono::steady_clock::now();
    QList<QByteArray> bodies;
    std::optional<AttemptFailure> failure;
    for (qsizetype i = 0; i < prepared->bodies.size() && !failure; ++i) {
        auto request = requestTo(*server, prepared->path, prepared->bodies[i], context.deadline);
        auto fetched = co_await fetchWhole(&m_loop, std::move(request), answerLimit, context);
        if (!fetched)
            failure = failureOf(std::move(fetched).error());
        else if (kind == CallKind::Embeddings && m_embedEndpoints.learn(*server, fetched->status, fetched->body))
            co_return co_await tryWhole(kind, std::move(call), std::move(lease), std::move(info), std::move(context));
        else if (fetched->status != 200)
            failure = failureOfStatus(fetched->status, fetched->body, *server);
        else
            size += bodies.emplaceBack(std::move(fetched->body)).size();
        if (i == 0 && fetched)
            info.timeToFirstByte = fetched->timeToFirstByte;
    }
    std::optional<ReadAnswer> answer;
    if (!failure) {
        if (auto read = co_await offloadIfLarge(size, [&] { return backend.readAnswer(kind, call, bodies); }); read)
            answer = *std::move(read);
        else
            failure = failureOfAnswer(std::move(read).error());
    }
    if (failure) {
        settle(lease, *failure);
        report(call, info, failure->error.code, {});
        co_return std::unexpected(*std::move(failure));
    }
    lease.succeed({info.timeToFirstByte, since(startedAt), answer->usage.completionTokens});
    report(call, info, {}, answer->usage);
    co_return ChatAnswer{std::move(answer->body), std::move(info)};
}

Task<std::shared_ptr<ChatStream>> NodeClient::streamChat(ChatCall call, RequestContext context)
{
    return onSomeServer(CallKind::Chat, std::move(call), &NodeClient::tryStream, std::move(context));
}

Task<std::shared_ptr<ChatStream>> NodeClient::streamText(ChatCall call, RequestContext context)
{
    return onSomeServer(CallKind::Text, std::move(call), &NodeClient::tryStream, std::move(context));
}

Task<ChatAnswer> NodeClient::completeChat(ChatCall call, RequestContext context)
{
    return onSomeServer(CallKind::Chat, std::move(call), &NodeClient::tryWhole, std::move(context));
}

Task<ChatAnswer> NodeClient::completeText(ChatCall call, RequestContext context)
{
    return onSomeServer(CallKind::Text, std::move(call), &NodeClient::tryWhole, std::move(context));
}

Task<EmbeddingAnswer> NodeClient::embed(ChatCall call, RequestContext context)
{
    CO_TRY(ChatAnswer answer,
           co_await onSomeServer(CallKind::Embeddings, std::move(call), &NodeClient::tryWhole, std::move(context)));
    co_return EmbeddingAnswer{std::move(answer.body), std::move(answer.info)};
}

}
