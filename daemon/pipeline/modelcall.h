// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/pipeline/chatbody.h"
#include "daemon/pipeline/run.h"
#include "shared/async/wait.h"

#include <QTimer>

#include <functional>

namespace moe::pipeline {

/// One call that a node makes.
struct ModelCall {
    NodeId node = NodeId::Finish;
    QString purpose;           ///< for the trace, such as the expert's category
    experts::ModelRef model;
    ChatBody body;
    /// Takes the answer's text piece by piece, never empty.
    std::function<Flow(QByteArrayView)> onText;
    /// Called when a node has begun to answer; may be empty.
    std::function<void(const ServerId &)> onBegin = {};
    bool isAnswer = false; ///< the last call, without which there is no answer
};

/// How a call ended that did not fail.
struct CallOutcome {
    QByteArray finishReason; ///< "stop" if the upstream named none
    ServerId server;
};

/// Makes the call and adds it to the run's usage and trace, however it ends. The upstream call is closed when
/// this ends.
[[nodiscard]] Task<CallOutcome> callModel(std::shared_ptr<PipelineRun> run, ModelCall call, RequestContext context);

/// Whether a failed call might succeed elsewhere or with another model, as opposed to a client that has gone.
[[nodiscard]] bool isWorthAnotherModel(const PipelineRun &run);

/// Gives up a call that has not begun to answer the client by `deadline`. What answers already may take the whole
/// request's time, because nothing could replace it.
class AnswerDeadline
{
public:
    AnswerDeadline(std::shared_ptr<PipelineRun> run, Clock::Steady deadline, std::function<bool()> isAnswering);

    [[nodiscard]] RequestContext context() const { return m_run->context.withStop(m_stop.token()); }
    void requestStop() { m_stop.requestStop(); }
    /// The call's result with Cancelled turned into Timeout if it was this deadline that ended it.
    [[nodiscard]] Result<CallOutcome> judged(Result<CallOutcome> result) const;

private:
    std::shared_ptr<PipelineRun> m_run;
    LinkedStop m_stop;
    QTimer m_timer;
    bool m_isExpired = false;
};

}
