// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simnode/simnode.h"

#include <QHostAddress>
#include <QStringList>

#include <memory>

namespace moe::sim {

/// What `moe-simnode` was told to do.
struct CommandLine {
    QHostAddress address = QHostAddress::LocalHost;
    quint16 port = 0;
    QString configFile; ///< empty: all defaults
    QString readyFile; ///< empty: standard output

    [[nodiscard]] static Result<CommandLine> parse(const QStringList &arguments);
    [[nodiscard]] Result<std::unique_ptr<SimNode>> start() const;
    /// Tells {"port":…,"pid":…}: a file appears complete or not at all.
    [[nodiscard]] Result<void> announce(quint16 boundPort) const;
};

}
