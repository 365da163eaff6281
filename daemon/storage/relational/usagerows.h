// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/usagesink.h"
#include "daemon/storage/sql.h"

#include <span>

namespace moe::storage {

inline constexpr QStringView usageTables = u"usage_records JOIN usage_kinds ON usage_kinds.id = kind_id";
inline constexpr QStringView usageColumns
    = u"at, request_id, user_id, key_id, model, mode, profile, prompt_tokens, completion_tokens, is_estimated, status, "
      "latency_ms, first_token_ms, is_cache_hit, experts, nodes, usage_records.id";
[[nodiscard]] UsageRecord usageOf(const QSqlQuery &row);

/// Stores them in order; those of users who have been removed without user and key. During a transaction.
[[nodiscard]] Result<void> insertUsage(QSqlDatabase &db, std::span<const accounts::JournalEntry> entries);

}
