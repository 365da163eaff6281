// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/inference/servertypes.h"

#include <QByteArrayView>
#include <QHash>

namespace moe::inference {

/// Remembers which Ollama servers lack /api/embed although their version should have it, as builds of one's own may.
/// Single thread.
class EmbedEndpoints
{
public:
    /// The server as it turned out to be.
    [[nodiscard]] ServerPtr corrected(ServerPtr server) const;
    /// Takes note of such a server by its answer to /api/embed; false if the answer says anything else than that
    /// there is no such path.
    [[nodiscard]] bool learn(const Server &server, int status, QByteArrayView body);

private:
    QHash<ServerId, QString> m_lacking; // with the version that lacks it: another one may have it
};

}
