// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/wire/control/accounts.h"

/// The first start, signing in and out, and what account holders do for themselves.
namespace moe::control {

/// Trades the set-up token for the first administrator.
struct Setup {
    QString token;
    QString name;
    QString password;
    QString displayName;
    QString email;

    static constexpr auto fields()
    {
        return std::tuple{Field<&Setup::token>{"token"_L1, Presence::Required},
                          Field<&Setup::name>{"username"_L1, Presence::Required},
                          Field<&Setup::password>{"password"_L1, Presence::Required},
                          Field<&Setup::displayName>{"display_name"_L1}, Field<&Setup::email>{"email"_L1}};
    }
};

/// What a client may know before anybody is signed in.
struct SetupState {
    bool isNeeded = false; ///< there is no administrator yet

    static constexpr auto fields() { return std::tuple{Field<&SetupState::isNeeded>{"needed"_L1}}; }
};

struct Credentials {
    QString name;
    QString password;

    static constexpr auto fields()
    {
        return std::tuple{Field<&Credentials::name>{"username"_L1, Presence::Required},
                          Field<&Credentials::password>{"password"_L1, Presence::Required}};
    }
};

struct SignedIn {
    QByteArray token; ///< to be sent as "Authorization: Bearer …"; told this once
    Session session;
    User user;

    static constexpr auto fields()
    {
        return std::tuple{Field<&SignedIn::token>{"token"_L1}, Field<&SignedIn::session>{"session"_L1},
                          Field<&SignedIn::user>{"user"_L1}};
    }
};

/// What one would use: as permissions name it.
struct AccessQuery {
    PermissionType type = PermissionType::ModelEndpoint;
    QString resource;

    static constexpr auto fields()
    {
        return std::tuple{Field<&AccessQuery::type>{"type"_L1, Presence::Required},
                          Field<&AccessQuery::resource>{"resource"_L1, Presence::Required}};
    }
};

struct PasswordChange {
    QString current;
    QString fresh;

    static constexpr auto fields()
    {
        return std::tuple{Field<&PasswordChange::current>{"current_password"_L1, Presence::Required},
                          Field<&PasswordChange::fresh>{"new_password"_L1, Presence::Required}};
    }
};

inline constexpr Endpoint<Nothing, Nothing, SetupState> readSetup{
    "readSetup"_L1, "GET"_L1, "/control/v1/setup"_L1, Access::Open, "Whether the first administrator is missing."_L1};
inline constexpr Endpoint<Nothing, Setup, SignedIn> setUp{
    "setUp"_L1,
    "POST"_L1,
    "/control/v1/setup"_L1,
    Access::Open,
    "Makes the first administrator with the one-time token of the first start, and signs in."_L1,
    201};
inline constexpr Endpoint<Nothing, Credentials, SignedIn> signIn{
    "signIn"_L1,
    "POST"_L1,
    "/control/v1/sessions"_L1,
    Access::Open,
    "Signs in. The session ends twelve hours after its last use."_L1,
    201};
inline constexpr Endpoint<Nothing, Nothing, Nothing> signOut{
    "signOut"_L1, "DELETE"_L1, "/control/v1/sessions/current"_L1, Access::SignedIn, "Ends this session."_L1, 204};

inline constexpr Endpoint<Nothing, Nothing, ListOf<Session>> listSessions{
    "listSessions"_L1, "GET"_L1, "/control/v1/users/{user}/sessions"_L1, Access::Admin, "The sessions of a user."_L1};
inline constexpr Endpoint<Nothing, Nothing, Nothing> revokeSession{"revokeSession"_L1,
                                                                   "DELETE"_L1,
                                                                   "/control/v1/users/{user}/sessions/{session}"_L1,
                                                                   Access::Admin,
                                                                   "Ends a session of a user."_L1,
                                                                   204};

inline constexpr Endpoint<Nothing, Nothing, User> readMe{
    "readMe"_L1, "GET"_L1, "/control/v1/me"_L1, Access::SignedIn, "Who is signed in."_L1, 200, true};
inline constexpr Endpoint<Nothing, ProfilePatch, User> changeMe{
    "changeMe"_L1, "PATCH"_L1, "/control/v1/me"_L1, Access::SignedIn, "Changes the own profile."_L1, 200, true};
inline constexpr Endpoint<Nothing, PasswordChange, Nothing> changeMyPassword{
    "changeMyPassword"_L1,
    "PUT"_L1,
    "/control/v1/me/password"_L1,
    Access::SignedIn,
    "Changes the own password; all other sessions end."_L1,
    204};
inline constexpr Endpoint<Nothing, Nothing, ListOf<Session>> listMySessions{
    "listMySessions"_L1, "GET"_L1, "/control/v1/me/sessions"_L1, Access::SignedIn, "The own sessions."_L1};
inline constexpr Endpoint<Nothing, Nothing, Nothing> revokeMySession{"revokeMySession"_L1,
                                                                     "DELETE"_L1,
                                                                     "/control/v1/me/sessions/{session}"_L1,
                                                                     Access::SignedIn,
                                                                     "Ends one of the own sessions."_L1,
                                                                     204};
inline constexpr Endpoint<KeyQuery, Nothing, ListOf<ApiKey>> listMyKeys{
    "listMyKeys"_L1, "GET"_L1, "/control/v1/me/keys"_L1, Access::SignedIn, "The own keys, without their texts."_L1};
inline constexpr Endpoint<Nothing, NewOwnKey, CreatedKey> createMyKey{
    "createMyKey"_L1,
    "POST"_L1,
    "/control/v1/me/keys"_L1,
    Access::SignedIn,
    "Makes a key. Its text is told in this answer only."_L1,
    201};
inline constexpr Endpoint<Nothing, OwnKeyPatch, ApiKey> changeMyKey{"changeMyKey"_L1,
                                                                    "PATCH"_L1,
                                                                    "/control/v1/me/keys/{key}"_L1,
                                                                    Access::SignedIn,
                                                                    "Renames one of the own keys."_L1,
                                                                    200,
                                                                    true};
inline constexpr Endpoint<Nothing, Nothing, ApiKey> revokeMyKey{
    "revokeMyKey"_L1, "DELETE"_L1, "/control/v1/me/keys/{key}"_L1, Access::SignedIn,
    "Revokes one of the own keys, at once and for good."_L1};
inline constexpr Endpoint<Nothing, Nothing, BudgetState> readMyBudget{"readMyBudget"_L1, "GET"_L1,
                                                                      "/control/v1/me/budget"_L1, Access::SignedIn,
                                                                      "The own limits, and what is gone of them."_L1};
inline constexpr Endpoint<Nothing, Nothing, ListOf<Permission>> listMyPermissions{
    "listMyPermissions"_L1, "GET"_L1, "/control/v1/me/permissions"_L1, Access::SignedIn, "What one may use."_L1};
inline constexpr Endpoint<AccessQuery, Nothing, Nothing> checkMyAccess{
    "checkMyAccess"_L1, "GET"_L1, "/control/v1/me/access"_L1, Access::SignedIn,
    "Whether one may use something of any type; refused as its use would be."_L1};

}
