// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/tool.h"

#include <QJsonObject>

namespace moe::tools::test {

/// What a call gave: the object, or the error's code.
struct CallOutcome {
    QJsonObject object;
    QString text;
    QString errorCode;

    /// A member, or "!" and the error's code: what tables of expectations have.
    [[nodiscard]] QString outcome(const QString &member) const;
};

/// Calls the tool that the list has under this name, running the event loop meanwhile.
[[nodiscard]] CallOutcome callTool(const ToolList &tools, const QString &name, const QJsonObject &arguments);

}
