// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/dialect/tokenestimate.h"
#include "daemon/pipeline/request.h"

#include <QByteArray>
#include <QByteArrayView>

namespace moe::pipeline {

/// Writes the request of one model call as OpenAI JSON.
class ChatBody
{
public:
    void addSystem(QByteArrayView text) { add("system", text); }
    void addUser(QByteArrayView text) { add("user", text); }
    void addHistory(const QList<HistoryMessage> &history);
    /// `content` is JSON: the client's own parts, images among them; `text` what they say in words.
    void addUserContent(QByteArrayView content, QByteArrayView text);

    /// Members as JSON, each followed by a comma.
    void setParameters(QByteArray members) { m_parameters = std::move(members); }

    [[nodiscard]] QByteArray json() const;
    [[nodiscard]] qint64 estimatedTokens() const { return m_estimate.tokens(); }

private:
    void add(QByteArrayView role, QByteArrayView text);

    QByteArray m_messages;
    QByteArray m_parameters;
    dialect::TokenEstimate m_estimate;
};

}
