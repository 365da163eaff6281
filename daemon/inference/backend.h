// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/inference/modelclient.h"
#include "daemon/inference/servertypes.h"
#include "shared/core/result.h"
#include "shared/model/usage.h"

#include <QByteArray>

#include <functional>
#include <memory>

namespace moe::inference {

/// A call as one particular server is to get it.
struct PreparedCall {
    QByteArray path;        ///< such as "/v1/chat/completions"
    QByteArrayList bodies;  ///< usually one; several where `n` or a list of inputs has to be asked for one by one
    QStringList dropped;    ///< request fields that this server cannot honour
};

/// An answer in the project's inner language, OpenAI's.
struct ReadAnswer {
    QByteArray body;
    Usage usage;
};

/// Turns the bytes of one streamed answer into OpenAI chunks.
class StreamReader
{
public:
    using OnChunk = std::function<void(QByteArray chunk)>;

    StreamReader() = default;
    StreamReader(const StreamReader &) = delete;
    StreamReader &operator=(const StreamReader &) = delete;
    virtual ~StreamReader() = default;

    /// BadGateway for what is no answer; other codes for what the server itself says went wrong. Chunks that say
    /// the answer is finished are held back until that is certain.
    [[nodiscard]] virtual Result<void> feed(QByteArrayView bytes, const OnChunk &onChunk) = 0;
    /// The server closed its answer properly; BadGateway if it was not complete.
    [[nodiscard]] virtual Result<void> finish(const OnChunk &onChunk) = 0;
    /// True once nothing more can come.
    [[nodiscard]] virtual bool isComplete() const = 0;
    /// As far as reported.
    [[nodiscard]] virtual Usage usage() const = 0;
};

/// What a call asks for.
enum class CallKind { Chat, Text, Embeddings };

/// The protocol of one kind of server, both ways. Pure: knows no sockets and keeps nothing between calls.
class Backend
{
public:
    Backend() = default;
    Backend(const Backend &) = delete;
    Backend &operator=(const Backend &) = delete;
    virtual ~Backend() = default;

    /// InvalidRequest names the field that this server cannot serve.
    [[nodiscard]] virtual Result<PreparedCall> prepare(CallKind kind, const ChatCall &call, bool isStream,
                                                       const Server &server, const ModelInfo &model) const
        = 0;
    [[nodiscard]] virtual std::unique_ptr<StreamReader> streamReader(CallKind kind, const ChatCall &call) const = 0;
    /// A whole answer with status 200; `bodies` holds one for each body sent.
    [[nodiscard]] virtual Result<ReadAnswer> readAnswer(CallKind kind, const ChatCall &call,
                                                        const QList<QByteArray> &bodies) const
        = 0;

    [[nodiscard]] static const Backend &of(ApiType type);
};

}
