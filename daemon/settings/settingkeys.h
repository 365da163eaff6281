// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QLatin1StringView>
#include <QString>

/// The settings that the daemon knows, each with the type of its value.
namespace moe::settings {

/// `T` is bool, qint64, QString, or QByteArray for a JSON document (empty: none).
template <typename T>
struct SettingKey {
    using Value = T;
    QLatin1StringView name;
};

namespace keys {

using namespace Qt::StringLiterals;

inline constexpr SettingKey<qint64> retentionUsageDays{"retention.usage_days"_L1}; ///< 0: for ever
inline constexpr SettingKey<qint64> retentionAuditDays{"retention.audit_days"_L1};
inline constexpr SettingKey<bool> cutStreams{"keys.cut_streams"_L1};
inline constexpr SettingKey<qint64> keyExpiryDays{"keys.default_expiry_days"_L1};  ///< 0: none
inline constexpr SettingKey<QByteArray> expertModels{"orchestrator.expert_models"_L1};
inline constexpr SettingKey<QString> judgeModel{"orchestrator.judge_model"_L1};
inline constexpr SettingKey<QString> judgeEndpoint{"orchestrator.judge_endpoint"_L1};
inline constexpr SettingKey<qint64> expertOutput{"orchestrator.expert_output"_L1}; ///< characters
inline constexpr SettingKey<QByteArray> inferenceServers{"inference.servers"_L1};  ///< holds tokens
inline constexpr SettingKey<QString> logLevels{"log.levels"_L1};
inline constexpr SettingKey<QString> lawSource{"law.source"_L1};
inline constexpr SettingKey<QByteArray> mcpServers{"tools.mcp_servers"_L1};         ///< holds tokens
inline constexpr SettingKey<QString> metricsToken{"metrics.token"_L1};             ///< secret

}

}
