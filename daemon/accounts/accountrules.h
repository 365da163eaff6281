// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/accountstore.h"

namespace moe::accounts {

/// 1 to 64 ASCII letters, digits and "._@+-", a letter or digit first: it appears in logs, command lines and files.
[[nodiscard]] Result<void> checkUserName(const QString &name);

/// At most 200 characters without control characters, line breaks and marks that turn the writing direction.
[[nodiscard]] Result<void> checkLabel(const QString &label);

/// Digits: an id. Otherwise the first characters of a key, at least one beyond "moe-sk-" and at most 16 in all.
[[nodiscard]] Result<KeyReference> parseKeyReference(const QString &text);

}
