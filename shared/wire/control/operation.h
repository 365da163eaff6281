// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/wire/control/endpoint.h"
#include "shared/wire/control/modelfields.h"

/// The running system: servers, models, experts, requests under way, settings, state, log, backups.
namespace moe::control {

using namespace Qt::StringLiterals;
using wire::Field;
using wire::Presence;

/// One inference server, without its address and token: those are secrets of the configuration.
struct ServerView {
    QString name;
    QString apiType;
    bool isEnabled = true;
    bool isReachable = false;
    QString version;          ///< as the server calls itself; may be empty
    int parallel = 1;         ///< calls at the same time
    int inFlight = 0;
    qint64 served = 0;
    qint64 faults = 0;
    QString breaker;          ///< "closed", "half_open", "open"
    QStringList models;       ///< installed
    QStringList loaded;       ///< in memory now

    static constexpr auto fields()
    {
        return std::tuple{Field<&ServerView::name>{"name"_L1},          Field<&ServerView::apiType>{"api_type"_L1},
                          Field<&ServerView::isEnabled>{"enabled"_L1},  Field<&ServerView::isReachable>{"reachable"_L1},
                          Field<&ServerView::version>{"version"_L1},    Field<&ServerView::parallel>{"parallel"_L1},
                          Field<&ServerView::inFlight>{"in_flight"_L1}, Field<&ServerView::served>{"served"_L1},
                          Field<&ServerView::faults>{"faults"_L1},      Field<&ServerView::breaker>{"breaker"_L1},
                          Field<&ServerView::models>{"models"_L1},      Field<&ServerView::loaded>{"loaded"_L1}};
    }
};

/// What can be asked for, and where it is.
struct ModelView {
    QString name;
    QStringList servers;
    qint64 contextLength = 0; ///< tokens; 0: not known

    static constexpr auto fields()
    {
        return std::tuple{Field<&ModelView::name>{"name"_L1}, Field<&ModelView::servers>{"servers"_L1},
                          Field<&ModelView::contextLength>{"context_length"_L1}};
    }
};

/// Which models answer for one category.
struct ExpertView {
    QString category;
    QStringList models; ///< "name:tag" or "name:tag@server", in the order in which they are asked

    static constexpr auto fields()
    {
        return std::tuple{Field<&ExpertView::category>{"category"_L1}, Field<&ExpertView::models>{"models"_L1}};
    }
};

/// A request under way.
struct ActiveRequest {
    QByteArray id;
    UserId user;
    QString userName;
    QByteArray keyPrefix;
    QString model;
    QString mode;
    Clock::System started;
    qint64 promptTokens = 0;     ///< so far, estimated
    qint64 completionTokens = 0;
    QStringList servers;

    static constexpr auto fields()
    {
        return std::tuple{Field<&ActiveRequest::id>{"id"_L1},
                          Field<&ActiveRequest::user>{"user_id"_L1},
                          Field<&ActiveRequest::userName>{"user"_L1},
                          Field<&ActiveRequest::keyPrefix>{"key_prefix"_L1},
                          Field<&ActiveRequest::model>{"model"_L1},
                          Field<&ActiveRequest::mode>{"mode"_L1},
                          Field<&ActiveRequest::started>{"started_at"_L1},
                          Field<&ActiveRequest::promptTokens>{"prompt_tokens"_L1},
                          Field<&ActiveRequest::completionTokens>{"completion_tokens"_L1},
                          Field<&ActiveRequest::servers>{"servers"_L1}};
    }
};

struct HealthItem {
    QString name;
    bool isOk = true;
    QString detail;

    static constexpr auto fields()
    {
        return std::tuple{Field<&HealthItem::name>{"name"_L1}, Field<&HealthItem::isOk>{"ok"_L1},
                          Field<&HealthItem::detail>{"detail"_L1}};
    }
};

struct ServerCount {
    QString name;
    bool isReachable = false;
    bool isEnabled = true;
    int inFlight = 0;
    qint64 served = 0;
    qint64 faults = 0;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&ServerCount::name>{"name"_L1},         Field<&ServerCount::isReachable>{"reachable"_L1},
            Field<&ServerCount::isEnabled>{"enabled"_L1}, Field<&ServerCount::inFlight>{"in_flight"_L1},
            Field<&ServerCount::served>{"served"_L1},     Field<&ServerCount::faults>{"faults"_L1}};
    }
};

/// How the daemon is doing.
struct Status {
    QString version;
    int api = 0; ///< ports
    int mcp = 0;
    int control = 0;
    int inFlight = 0;
    int waiting = 0;
    QList<HealthItem> components;
    QList<ServerCount> servers;

