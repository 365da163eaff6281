// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QByteArray>

namespace moe::tools {

/// Something that runs in worker processes: a function from bytes to bytes, found by its name. It may use all time and
/// memory there is, crash or not end: the process goes then, nothing else. Its input was checked by the daemon, which
/// in turn checks what comes back.
struct Engine {
    QByteArrayView name;
    Result<QByteArray> (*run)(const QByteArray &payload);
    void (*prepare)() = nullptr; ///< loads what it needs of the system, before that is out of reach
};

}
