// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/meteredclient.h"

namespace moe::api {

using inference::ChatAnswer;
using inference::ChatCall;
using inference::ChatStream;
using inference::EmbeddingAnswer;

Task<std::shared_ptr<ChatStream>> MeteredClient::streamChat(ChatCall call, RequestContext context)
{
    CO_TRY(ChatCall prepared, m_prepare(std::move(call), CallForm::Stream));
    co_return co_await m_client.streamChat(std::move(prepared), std::move(context));
}

Task<ChatAnswer> MeteredClient::completeChat(ChatCall call, RequestContext context)
{
    CO_TRY(ChatCall prepared, m_prepare(std::move(call), CallForm::Whole));
    co_return co_await m_client.completeChat(std::move(prepared), std::move(context));
}

Task<EmbeddingAnswer> MeteredClient::embed(ChatCall call, RequestContext context)
{
    CO_TRY(ChatCall prepared, m_prepare(std::move(call), CallForm::Embeddings));
    co_return co_await m_client.embed(std::move(prepared), std::move(context));
}

Task<ChatAnswer> MeteredClient::completeText(ChatCall call, RequestContext context)
{
    CO_TRY(ChatCall prepared, m_prepare(std::move(call), CallForm::Whole));
    co_return co_await m_client.completeText(std::move(prepared), std::move(context));
}

Task<std::shared_ptr<ChatStream>> MeteredClient::streamText(ChatCall call, RequestContext context)
{
    CO_TRY(ChatCall prepared, m_prepare(std::move(call), CallForm::Stream));
    co_return co_await m_client.streamText(std::move(prepared), std::move(context));
}

}
