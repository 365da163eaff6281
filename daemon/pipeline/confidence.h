// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QLatin1StringView>

namespace moe::pipeline {

/// How sure an expert says it is.
enum class Confidence { Low, Medium, High };

[[nodiscard]] QLatin1StringView confidenceName(Confidence confidence);

/// 0.3, 0.6 or 0.9.
[[nodiscard]] double confidenceScore(Confidence confidence);

/// Below this score the next tier is asked.
inline constexpr double escalationLimit = 0.65;

/// Takes the line "CONFIDENCE: high|medium|low" off the beginning of a streamed answer. White space and Markdown marks
/// around it are tolerated. An answer that begins otherwise is passed on whole, as Medium. However the stream is cut
/// into pieces, the outcome is the same.
class ConfidenceReader
{
public:
    /// What of the answer is known so far and was not returned yet; empty while the first line is undecided.
    [[nodiscard]] QByteArray feed(QByteArrayView bytes);
    /// The rest, once the answer is complete.
    [[nodiscard]] QByteArray finish();

    [[nodiscard]] bool isDecided() const { return m_state != State::Head; }
    [[nodiscard]] bool isStated() const { return m_isStated; }
    [[nodiscard]] Confidence confidence() const { return m_confidence; }

private:
    enum class State {
        Head, ///< the line may still be the confidence
        Gap,  ///< after it, before the first character of the answer
        Text,
    };
    [[nodiscard]] QByteArray afterGap(QByteArrayView bytes);

    State m_state = State::Head;
    QByteArray m_head;
    Confidence m_confidence = Confidence::Medium;
    bool m_isStated = false;
    bool m_isLineOver = false;
};

/// The confidence of a finished answer: Low if it is shorter than 40 characters although the task asks for more than a
/// fact, such as an explanation; else what was stated.
[[nodiscard]] Confidence assessed(Confidence stated, QByteArrayView answer, QByteArrayView task);

}
