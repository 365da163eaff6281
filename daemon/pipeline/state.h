// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/experts/catalogue.h"
#include "daemon/pipeline/confidence.h"
#include "daemon/pipeline/mode.h"
#include "daemon/pipeline/plan.h"
#include "daemon/pipeline/request.h"
#include "shared/model/usage.h"

#include <QByteArray>
#include <QList>
#include <QStringList>

namespace moe::pipeline {

/// What one expert had to say.
struct ExpertResult {
    QString taskId;
    experts::Category category = experts::Category::General;
    QString model;
    ServerId server;
    Confidence confidence = Confidence::Medium;
    QByteArray text;         ///< without the confidence line; empty if it went to the client directly
    bool isCut = false;      ///< by us, at the output cap
    QByteArray finishReason; ///< the upstream's, such as "length"
};

/// What the nodes of one run work on. Lists are only appended to and counters only summed, so that an update can be
/// told from the state before it.
struct PipelineState {
    QByteArray input;
    QString responseId; ///< "chatcmpl-…"
    Mode mode = Mode::Default;
    QList<HistoryMessage> chatHistory; ///< as experts are shown it
    QList<PlanTask> plan;
    QList<ExpertResult> expertResults;
    QStringList expertModelsUsed; ///< "model::category"
    Usage usage;                  ///< of all calls; the breakdown is Trace::calls
    QStringList degraded;         ///< what the answer had to do without

    QByteArray finalResponse;     ///< all that was sent; empty if it is longer than what is kept
    bool isFinalResponseKept = true;
    bool hasAnswerBegun = false;  ///< the client has seen text: no other model may answer any more
    bool isAnswered = false;      ///< and it is complete
    QByteArray finishReason;      ///< of the answer: "stop", "length" …
};

}
