// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/wire/control/endpoint.h"
#include "shared/wire/control/modelfields.h"

/// Users and keys: what is sent about them beside the values themselves.
namespace moe::control {

using namespace Qt::StringLiterals;
using wire::Field;
using wire::Presence;

struct NewUser {
    QString name;
    QString displayName;
    QString email;
    Role role = Role::User;
    QString language;
    std::optional<QString> password; ///< without one nobody can sign in; it must be changed at the first sign-in

    static constexpr auto fields()
    {
        return std::tuple{Field<&NewUser::name>{"name"_L1, Presence::Required},
                          Field<&NewUser::displayName>{"display_name"_L1},
                          Field<&NewUser::email>{"email"_L1},
                          Field<&NewUser::role>{"role"_L1},
                          Field<&NewUser::language>{"language"_L1},
                          Field<&NewUser::password>{"password"_L1}};
    }
};

/// What is missing stays.
struct UserPatch {
    std::optional<QString> name;
    std::optional<QString> displayName;
    std::optional<QString> email;
    std::optional<Role> role;
    std::optional<bool> isActive;
    std::optional<QString> language;

    static constexpr auto fields()
    {
        return std::tuple{Field<&UserPatch::name>{"name"_L1},       Field<&UserPatch::displayName>{"display_name"_L1},
                          Field<&UserPatch::email>{"email"_L1},     Field<&UserPatch::role>{"role"_L1},
                          Field<&UserPatch::isActive>{"active"_L1}, Field<&UserPatch::language>{"language"_L1}};
    }
};

/// What an account holder may change himself.
struct ProfilePatch {
    std::optional<QString> displayName;
    std::optional<QString> email;
    std::optional<QString> language;

    static constexpr auto fields()
    {
        return std::tuple{Field<&ProfilePatch::displayName>{"display_name"_L1}, Field<&ProfilePatch::email>{"email"_L1},
                          Field<&ProfilePatch::language>{"language"_L1}};
    }
};

/// sort: id, name, display_name, email, role, created_at, updated_at
struct UserQuery : PageQuery {
    std::optional<QString> name; ///< exactly, without regard to case
    std::optional<QString> text; ///< part of name, display name or e-mail
    std::optional<Role> role;
    std::optional<bool> isActive;
    std::optional<GroupId> group;

    static constexpr auto fields()
    {
        return std::tuple_cat(pageFields<UserQuery>(),
                              std::tuple{Field<&UserQuery::name>{"name"_L1}, Field<&UserQuery::text>{"text"_L1},
                                         Field<&UserQuery::role>{"role"_L1}, Field<&UserQuery::isActive>{"active"_L1},
                                         Field<&UserQuery::group>{"group"_L1}});
    }
};

/// Without a password one is made up.
struct PasswordReset {
    std::optional<QString> password;

    static constexpr auto fields() { return std::tuple{Field<&PasswordReset::password>{"password"_L1}}; }
};

/// A password that was made up: shown this once.
struct StartPassword {
    QString user;
    std::optional<QString> startPassword;

    static constexpr auto fields()
    {
        return std::tuple{Field<&StartPassword::user>{"user"_L1},
                          Field<&StartPassword::startPassword>{"start_password"_L1}};
    }
};

struct ImportQuery {
    std::optional<GroupId> group; ///< all become members of it, beside those that the file names

    static constexpr auto fields() { return std::tuple{Field<&ImportQuery::group>{"group"_L1}}; }
};

struct NewKey {
    QString label;
    std::optional<Clock::System> expires;
    QString profile;
    RateLimits rates;

    static constexpr auto fields()
    {
        return std::tuple{Field<&NewKey::label>{"label"_L1, Presence::Required},
                          Field<&NewKey::expires>{"expires_at"_L1}, Field<&NewKey::profile>{"profile"_L1},
                          Field<&NewKey::rates>{"rates"_L1}};
    }
};

/// What an account holder may say about a new key.
struct NewOwnKey {
    QString label;
    std::optional<Clock::System> expires;

    static constexpr auto fields()
    {
        return std::tuple{Field<&NewOwnKey::label>{"label"_L1, Presence::Required},
                          Field<&NewOwnKey::expires>{"expires_at"_L1}};
    }
};

/// What is missing stays; null takes an expiry away.
struct KeyPatch {
    std::optional<QString> label;
    std::optional<std::optional<Clock::System>> expires;
    std::optional<QString> profile;
    std::optional<RateLimits> rates;

    static constexpr auto fields()
    {
        return std::tuple{Field<&KeyPatch::label>{"label"_L1}, Field<&KeyPatch::expires>{"expires_at"_L1},
                          Field<&KeyPatch::profile>{"profile"_L1}, Field<&KeyPatch::rates>{"rates"_L1}};
    }
};

/// What an account holder may say about his own key.
struct OwnKeyPatch {
    std::optional<QString> label;
    std::optional<std::optional<Clock::System>> expires;