    static constexpr auto fields()
    {
        return std::tuple{Field<&Status::version>{"version"_L1},
                          Field<&Status::api>{"api"_L1},
                          Field<&Status::mcp>{"mcp"_L1},
                          Field<&Status::control>{"control"_L1},
                          Field<&Status::inFlight>{"in_flight"_L1},
                          Field<&Status::waiting>{"waiting"_L1},
                          Field<&Status::components>{"components"_L1},
                          Field<&Status::servers>{"servers"_L1}};
    }
};

/// One setting as it is in force.
struct SettingView {
    QString key;
    wire::RawJson value;      ///< null for a secret
    wire::RawJson standard;   ///< without a stored value
    QString source;           ///< "default", "option" (of the start), "stored"
    QString type;             ///< "boolean", "integer", "text", "secret", "document", "secret_document"
    QString description;
    QString effect;           ///< "live", or "restart": from the next start on
    bool isChangeable = false; ///< by who asks
    std::optional<bool> isSet; ///< of a secret
    std::optional<qint64> minimum; ///< of an integer
    std::optional<qint64> maximum;
    std::optional<qint64> maxLength; ///< of a text, in characters

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&SettingView::key>{"key"_L1},          Field<&SettingView::value>{"value"_L1},
            Field<&SettingView::standard>{"default"_L1}, Field<&SettingView::source>{"source"_L1},
            Field<&SettingView::type>{"type"_L1},        Field<&SettingView::description>{"description"_L1},
            Field<&SettingView::effect>{"effect"_L1},    Field<&SettingView::isChangeable>{"can_change"_L1},
            Field<&SettingView::isSet>{"is_set"_L1},     Field<&SettingView::minimum>{"minimum"_L1},
            Field<&SettingView::maximum>{"maximum"_L1},  Field<&SettingView::maxLength>{"max_length"_L1}};
    }
};

struct SettingsView {
    qint64 version = 0;
    QList<SettingView> items;

    static constexpr auto fields()
    {
        return std::tuple{Field<&SettingsView::version>{"version"_L1}, Field<&SettingsView::items>{"items"_L1}};
    }
};

/// Values by key; null goes back to the default. All or none.
struct SettingsPatch {
    wire::RawJson values;

    static constexpr auto fields()
    {
        return std::tuple{Field<&SettingsPatch::values>{"values"_L1, Presence::Required}};
    }
};

struct SettingsVersionView {
    qint64 version = 0;
    QString author;
    Clock::System created;

    static constexpr auto fields()
    {
        return std::tuple{Field<&SettingsVersionView::version>{"version"_L1},
                          Field<&SettingsVersionView::author>{"author"_L1},
                          Field<&SettingsVersionView::created>{"created_at"_L1}};
    }
};

struct HistoryQuery {
    std::optional<qint64> before;
    std::optional<int> limit;

    static constexpr auto fields()
    {
        return std::tuple{Field<&HistoryQuery::before>{"before"_L1}, Field<&HistoryQuery::limit>{"limit"_L1}};
    }
};

struct DiffQuery {
    qint64 from = 0;
    std::optional<qint64> to; ///< the present one

    static constexpr auto fields()
    {
        return std::tuple{Field<&DiffQuery::from>{"from"_L1, Presence::Required}, Field<&DiffQuery::to>{"to"_L1}};
    }
};

/// What a change of settings did to one of them; secrets are not shown.
struct SettingDifference {
    QString key;
    wire::RawJson before;
    wire::RawJson after;

    static constexpr auto fields()
    {
        return std::tuple{Field<&SettingDifference::key>{"key"_L1}, Field<&SettingDifference::before>{"before"_L1},
                          Field<&SettingDifference::after>{"after"_L1}};
    }
};

struct RollBack {
    qint64 version = 0;

    static constexpr auto fields() { return std::tuple{Field<&RollBack::version>{"version"_L1, Presence::Required}}; }
};

struct LogLevel {
    QString category;
    QString level;

    static constexpr auto fields()
    {
        return std::tuple{Field<&LogLevel::category>{"category"_L1}, Field<&LogLevel::level>{"level"_L1}};
    }
};

struct LogLevelChange {
    QString levels; ///< "debug", or "info,http=debug"

    static constexpr auto fields()
    {
        return std::tuple{Field<&LogLevelChange::levels>{"levels"_L1, Presence::Required}};
    }
};

/// A copy of the database that was taken while the daemon ran.
struct Backup {
    QString file; ///< on the daemon's machine
    qint64 bytes = 0;

    static constexpr auto fields()
    {
        return std::tuple{Field<&Backup::file>{"file"_L1}, Field<&Backup::bytes>{"bytes"_L1}};
    }
};

