// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/algebra/replies.h"
#include "daemon/tools/tool.h"
#include "daemon/tools/worker/workerpool.h"

namespace moe::tools {

/// calculate. The pool outlives it.
[[nodiscard]] ToolList calculateTools(WorkerPool &pool);

/// An algebra engine's number as callers are told it.
struct NumberText {
    QString text;                 ///< "0.75", "1.41421356237310", "1 + 2i"
    bool isRounded = false;
    QString real;
    QString imaginary;            ///< "0" of a real number
    std::optional<QString> exact; ///< "3/4", "sqrt(2)": if that says more
};

/// Internal if it is none.
[[nodiscard]] Result<NumberText> numberText(const NumberReply &reply);

}
