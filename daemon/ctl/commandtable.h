// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/context.h"
#include "shared/async/task.h"
#include "shared/client/localprotocol.h"

#include <QHash>

#include <functional>

namespace moe::ctl {

/// The commands that the local socket understands, by name. Main thread only; filled at start.
class CommandTable
{
public:
    using Handler = std::function<Task<QJsonObject>(QJsonObject arguments, RequestContext context)>;

    /// `name` such as "user.add"; one handler a name. Whatever the handler uses outlives the server.
    void registerCommand(const QString &name, Handler handler);

    /// Does what a request line asks for. Catches what escapes a handler, so that there is always an answer.
    [[nodiscard]] Task<QJsonObject> run(QByteArray line, RequestContext context) const;

private:
    QHash<QString, Handler> m_handlers;
};

}
