// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/taskscope.h"
#include "shared/client/localsocket.h"
#include "shared/wire/control/message.h"

#include <QLocalServer>

#include <functional>

namespace moe::ctl {

/// The control API on a socket that only the daemon's user and root may use. Main thread only.
class LocalServer final
{
public:
    /// Does what a request asks for, for a caller who may do everything, and answers always. What it uses outlives the
    /// server.
    using Handler = std::function<QCoro::Task<control::Reply>(control::Request, RequestContext)>;

    explicit LocalServer(Handler handler);
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
    [[nodiscard]] Task<control::Reply> answer(client::LocalSocket socket, RequestContext context);

    const Handler m_handler;
    QLocalServer m_server;
    QString m_pathFile;
    TaskScope m_scope;
};

}
