// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/client/controltransport.h"

#include <QString>

namespace moe::client {

/// To the daemon on this machine, through the socket in its data directory: for root and the daemon's own user, who may
/// do everything there. A connection for each request.
class LocalTransport final : public ControlTransport
{
public:
    explicit LocalTransport(QString dataDirectory) : m_dataDirectory(std::move(dataDirectory)) { }

    /// Unavailable, saying what to do, if no daemon runs on the data directory.
    [[nodiscard]] Task<control::Reply> send(control::Request request, RequestContext context) override;
    [[nodiscard]] Task<void> listen(QByteArray lastEventId, std::function<void(QByteArrayView)> onBytes,
                                    RequestContext context) override;

private:
    const QString m_dataDirectory;
};

}
