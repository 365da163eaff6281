// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/wire/control/endpoint.h"
#include "shared/wire/control/modelfields.h"

/// What was used, and who did what.
namespace moe::control {

using namespace Qt::StringLiterals;
using wire::Field;
using wire::Presence;

/// One request (moe::UsageRecord).
struct UsageEntry {
    qint64 id = 0;
    Clock::System time;
    QByteArray requestId;
    UserId user;
    KeyId key;
    QString model;
    QString mode;
    QString profile;
    qint64 promptTokens = 0;
    qint64 completionTokens = 0;
    qint64 totalTokens = 0;
    bool isEstimated = false;
    UsageStatus status = UsageStatus::Ok;
    std::chrono::milliseconds latency{0};
    std::chrono::milliseconds timeToFirstToken{0};
    bool isCacheHit = false;
    QStringList experts;
    QStringList nodes;

    static constexpr auto fields()
    {
        return std::tuple{Field<&UsageEntry::id>{"id"_L1},
                          Field<&UsageEntry::time>{"time"_L1},
                          Field<&UsageEntry::requestId>{"request_id"_L1},
                          Field<&UsageEntry::user>{"user_id"_L1},
                          Field<&UsageEntry::key>{"key_id"_L1},
                          Field<&UsageEntry::model>{"model"_L1},
                          Field<&UsageEntry::mode>{"mode"_L1},
                          Field<&UsageEntry::profile>{"profile"_L1},
                          Field<&UsageEntry::promptTokens>{"prompt_tokens"_L1},
                          Field<&UsageEntry::completionTokens>{"completion_tokens"_L1},
                          Field<&UsageEntry::totalTokens>{"total_tokens"_L1},
                          Field<&UsageEntry::isEstimated>{"estimated"_L1},
                          Field<&UsageEntry::status>{"status"_L1},
                          Field<&UsageEntry::latency>{"latency_ms"_L1},
                          Field<&UsageEntry::timeToFirstToken>{"first_token_ms"_L1},
                          Field<&UsageEntry::isCacheHit>{"cache_hit"_L1},
                          Field<&UsageEntry::experts>{"experts"_L1},
                          Field<&UsageEntry::nodes>{"nodes"_L1}};
    }
};

/// sort: time
struct UsageQuery : PageQuery {
    std::optional<UserId> user; ///< not for account holders
    std::optional<KeyId> key;
    std::optional<UsageStatus> status;
    std::optional<QString> model;
    std::optional<QString> mode;
    std::optional<Clock::System> from;   ///< including
    std::optional<Clock::System> to;     ///< excluding
    std::optional<QString> around; ///< begins the part at this id or time instead of at a cursor

    static constexpr auto fields()
    {
        return std::tuple_cat(pageFields<UsageQuery>(),
                              std::tuple{Field<&UsageQuery::user>{"user"_L1}, Field<&UsageQuery::key>{"key"_L1},
                                         Field<&UsageQuery::status>{"status"_L1}, Field<&UsageQuery::model>{"model"_L1},
                                         Field<&UsageQuery::mode>{"mode"_L1}, Field<&UsageQuery::from>{"from"_L1},
                                         Field<&UsageQuery::to>{"to"_L1}, Field<&UsageQuery::around>{"around"_L1}});
    }
};

struct UsageSumQuery {
    std::optional<UserId> user; ///< not for account holders
    std::optional<Clock::System> from;
    std::optional<Clock::System> to;
    std::optional<int> days;    ///< instead of from: so many days of the UTC calendar up to today, 1 to 500

    static constexpr auto fields()
    {
        return std::tuple{Field<&UsageSumQuery::user>{"user"_L1}, Field<&UsageSumQuery::from>{"from"_L1},
                          Field<&UsageSumQuery::to>{"to"_L1}, Field<&UsageSumQuery::days>{"days"_L1}};
    }
};

struct DailySum {
    QString day; ///< "2026-11-21"
    qint64 requests = 0;
    qint64 promptTokens = 0;
    qint64 completionTokens = 0;
    qint64 totalTokens = 0;

    static constexpr auto fields()
    {
        return std::tuple{Field<&DailySum::day>{"day"_L1}, Field<&DailySum::requests>{"requests"_L1},
                          Field<&DailySum::promptTokens>{"prompt_tokens"_L1},
                          Field<&DailySum::completionTokens>{"completion_tokens"_L1},
                          Field<&DailySum::totalTokens>{"total_tokens"_L1}};
    }
};

struct ModelSum {
    QString model;
    QString mode;
    qint64 requests = 0;
    qint64 promptTokens = 0;
    qint64 completionTokens = 0;
    qint64 totalTokens = 0;

