// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/keystore.h"
#include "shared/model/budget.h"
#include "shared/model/permission.h"
#include "shared/model/ratelimits.h"

namespace moe::accounts {

/// 1 to 64 ASCII letters, digits and "._@+-", a letter or digit first: it appears in logs, command lines and files.
[[nodiscard]] Result<void> checkUserName(const QString &name);

/// At most 200 characters without control characters, line breaks and marks that turn the writing direction.
[[nodiscard]] Result<void> checkLabel(const QString &label);

/// As checkLabel().
[[nodiscard]] Result<void> checkDisplayName(const QString &name);

/// Empty, or at most 254 characters with one "@" between others, without blanks and what checkLabel() refuses.
[[nodiscard]] Result<void> checkEmail(const QString &email);

/// "", "de" or "en".
[[nodiscard]] Result<void> checkLanguage(const QString &language);

/// A Claude Code profile that a key is bound to: empty, or as checkLabel().
[[nodiscard]] Result<void> checkProfileName(const QString &profile);

/// The name has 1 to 64 characters, none that checkLabel() refuses, no "|" (which separates names), no blank at either
/// end; the description is as checkLabel() says.
[[nodiscard]] Result<void> checkGroup(const QString &name, const QString &description);

/// For what is shown but not worth refusing: the first 200 characters, with a replacement character for each that
/// checkLabel() refuses.
[[nodiscard]] QString printableLine(const QString &text);

/// Each limit 0 to MaxBudgetLimit; the error names the field.
[[nodiscard]] Result<void> checkBudget(const BudgetLimits &limits);

/// Requests per minute 1 to 1,000,000, parallel requests 1 to 100,000; the error names the field.
[[nodiscard]] Result<void> checkRates(const RateLimits &limits);

/// The resource has 1 to 200 characters, none of them one that checkLabel() refuses.
[[nodiscard]] Result<void> checkPermission(const Permission &permission);

/// Digits: an id. Otherwise the first characters of a key, at least one beyond "moe-sk-" and at most 16 in all.
[[nodiscard]] Result<KeyReference> parseKeyReference(const QString &text);

}
