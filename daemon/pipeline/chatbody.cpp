// SPDX-License-Identifier: Apache-2.0
#include "daemon/pipeline/chatbody.h"

#include "daemon/pipeline/textcut.h"

namespace moe::pipeline {

void ChatBody::addHistory(const QList<HistoryMessage> &history)
{
    for (const HistoryMessage &message : history)
        add(message.speaker == Speaker::User ? "user" : "assistant", message.text);
}

void ChatBody::addUserContent(QByteArrayView content, QByteArrayView text)
{
    m_estimate.characters += characterCount(text);
    ++m_estimate.messages;
    ++m_estimate.images;
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
    m_estimate.characters += characterCount(text);
    ++m_estimate.messages;
    m_messages += '}';
}

QByteArray ChatBody::json() const
{
    return R"({"model":"","stream":true,"stream_options":{"include_usage":true},)" + m_parameters + R"("messages":[)"
        + m_messages + "]}";
}

}
