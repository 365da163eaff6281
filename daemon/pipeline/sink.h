// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/context.h"
#include "shared/async/task.h"

#include <QByteArrayView>
#include <QString>

namespace moe::pipeline {

/// Where one request's answer goes. Called on the request's thread only: first any number of progress lines, then the
/// answer in pieces, nothing after an error. The end is when Orchestrator::run() ends.
class AnswerSink
{
public:
    AnswerSink() = default;
    AnswerSink(const AnswerSink &) = delete;
    AnswerSink &operator=(const AnswerSink &) = delete;
    virtual ~AnswerSink() = default;

    /// One line for people about what happens now; holds no texts of the request. Never after content().
    virtual void progress(const QString &line) = 0;

    /// The next piece of the answer, UTF-8, not empty; pieces may end within a character.
    virtual void content(QByteArrayView text) = 0;

    /// True while so much is unsent that the model should pause.
    [[nodiscard]] virtual bool isCongested() const = 0;
    /// Ends when it no longer is, or with the context.
    [[nodiscard]] virtual Task<void> drained(RequestContext context) = 0;
};

}
