// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/commands.h"

namespace moe::moectl {

using namespace Qt::StringLiterals;

namespace {

const std::vector<Column> userColumns
    = {{"id"_L1, "ID"_L1}, {"name"_L1, "Name"_L1}, {"active"_L1, "Active"_L1}, {"created_at"_L1, "Created"_L1}};

const std::vector<Column> keyColumns = {{"id"_L1, "ID"_L1},
                                        {"prefix"_L1, "Prefix"_L1},
                                        {"user"_L1, "User"_L1},
                                        {"label"_L1, "Label"_L1},
                                        {"active"_L1, "Active"_L1},
                                        {"expires_at"_L1, "Expires"_L1},
                                        {"created_at"_L1, "Created"_L1},
                                        {"last_used_at"_L1, "Last used"_L1}};

const std::vector<Column> newKeyColumns = {{"key"_L1, "Key (shown this once)"_L1},
                                           {"id"_L1, "ID"_L1},
                                           {"user"_L1, "User"_L1},
                                           {"label"_L1, "Label"_L1},
                                           {"expires_at"_L1, "Expires"_L1}};

const std::vector<Column> levelColumns = {{"category"_L1, "Category"_L1}, {"level"_L1, "Level"_L1}};

const std::vector<Column> permissionColumns = {{"type"_L1, "Type"_L1}, {"resource"_L1, "Resource"_L1}};

const std::vector<Parameter> permissionParameters = {{Parameter::Option, "user"_L1, "NAME"_L1},
                                                     {Parameter::Option, "type"_L1, "TYPE"_L1},
                                                     {Parameter::Option, "resource"_L1, "RESOURCE"_L1}};

const Command commands[] = {
    {"user add"_L1,
     "user.add"_L1,
     "Adds a user; grants nothing yet."_L1,
     {{Parameter::Word, "name"_L1, "NAME"_L1}},
     userColumns},
    {"user list"_L1, "user.list"_L1, "Lists the users."_L1, {}, userColumns},
    {"user block"_L1,
     "user.block"_L1,
     "Refuses all keys and sessions of a user, at once."_L1,
     {{Parameter::Word, "name"_L1, "NAME"_L1}},
     userColumns},
    {"user unblock"_L1,
     "user.unblock"_L1,
     "Accepts them again."_L1,
     {{Parameter::Word, "name"_L1, "NAME"_L1}},
     userColumns},
    {"permission grant"_L1, "permission.grant"_L1, "Allows a user one thing; \"*\" stands for all of a type."_L1,
     permissionParameters, permissionColumns},
    {"permission revoke"_L1, "permission.revoke"_L1, "Takes that back."_L1, permissionParameters, permissionColumns},
    {"permission list"_L1,
     "permission.list"_L1,
     "Lists what a user may use, also through groups."_L1,
     {{Parameter::Option, "user"_L1, "NAME"_L1}},
     permissionColumns},
    {"budget set"_L1,
     "budget.set"_L1,
     "Sets limits of a user, in tokens; \"none\" takes one away."_L1,
     {{Parameter::Option, "user"_L1, "NAME"_L1},
      {Parameter::OptionalOption, "daily"_L1, "N|none"_L1},
      {Parameter::OptionalOption, "monthly"_L1, "N|none"_L1},
      {Parameter::OptionalOption, "total"_L1, "N|none"_L1}},
     {}},
    {"budget show"_L1,
     "budget.show"_L1,
     "Shows limits and what is gone of them."_L1,
     {{Parameter::Option, "user"_L1, "NAME"_L1}},
     {}},
    {"key create"_L1,
     "key.create"_L1,
     "Makes an API key, valid to the end of the day given (UTC), or for good."_L1,
     {{Parameter::Option, "user"_L1, "NAME"_L1},
      {Parameter::Option, "label"_L1, "TEXT"_L1},
      {Parameter::OptionalOption, "expires"_L1, "YYYY-MM-DD"_L1}},
     newKeyColumns},
    {"key list"_L1,
     "key.list"_L1,
     "Lists the keys of one user or of all."_L1,
     {{Parameter::OptionalOption, "user"_L1, "NAME"_L1}},
     keyColumns},
    {"key revoke"_L1,
     "key.revoke"_L1,
     "Revokes a key at once and for good."_L1,
     {{Parameter::Word, "key"_L1, "ID|PREFIX"_L1}},
     keyColumns},
    {"log level"_L1,
     "log.level"_L1,
     "Shows the levels of the log, or changes one, or with a level alone all."_L1,
     {{Parameter::OptionalWord, "category"_L1, "CATEGORY"_L1}, {Parameter::OptionalWord, "level"_L1, "LEVEL"_L1}},
     levelColumns},
    {"status"_L1, "status"_L1, "Tells how the daemon is doing."_L1, {}, {}},
};

}

std::span<const Command> allCommands() { return commands; }

}
