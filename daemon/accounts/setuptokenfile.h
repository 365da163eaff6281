// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/clock.h"
#include "shared/core/result.h"

#include <QByteArray>

#include <optional>

namespace moe::accounts {

/// A set-up token and when it ends.
struct SetupTokenText {
    QByteArray text; ///< secret
    Clock::System expires;

    friend bool operator==(const SetupTokenText &, const SetupTokenText &) = default;
};

/// The file that tells the set-up token to whoever may read the data directory: the token in the first line, when it
/// ends in the second. Nothing if there is none, or if anybody but us could have read or written it.
[[nodiscard]] std::optional<SetupTokenText> readSetupTokenFile(const QString &path);

/// Replaces it atomically by a file that only we can read, from its first moment on. Unavailable.
[[nodiscard]] Result<void> writeSetupTokenFile(const QString &path, const SetupTokenText &token);

/// True if there is none afterwards.
bool removeSetupTokenFile(const QString &path);

}
