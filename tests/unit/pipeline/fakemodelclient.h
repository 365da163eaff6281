// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/inference/modelclient.h"

#include <QHash>
#include <QList>

#include <optional>

namespace moe::test {

/// How a fake model answers one call.
struct Answer {
    QList<QByteArray> pieces;           ///< of the text, one chunk each
    std::optional<Error> error = {};    ///< after the pieces, instead of a proper end
    bool isRefused = false;             ///< the error comes instead of a stream
    bool isEndless = false;             ///< after the pieces it stays silent until stopped
    QByteArray finishReason = "stop";
    std::optional<Usage> usage = {};
    int turns = 0;                      ///< of the event loop before the stream opens and before each piece
    QByteArray rawChunk = {};           ///< sent as it is after the pieces

    [[nodiscard]] static Answer text(QByteArray text) { return {.pieces = {std::move(text)}}; }
    [[nodiscard]] static Answer refusal(ErrorCode code)
    {
        return {.pieces = {}, .error = Error::of(code, QStringLiteral("scripted failure")), .isRefused = true};
    }
    [[nodiscard]] static Answer silence() { return {.pieces = {}, .isEndless = true}; }
};

/// A call as it arrived.
struct SeenCall {
    QString who; ///< "planner", "merger" or the model's name
    QString model;
    QByteArray body;
};

/// Answers from a script. Calls are told apart by their instructions: "planner", "merger", everything else by the
/// model's name as it was called. The last answer scripted for somebody repeats.
class FakeModelClient final : public inference::ModelClient
{
public:
    void script(const QString &who, QList<Answer> answers) { m_script.insert(who, std::move(answers)); }

    [[nodiscard]] const QList<SeenCall> &calls() const { return m_calls; }
    [[nodiscard]] QList<SeenCall> callsTo(const QString &who) const;
    [[nodiscard]] QStringList callers() const;
    [[nodiscard]] int openCalls() const { return *m_open; }
    [[nodiscard]] int mostOpenCalls() const { return m_mostOpen; }
    [[nodiscard]] int pauses() const { return *m_pauses; }
    void forget() { m_calls.clear(); }

    Task<std::shared_ptr<inference::ChatStream>> streamChat(inference::ChatCall call, RequestContext context) override;
    Task<inference::ChatAnswer> completeChat(inference::ChatCall call, RequestContext context) override;
    Task<inference::EmbeddingAnswer> embed(inference::ChatCall call, RequestContext context) override;
    Task<inference::ChatAnswer> completeText(inference::ChatCall call, RequestContext context) override;
    Task<std::shared_ptr<inference::ChatStream>> streamText(inference::ChatCall call, RequestContext context) override;

private:
    [[nodiscard]] Answer nextAnswer(const QString &who);

    QHash<QString, QList<Answer>> m_script;
    QHash<QString, int> m_answered;
    QList<SeenCall> m_calls;
    std::shared_ptr<int> m_open = std::make_shared<int>(0);
    std::shared_ptr<int> m_pauses = std::make_shared<int>(0);
    int m_mostOpen = 0;
};

}
