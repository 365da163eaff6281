// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simnode/modelhost.h"

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QString>

#include <optional>

namespace moe::sim {

/// One message of a conversation, as far as the node cares.
struct Message {
    QString role;
    QString content;
    int images = 0;
};

/// What both protocols' generation requests come down to.
struct GenerationRequest {
    QString model; ///< as the client wrote it; answers repeat it
    QList<Message> messages;
    bool isStreamed = false;
    bool hasTools = false;
    bool wantsJson = false; ///< format "json" or a schema
    QJsonObject schema; ///< empty: any JSON
    std::optional<bool> thinks; ///< nothing: not said
    qint64 maxTokens = -1; ///< negative: no limit
    int contextTokens = 0; ///< 0: the model's or the server's default
    int choices = 1;
    bool includesUsage = false; ///< OpenAI streams: a chunk with the usage at the end
    KeepAlive keepAlive = defaultKeepAlive;

    [[nodiscard]] bool hasImages() const;
    /// By the rule of countTokens(), with 4 more for each message.
    [[nodiscard]] qint64 promptTokens() const;
};

/// The node's tokenizer: four characters are a token, a started one counts.
[[nodiscard]] qint64 countTokens(QStringView text);
/// The text in pieces of one token each, as UTF-8.
[[nodiscard]] QList<QByteArray> tokenPieces(QStringView text);

}
