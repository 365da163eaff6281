// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simnode/answerencoder.h"
#include "tests/simnode/exchange.h"
#include "tests/simnode/modelhost.h"
#include "tests/simnode/nodestate.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>

namespace moe::sim {

/// One answer being worked out: waits for its model, paces its frames, honours back-pressure. A child of its exchange;
/// gives up its place the moment the exchange ends.
class Generation final : public QObject
{
    Q_OBJECT

public:
    Generation(Exchange &exchange, NodeState &state, std::unique_ptr<ModelTicket> ticket,
               std::unique_ptr<AnswerEncoder> encoder, Answer answer, bool isStreamed);

    void start();

private:
    void begin();
    void beginAnswer();
    void sendWhole();
    void pump();
    bool writeNext();
    [[nodiscard]] std::optional<QByteArray> nextFrame(); ///< nothing: the answer is complete
    [[nodiscard]] bool isDue();
    [[nodiscard]] Finish finish() const;
    void stop();

    Exchange &m_exchange;
    std::optional<NodeState::LiveGeneration> m_live;
    std::unique_ptr<ModelTicket> m_ticket;
    std::unique_ptr<AnswerEncoder> m_encoder;
    Answer m_answer;
    bool m_isStreamed;

    QTimer m_timer;
    QElapsedTimer m_sinceStart;
    QElapsedTimer m_sinceFirstToken;
    qsizetype m_thought = 0; ///< pieces of the thinking sent
    qsizetype m_piece = 0; ///< next piece of this round
    int m_round = 0;
    int m_call = 0;
    qint64 m_frames = 0;
    bool m_isAnswering = false;
    bool m_isPumping = false;
};

}
