// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/error.h"

#include <QByteArray>

namespace moe::dialect {

/// What a node's error means for the client. `status` is the node's, 200 if the error came inside a stream; `body` is
/// whatever it said: OpenAI's `{"error":{"message"}}`, Ollama's `{"error":"…"}`, or nothing of use. The node's words
/// are passed on where the client's request is to blame, unless they seem to name an address.
[[nodiscard]] Error upstreamError(int status, QByteArrayView body);

/// The message in such a body as it is, not fit for a client; empty if there is none.
[[nodiscard]] QString upstreamMessage(QByteArrayView body);

}
