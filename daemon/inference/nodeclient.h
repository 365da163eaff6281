// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/inference/backend.h"
#include "daemon/inference/curlloop.h"
#include "daemon/inference/dispatcher.h"
#include "daemon/inference/embedendpoints.h"
#include "daemon/inference/modelclient.h"
#include "daemon/inference/nodestream.h"

namespace moe::inference {

/// Calls models on real servers: leases a slot from the dispatcher, speaks the server's protocol, asks the next server
/// while nothing of an answer has been given out. One per I/O thread.
class NodeClient final : public ModelClient
{
public:
    NodeClient(Dispatcher &dispatcher, CurlLoop &loop, CallObserver observe);

    [[nodiscard]] Task<std::shared_ptr<ChatStream>> streamChat(ChatCall call, RequestContext context) override;
    [[nodiscard]] Task<ChatAnswer> completeChat(ChatCall call, RequestContext context) override;
    [[nodiscard]] Task<EmbeddingAnswer> embed(ChatCall call, RequestContext context) override;
    [[nodiscard]] Task<ChatAnswer> completeText(ChatCall call, RequestContext context) override;
    [[nodiscard]] Task<std::shared_ptr<ChatStream>> streamText(ChatCall call, RequestContext context) override;

private:
    template <typename T>
    using Attempt = QCoro::Task<std::expected<T, AttemptFailure>>;
    template <typename T>
    using Attempter = Attempt<T> (NodeClient::*)(CallKind, ChatCall, Lease, CallInfo, RequestContext);

    template <typename T>
    [[nodiscard]] Task<T> onSomeServer(CallKind kind, ChatCall call, Attempter<T> attempt, RequestContext context);
    [[nodiscard]] Attempt<std::shared_ptr<ChatStream>> tryStream(CallKind kind, ChatCall call, Lease lease,
                                                                 CallInfo info, RequestContext context);
    [[nodiscard]] Attempt<ChatAnswer> tryWhole(CallKind kind, ChatCall call, Lease lease, CallInfo info,
                                               RequestContext context);
    void report(const ChatCall &call, const CallInfo &info, std::optional<ErrorCode> failure, const Usage &usage) const;

    Dispatcher &m_dispatcher;
    CurlLoop &m_loop;
    const CallObserver m_observe;
    EmbedEndpoints m_embedEndpoints;
};

}
