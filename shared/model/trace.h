// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/ids.h"
#include "shared/model/usage.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <chrono>

namespace moe {

/// One model call of an orchestrated request. Holds no texts.
struct ModelCallTrace {
    QString node;                                 ///< of the graph, such as "experts"
    QString purpose;                              ///< what for within the node, such as the expert's category
    QString model;                                ///< as it was asked for
    ServerId server;                              ///< that answered; empty: none did
    std::chrono::microseconds start{0};           ///< since the request began
    std::chrono::microseconds queueWait{0};
    std::chrono::microseconds timeToFirstToken{0}; ///< since the call began; 0: there was none
    std::chrono::microseconds duration{0};
    Usage usage;
    QByteArray finishReason;                      ///< the upstream's; empty if the call did not end properly
    QString outcome;                              ///< "ok", "enough" (we had all we wanted) or an error code's name
};

/// One visit to a node of the graph.
struct NodeTrace {
    QString node;
    std::chrono::microseconds start{0};           ///< since the request began
    std::chrono::microseconds duration{0};
    int attempts = 1;
    QString outcome;                              ///< "ok" or an error code's name
};

/// What an orchestrated request did, and for how long.
struct Trace {
    QByteArray requestId;
    QString responseId;
    QString mode;
    std::chrono::system_clock::time_point begin;
    std::chrono::microseconds duration{0};
    QList<NodeTrace> nodes;
    QList<ModelCallTrace> calls;
    QStringList degraded;                         ///< what had to be done without; empty: nothing
    QString outcome;                              ///< "ok" or an error code's name
};

}
