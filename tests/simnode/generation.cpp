// SPDX-License-Identifier: Apache-2.0
#include "tests/simnode/generation.h"

#include <cmath>

using namespace std::chrono_literals;

namespace moe::sim {

namespace {

constexpr int framesPerTurn = 64;

}

Generation::Generation(Exchange &exchange, NodeState &state, std::unique_ptr<ModelTicket> ticket,
                       std::unique_ptr<AnswerEncoder> encoder, Answer answer, bool isStreamed)
    : QObject(&exchange)
    , m_exchange(exchange)
    , m_ticket(std::move(ticket))
    , m_encoder(std::move(encoder))
    , m_answer(std::move(answer))
    , m_isStreamed(isStreamed)
{
    m_live.emplace(state);
    m_sinceStart.start();
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, [this] { m_isAnswering ? pump() : beginAnswer(); });
    connect(&exchange, &Exchange::ended, this, &Generation::stop);
    connect(&exchange, &Exchange::drained, this, &Generation::pump);
    if (m_exchange.fault().isEndless && m_answer.pieces.isEmpty())
        m_answer.pieces << "[simulated] ";
}

void Generation::start()
{
    if (m_ticket->isReady())
        return begin();
    m_ticket->whenReady([this] { begin(); });
}

void Generation::begin()
{
    m_live->setRunning();
    auto wait = m_exchange.fault().slowHeaders + m_answer.firstToken;
    if (!m_isStreamed && m_answer.tokensPerSecond > 0)
        wait += std::chrono::milliseconds(qint64(1000 * double(m_answer.completionTokens) / m_answer.tokensPerSecond));
    wait > 0ms ? m_timer.start(wait) : beginAnswer();
}

void Generation::beginAnswer()
{
    m_sinceFirstToken.start();
    if (!m_isStreamed && !m_exchange.fault().isEndless)
        return sendWhole();
    m_exchange.beginStream(m_isStreamed ? m_encoder->streamType() : m_encoder->wholeType());
    m_exchange.write(m_isStreamed ? m_encoder->opening() : QByteArray(R"({"simulated_endless":")"));
    m_isAnswering = true; // not sooner: the head's own bytes may say "drained"
    pump();
}

void Generation::sendWhole() { m_exchange.respond(200, m_encoder->wholeType(), m_encoder->whole(m_answer, finish())); }

void Generation::pump()
{
    // Writing may say "drained" at once.
    if (!m_isAnswering || m_isPumping)
        return;
    m_isPumping = true;
    int frames = 0;
    while (!m_exchange.isEnded() && !m_exchange.isBlocked() && isDue()) {
        if (!writeNext())
            break;
        if (++frames == framesPerTurn) {
            m_timer.start(0ms); // let others have a turn
            break;
        }
    }
    m_isPumping = false;
}

bool Generation::writeNext()
{
    const Fault &fault = m_exchange.fault();
    if (m_isStreamed && fault.errorInStreamAfter && m_frames >= *fault.errorInStreamAfter) {
        const QString fallback = QStringLiteral("simulated fault: error in the stream");
        m_exchange.write(m_encoder->error(fault.message.isEmpty() ? fallback : fault.message));
        m_exchange.endStream();
        return false;
    }
    const auto frame = nextFrame();
    if (!frame) {
        m_exchange.write(m_encoder->closing(finish()));
        m_exchange.endStream();
        return false;
    }
    ++m_frames;
    m_exchange.write(*frame);
    return true;
}

std::optional<QByteArray> Generation::nextFrame()
{
    const bool isEndless = m_exchange.fault().isEndless;
    if (isEndless && !m_isStreamed)
        return m_answer.pieces[m_frames % m_answer.pieces.size()].toHex();
    if (m_thought < m_answer.thinking.size())
        return m_encoder->thinking(m_answer.thinking[m_thought++]);
    if (m_piece == m_answer.pieces.size()) {
        m_piece = 0;
        m_round = isEndless ? 0 : m_round + 1;
    }
    if (m_piece < m_answer.pieces.size() && m_round < m_answer.repeat)
        return m_encoder->content(m_answer.pieces[m_piece++]);
    if (m_call < m_answer.toolCalls.size()) {
        const int index = m_call++;
        return m_encoder->toolCall(m_answer.toolCalls[index], index);
    }
    return std::nullopt;
}

bool Generation::isDue()
{
    if (m_answer.tokensPerSecond <= 0)
        return true;
    const double dueMs = 1000 * double(m_frames) / m_answer.tokensPerSecond;
    const double waitMs = dueMs - double(m_sinceFirstToken.nsecsElapsed()) / 1e6;
    if (waitMs <= 0)
        return true;
    m_timer.start(std::chrono::milliseconds(qint64(std::ceil(waitMs))));
    return false;
}

Finish Generation::finish() const
{
    Finish finish;
    finish.reason = m_answer.finishReason;
    finish.promptTokens = m_answer.promptTokens;
    finish.completionTokens = m_answer.completionTokens;
    finish.total = std::chrono::nanoseconds(m_sinceStart.nsecsElapsed());
    finish.load = m_ticket ? m_ticket->loadTime() : 0ns;
    finish.prompt = m_answer.firstToken;
    finish.evaluation = std::chrono::nanoseconds(m_sinceFirstToken.nsecsElapsed());
    return finish;
}

void Generation::stop()
{
    m_timer.stop();
    m_live.reset();
    m_ticket.reset();
}

}
