// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/limitstore.h"
#include "daemon/storage/relational/rows.h"

namespace moe::storage {

/// How users and groups differ as rows.
struct GranteeRow {
    explicit GranteeRow(const accounts::Grantee &grantee);

    QStringView table;
    QStringView permissionTable;
    QStringView permissionOwner; ///< the column of permissionTable that names the grantee
    qint64 id = 0;
    bool isUser = false;

    /// NotFound for this kind of grantee.
    [[nodiscard]] QString missingMessage() const;
};

/// NotFound if there is no such user or group.
[[nodiscard]] Result<void> requireGrantee(QSqlDatabase &db, const GranteeRow &grantee);

/// Notes that something about the user, or the members of the group, was changed.
[[nodiscard]] Result<void> markUpdated(QSqlDatabase &db, const GranteeRow &grantee, Clock::System now);

inline constexpr QStringView limitColumns
    = u"budget_daily, budget_monthly, budget_total, requests_per_minute, parallel_requests";
/// From limitColumns, which begin at `column`.
[[nodiscard]] accounts::Limits limitsOf(const QSqlQuery &row, int column);

inline constexpr QStringView useColumns = u"day, used_today, used_month, used_total";
/// From useColumns, which begin at `column`; null counts as 0.
[[nodiscard]] accounts::BudgetUse useOf(const QSqlQuery &row, int column);

}
