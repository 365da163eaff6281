// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QByteArray>

namespace moe::app {

/// Where to look for Ollama.
struct OllamaAddress {
    QByteArray url;  ///< "http://127.0.0.1:11434"
    QString warning; ///< what of the value was not used; empty: nothing
};

/// The address that OLLAMA_HOST names, read as Ollama itself reads it: host, :port, host:port or a URL, in quotes or
/// not; nothing at all, and an address to listen on such as 0.0.0.0, is this machine. InvalidRequest if it is no
/// address.
[[nodiscard]] Result<OllamaAddress> parseOllamaHost(const QString &value);

}