    static constexpr auto fields()
    {
        return std::tuple{Field<&OwnKeyPatch::label>{"label"_L1}, Field<&OwnKeyPatch::expires>{"expires_at"_L1}};
    }
};

/// sort: id, label, user, created_at, expires_at, last_used_at
struct KeyQuery : PageQuery {
    std::optional<UserId> user;
    std::optional<bool> isActive;
    std::optional<Clock::System> expiringBefore;
    std::optional<QString> text; ///< part of label, prefix or owner's name

    static constexpr auto fields()
    {
        return std::tuple_cat(pageFields<KeyQuery>(),
                              std::tuple{Field<&KeyQuery::user>{"user"_L1}, Field<&KeyQuery::isActive>{"active"_L1},
                                         Field<&KeyQuery::expiringBefore>{"expiring_before"_L1},
                                         Field<&KeyQuery::text>{"text"_L1}});
    }
};

/// A key that has just been made: the only time that its text is told.
struct CreatedKey : ApiKey {
    QByteArray text;

    static constexpr auto fields()
    {
        return std::tuple_cat(fieldsOf(static_cast<const ApiKey *>(nullptr)),
                              std::tuple{Field<&CreatedKey::text>{"key"_L1}});
    }
};

inline constexpr Endpoint<UserQuery, Nothing, ListOf<User>> listUsers{"listUsers"_L1, "GET"_L1, "/control/v1/users"_L1,
                                                                      Access::Operator, "The users."_L1};
inline constexpr Endpoint<Nothing, NewUser, User> createUser{"createUser"_L1,
                                                             "POST"_L1,
                                                             "/control/v1/users"_L1,
                                                             Access::Admin,
                                                             "Adds a user, who may do nothing yet."_L1,
                                                             201,
                                                             true};
inline constexpr Endpoint<Nothing, Nothing, User> readUser{
    "readUser"_L1, "GET"_L1, "/control/v1/users/{user}"_L1, Access::Operator, "One user."_L1, 200, true};
inline constexpr Endpoint<Nothing, UserPatch, User> changeUser{
    "changeUser"_L1,
    "PATCH"_L1,
    "/control/v1/users/{user}"_L1,
    Access::Admin,
    "Changes a user. Who is blocked (active: false) loses keys and sessions at once."_L1,
    200,
    true};
inline constexpr Endpoint<Nothing, Nothing, Nothing> removeUser{
    "removeUser"_L1,
    "DELETE"_L1,
    "/control/v1/users/{user}"_L1,
    Access::Admin,
    "Erases a user and what is theirs. Usage stays, without a name."_L1,
    204,
    true};
inline constexpr Endpoint<Nothing, PasswordReset, StartPassword> resetPassword{
    "resetPassword"_L1, "PUT"_L1, "/control/v1/users/{user}/password"_L1, Access::Admin,
    "Sets a password that has to be changed at the next sign-in; all sessions of the user end."_L1};
inline constexpr Endpoint<ImportQuery, RawBody, ListOf<StartPassword>> importUsers{
    "importUsers"_L1,
    "POST"_L1,
    "/control/v1/users/import"_L1,
    Access::Admin,
    "Adds the users of a CSV file (username, display_name, email, groups, password, language), all or none."_L1,
    201};

inline constexpr Endpoint<KeyQuery, Nothing, ListOf<ApiKey>> listKeys{
    "listKeys"_L1, "GET"_L1, "/control/v1/keys"_L1, Access::Operator, "The API keys, without their texts."_L1};
inline constexpr Endpoint<Nothing, NewKey, CreatedKey> createKey{
    "createKey"_L1,
    "POST"_L1,
    "/control/v1/users/{user}/keys"_L1,
    Access::Admin,
    "Makes an API key. Its text is told in this answer only."_L1,
    201};
inline constexpr Endpoint<Nothing, Nothing, ApiKey> readKey{
    "readKey"_L1, "GET"_L1, "/control/v1/keys/{key}"_L1, Access::Operator, "One API key, without its text."_L1,
    200,          true};
inline constexpr Endpoint<Nothing, KeyPatch, ApiKey> changeKey{"changeKey"_L1,
                                                               "PATCH"_L1,
                                                               "/control/v1/keys/{key}"_L1,
                                                               Access::Admin,
                                                               "Changes what belongs to a key."_L1,
                                                               200,
                                                               true};
inline constexpr Endpoint<Nothing, Nothing, ApiKey> revokeKey{
    "revokeKey"_L1, "DELETE"_L1, "/control/v1/keys/{key}"_L1, Access::Admin,
    "Revokes a key, named by its id or the beginning of its text, at once and for good."_L1};

}
