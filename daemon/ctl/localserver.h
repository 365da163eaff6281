// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/ctl/commandtable.h"
#include "shared/async/taskscope.h"
#include "shared/client/localsocket.h"

#include <QLocalServer>

namespace moe::ctl {

/// Serves local commands on a socket that only the daemon's user and root may use. Main thread only.
class LocalServer final
{
public:
    /// The table outlives the server.
    explicit LocalServer(const CommandTable &commands);
    LocalServer(const LocalServer &) = delete;
    LocalServer &operator=(const LocalServer &) = delete;
    ~LocalServer();

    /// Starts listening and leaves the socket's path in the data directory. The caller holds the data directory's lock:
    /// a socket that is there already is a dead daemon's and is replaced.
    [[nodiscard]] Result<void> listen(const QString &dataDirectory);
    [[nodiscard]] QString path() const { return m_server.fullServerName(); }

    /// Stops listening, cancels what runs and waits for its end.
    [[nodiscard]] QCoro::Task<> close();

private:
    void accept();
    [[nodiscard]] QCoro::Task<> serve(client::LocalSocket socket);
    [[nodiscard]] Task<QJsonObject> answer(client::LocalSocket socket);

    const CommandTable &m_commands;
    QLocalServer m_server;
    QString m_pathFile;
    TaskScope m_scope;
};

}