inline constexpr Endpoint<Nothing, Nothing, ListOf<ServerView>> listServers{
    "listServers"_L1, "GET"_L1, "/control/v1/servers"_L1, Access::Operator, "The inference servers."_L1};
inline constexpr Endpoint<Nothing, Nothing, ServerView> readServer{
    "readServer"_L1, "GET"_L1, "/control/v1/servers/{server}"_L1, Access::Operator, "One inference server."_L1};
inline constexpr Endpoint<Nothing, wire::RawJson, ServerView> putServer{
    "putServer"_L1, "PUT"_L1, "/control/v1/servers/{server}"_L1, Access::Operator,
    "Adds or changes an inference server: {url, api_type, token, parallel, enabled, ...}, as INFERENCE_SERVERS has "
    "them. What is missing of a known server stays. A token, and the url of a server that has one, take an "
    "administrator."_L1};
inline constexpr Endpoint<Nothing, Nothing, Nothing> removeServer{
    "removeServer"_L1,
    "DELETE"_L1,
    "/control/v1/servers/{server}"_L1,
    Access::Operator,
    "Takes an inference server out. Calls that run there end as they will."_L1,
    204};
inline constexpr Endpoint<Nothing, Nothing, ListOf<ModelView>> listModels{
    "listModels"_L1, "GET"_L1, "/control/v1/models"_L1, Access::Operator, "The models of all servers."_L1};
inline constexpr Endpoint<Nothing, Nothing, ListOf<ExpertView>> listExperts{
    "listExperts"_L1, "GET"_L1, "/control/v1/experts"_L1, Access::Operator,
    "Which models answer for which category; also \"planner and merger\"."_L1};
inline constexpr Endpoint<Nothing, Nothing, ListOf<ActiveRequest>> listRequests{
    "listRequests"_L1, "GET"_L1, "/control/v1/requests"_L1, Access::Operator, "The requests under way."_L1};
inline constexpr Endpoint<Nothing, Nothing, Nothing> killRequest{
    "killRequest"_L1,
    "DELETE"_L1,
    "/control/v1/requests/{request}"_L1,
    Access::Operator,
    "Ends a request under way; it pays what it has used."_L1,
    204};
inline constexpr Endpoint<Nothing, Nothing, Status> readStatus{"readStatus"_L1, "GET"_L1, "/control/v1/status"_L1,
                                                               Access::Operator, "How the daemon is doing."_L1};
inline constexpr Endpoint<Nothing, Nothing, SettingsView> readSettings{
    "readSettings"_L1, "GET"_L1, "/control/v1/settings"_L1, Access::Operator, "All settings."_L1, 200, true};
inline constexpr Endpoint<Nothing, SettingsPatch, SettingsView> changeSettings{
    "changeSettings"_L1,
    "PATCH"_L1,
    "/control/v1/settings"_L1,
    Access::Operator,
    "Changes settings: a new version of all of them. Secrets take an administrator."_L1,
    200,
    true};
inline constexpr Endpoint<HistoryQuery, Nothing, ListOf<SettingsVersionView>> listSettingsVersions{
    "listSettingsVersions"_L1, "GET"_L1, "/control/v1/settings/versions"_L1, Access::Operator,
    "The versions of the settings, the newest first."_L1};
inline constexpr Endpoint<DiffQuery, Nothing, ListOf<SettingDifference>> diffSettings{
    "diffSettings"_L1, "GET"_L1, "/control/v1/settings/diff"_L1, Access::Operator,
    "What is different between two versions."_L1};
inline constexpr Endpoint<Nothing, RollBack, SettingsView> rollBackSettings{"rollBackSettings"_L1,
                                                                            "POST"_L1,
                                                                            "/control/v1/settings/rollback"_L1,
                                                                            Access::Operator,
                                                                            "Makes an old version the newest one."_L1,
                                                                            200,
                                                                            true};
inline constexpr Endpoint<Nothing, Nothing, ListOf<LogLevel>> listLogLevels{
    "listLogLevels"_L1, "GET"_L1, "/control/v1/log/levels"_L1, Access::Operator, "What is logged."_L1};
inline constexpr Endpoint<Nothing, LogLevelChange, ListOf<LogLevel>> changeLogLevels{
    "changeLogLevels"_L1, "PATCH"_L1, "/control/v1/log/levels"_L1, Access::Operator,
    "Changes that until the next start."_L1};
inline constexpr Endpoint<Nothing, Nothing, Backup> createBackup{
    "createBackup"_L1,
    "POST"_L1,
    "/control/v1/backups"_L1,
    Access::Admin,
    "Copies the database to a file in the daemon's data directory, consistently and while it runs."_L1,
    201};

}
