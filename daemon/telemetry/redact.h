// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace moe::telemetry {

/// `text` with everything that looks like a credential replaced by "***": keys ("sk-…", "moe-sk-…") and what follows
/// "Bearer". The first 16 characters of a key of ours stand alone in logs to name it; such a prefix is kept.
/// The last line of defence, not a licence to log secrets.
[[nodiscard]] QByteArray redacted(QByteArrayView text);

}
