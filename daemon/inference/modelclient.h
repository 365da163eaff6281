// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/inference/servertypes.h"
#include "shared/async/channel.h"
#include "shared/async/context.h"
#include "shared/async/task.h"
#include "shared/model/usage.h"

#include <QByteArray>
#include <QString>

#include <chrono>
#include <memory>
#include <optional>

namespace moe::inference {

/// Which node served a call and how long that took; for traces and metrics.
struct CallInfo {
    ServerId server;
    QString model;                             ///< as the server calls it
    std::chrono::microseconds queueWait{0};
    std::chrono::microseconds timeToFirstByte{0};
    QStringList droppedFields;                 ///< request fields the node cannot honour, for `x-moe-dropped`
    int attempts = 1;                          ///< nodes tried
};

/// Counts what calls use while they run, on their thread.
class CallMeter
{
public:
    CallMeter() = default;
    CallMeter(const CallMeter &) = delete;
    CallMeter &operator=(const CallMeter &) = delete;
    virtual ~CallMeter() = default;

    /// One more piece of the answer has come, usually a token.
    virtual void chunkCame(const CallInfo &info) = 0;
    /// Once for each server that was asked. The usage is the server's own; where it says none, a count of the pieces.
    virtual void attemptEnded(const CallInfo &info, std::optional<ErrorCode> failure, const Usage &usage) = 0;
};

/// How long an answer a request allows.
struct AnswerLength {
    std::optional<qint64> tokens; ///< of each choice; nothing if it does not say
    qint64 choices = 1;
    bool hasMaxTokens = false; ///< the body has the member "max_tokens", whatever it says
};

/// One call to one model, in the project's inner language: OpenAI's chat completion.
struct ChatCall {
    QString model; ///< "name:tag", or "name:tag@server" to name the server
    QByteArray body; ///< the OpenAI request, valid JSON; its "model" and "stream" members are overwritten
    qint64 promptTokensEstimate = 0;
    bool isBackground = false; ///< yields to interactive calls in the queue
    bool isAnswer = false; ///< its text is the answer to the request: what was set aside for that may be used for it
    QList<ServerId> excluded = {}; ///< servers that the caller may not use
    std::shared_ptr<CallMeter> meter = {}; ///< may be null
    std::optional<AnswerLength> length = {}; ///< where it is known: nobody needs to look through the body for it
};

/// One event of a streamed answer.
struct ChatEvent {
    /// One OpenAI chat.completion.chunk object, valid JSON, without SSE framing. From an OpenAI-compatible node these
    /// are the node's own bytes.
    QByteArray chunk;
};

/// A streamed answer in progress. Destroying it closes the upstream connection and releases the lease.
/// Belongs to the thread that opened it.
class ChatStream
{
public:
    ChatStream() = default;
    ChatStream(const ChatStream &) = delete;
    ChatStream &operator=(const ChatStream &) = delete;
    virtual ~ChatStream() = default;

    /// Awaitable, once: the next event; nothing after a proper end (the upstream said so); an error if it was cut,
    /// stalled, unreadable or said an error itself. Deadline and stop token of the call end it.
    [[nodiscard]] virtual Channel<ChatEvent>::Awaiter next() = 0;

    /// Stops reading from the upstream (back-pressure) and goes on.
    virtual void setPaused(bool isPaused) = 0;

    [[nodiscard]] virtual const CallInfo &info() const = 0;
};

/// A finished, not streamed answer.
struct ChatAnswer {
    QByteArray body; ///< an OpenAI chat.completion object; from an OpenAI-compatible node its own bytes
    CallInfo info;
};

/// Embeddings as an OpenAI embeddings object.
struct EmbeddingAnswer {
    QByteArray body;
    CallInfo info;
};

/// Calls models on whatever node serves them: chooses, queues, fails over before the first byte. One per I/O thread.
class ModelClient
{
public:
    ModelClient() = default;
    ModelClient(const ModelClient &) = delete;
    ModelClient &operator=(const ModelClient &) = delete;
    virtual ~ModelClient() = default;

    /// Ends when the first event of the answer is there, so an error here still has a real HTTP status.
    [[nodiscard]] virtual Task<std::shared_ptr<ChatStream>> streamChat(ChatCall call, RequestContext context) = 0;
    [[nodiscard]] virtual Task<ChatAnswer> completeChat(ChatCall call, RequestContext context) = 0;
    /// `call.body` is an OpenAI embeddings request.
    [[nodiscard]] virtual Task<EmbeddingAnswer> embed(ChatCall call, RequestContext context) = 0;
    /// `call.body` is an OpenAI legacy completion request; the answer a text_completion object, or chunks of one.
    [[nodiscard]] virtual Task<ChatAnswer> completeText(ChatCall call, RequestContext context) = 0;
    [[nodiscard]] virtual Task<std::shared_ptr<ChatStream>> streamText(ChatCall call, RequestContext context) = 0;
};

}