    static constexpr auto fields()
    {
        return std::tuple{Field<&ModelSum::model>{"model"_L1},
                          Field<&ModelSum::mode>{"mode"_L1},
                          Field<&ModelSum::requests>{"requests"_L1},
                          Field<&ModelSum::promptTokens>{"prompt_tokens"_L1},
                          Field<&ModelSum::completionTokens>{"completion_tokens"_L1},
                          Field<&ModelSum::totalTokens>{"total_tokens"_L1}};
    }
};

/// One thing that somebody did or tried to do (moe::AuditEntry).
struct AuditItem {
    qint64 id = 0;
    Clock::System time;
    QString actor;
    QString address;
    QString action;
    QString object;
    wire::RawJson before;
    wire::RawJson after;
    bool isSuccess = true;
    qint64 count = 1;

    static constexpr auto fields()
    {
        return std::tuple{Field<&AuditItem::id>{"id"_L1},
                          Field<&AuditItem::time>{"time"_L1},
                          Field<&AuditItem::actor>{"actor"_L1},
                          Field<&AuditItem::address>{"address"_L1},
                          Field<&AuditItem::action>{"action"_L1},
                          Field<&AuditItem::object>{"object"_L1},
                          Field<&AuditItem::before>{"before"_L1},
                          Field<&AuditItem::after>{"after"_L1},
                          Field<&AuditItem::isSuccess>{"success"_L1},
                          Field<&AuditItem::count>{"count"_L1}};
    }
};

/// sort: time
struct AuditQuery : PageQuery {
    std::optional<QString> actor;
    std::optional<QString> action; ///< exactly, or all that begin so if it ends with "."
    std::optional<QString> object;
    std::optional<bool> isSuccess;
    std::optional<Clock::System> from;
    std::optional<Clock::System> to;
    std::optional<QString> around; ///< as in UsageQuery

    static constexpr auto fields()
    {
        return std::tuple_cat(pageFields<AuditQuery>(),
                              std::tuple{Field<&AuditQuery::actor>{"actor"_L1}, Field<&AuditQuery::action>{"action"_L1},
                                         Field<&AuditQuery::object>{"object"_L1},
                                         Field<&AuditQuery::isSuccess>{"success"_L1},
                                         Field<&AuditQuery::from>{"from"_L1}, Field<&AuditQuery::to>{"to"_L1},
                                         Field<&AuditQuery::around>{"around"_L1}});
    }
};

inline constexpr Endpoint<UsageQuery, Nothing, ListOf<UsageEntry>> listUsage{
    "listUsage"_L1, "GET"_L1, "/control/v1/usage"_L1, Access::Operator,
    "Every request and what it used, some seconds late."_L1};
inline constexpr Endpoint<UsageSumQuery, Nothing, ListOf<DailySum>> sumUsageByDay{
    "sumUsageByDay"_L1, "GET"_L1, "/control/v1/usage/daily"_L1, Access::Operator, "What each day used."_L1};
inline constexpr Endpoint<UsageSumQuery, Nothing, ListOf<ModelSum>> sumUsageByModel{
    "sumUsageByModel"_L1, "GET"_L1, "/control/v1/usage/models"_L1, Access::Operator,
    "What each model and mode used."_L1};
inline constexpr Endpoint<UsageQuery, Nothing, ListOf<UsageEntry>> listMyUsage{
    "listMyUsage"_L1, "GET"_L1, "/control/v1/me/usage"_L1, Access::SignedIn, "Every own request and what it used."_L1};
inline constexpr Endpoint<UsageSumQuery, Nothing, ListOf<DailySum>> sumMyUsageByDay{
    "sumMyUsageByDay"_L1, "GET"_L1, "/control/v1/me/usage/daily"_L1, Access::SignedIn,
    "What each day used of the own budget."_L1};
inline constexpr Endpoint<UsageSumQuery, Nothing, ListOf<ModelSum>> sumMyUsageByModel{
    "sumMyUsageByModel"_L1, "GET"_L1, "/control/v1/me/usage/models"_L1, Access::SignedIn,
    "What each model and mode used of the own budget."_L1};
inline constexpr Endpoint<AuditQuery, Nothing, ListOf<AuditItem>> listAudit{
    "listAudit"_L1, "GET"_L1, "/control/v1/audit"_L1, Access::Operator, "Who did what."_L1};

}
