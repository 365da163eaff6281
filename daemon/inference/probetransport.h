// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/inference/curlloop.h"
#include "daemon/inference/prober.h"

namespace moe::inference {

/// Probes over the ordinary way to servers, with an answer's size bounded.
class CurlProbeTransport final : public ProbeTransport
{
public:
    explicit CurlProbeTransport(CurlLoop &loop) : m_loop(loop) { }

    [[nodiscard]] Task<QByteArray> get(ServerConfig server, QByteArray path, RequestContext context) override;
    [[nodiscard]] Task<QByteArray> post(ServerConfig server, QByteArray path, QByteArray body,
                                        RequestContext context) override;

private:
    [[nodiscard]] Task<QByteArray> ask(UpstreamRequest request, RequestContext context);

    CurlLoop &m_loop;
};

}
