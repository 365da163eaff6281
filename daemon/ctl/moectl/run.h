// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/ctl/moectl/console.h"
#include "shared/async/task.h"

#include <QStringList>

#include <memory>

namespace moe::moectl {

/// What a command printed and how it ended.
struct Outcome {
    QString output;   ///< for standard output
    QString error;    ///< for standard error
    int exitCode = 0; ///< 0 done, 1 failed, 2 wrong usage
};

/// Does what the command line (without the program's name) asks for.
[[nodiscard]] QCoro::Task<Outcome> run(QStringList arguments, std::shared_ptr<Console> console);

}
