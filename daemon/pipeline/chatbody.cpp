// SPDX-License-Identifier: Apache-2.0
#include "daemon/pipeline/chatbody.h"

namespace moe::pipeline {

namespace {
constexpr qint64 tokensOfImages = 1'000; // what common vision models make of a picture, roughly
}

qint64 tokensOfBytes(qsizetype bytes) { return (bytes * 2 + 6) / 7; }

void ChatBody::addHistory(const QList<HistoryMessage> &history)
{
    for (const HistoryMessage &message : history)
        add(message.speaker == Speaker::User ? "user" : "assistant", message.text);
}

void ChatBody::addUserContent(QByteArrayView content, QByteArrayView text)
{
    m_tokens += tokensOfBytes(text.size()) + tokensOfImages;
    m_messages += m_messages.isEmpty() ? "" : ",";
    m_messages += R"({"role":"user","content":)";
    m_messages += content;
    m_messages += '}';
}

void ChatBody::add(QByteArrayView role, QByteArrayView text)
{
    m_messages += m_messages.isEmpty() ? R"({"role":")" : R"(,{"role":")";
    m_messages += role;
    m_messages += R"(","content":)";
    json::appendQuoted(m_messages, text);
    m_tokens += tokensOfBytes(text.size());
    m_messages += '}';
}

QByteArray ChatBody::json() const
{
    return R"({"model":"","stream":true,"stream_options":{"include_usage":true},)" + m_parameters + R"("messages":[)"
        + m_messages + "]}";
}

}
