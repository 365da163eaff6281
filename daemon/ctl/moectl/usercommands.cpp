// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/command.h"
#include "daemon/ctl/moectl/lookup.h"
#include "shared/core/text.h"
#include "shared/wire/control/accounts.h"

#include <QFile>

using namespace Qt::StringLiterals;

namespace moe::moectl {

namespace {

constexpr qint64 largestImport = 8 * 1024 * 1024;

const std::vector<Column> columns{
    {"id"_L1, "ID"_L1},     {"name"_L1, "Name"_L1},     {"display_name"_L1, "Display name"_L1},
    {"role"_L1, "Role"_L1}, {"active"_L1, "Active"_L1}, {"created_at"_L1, "Created"_L1}};

const std::vector<Column> allColumns{{"id"_L1, "ID"_L1},
                                     {"name"_L1, "Name"_L1},
                                     {"display_name"_L1, "Display name"_L1},
                                     {"email"_L1, "E-mail"_L1},
                                     {"role"_L1, "Role"_L1},
                                     {"active"_L1, "Active"_L1},
                                     {"must_change_password"_L1, "Must change password"_L1},
                                     {"language"_L1, "Language"_L1},
                                     {"created_at"_L1, "Created"_L1},
                                     {"updated_at"_L1, "Changed"_L1}};

const std::vector<Column> passwordColumns{{"user"_L1, "User"_L1},
                                          {"start_password"_L1, "Start password (shown this once)"_L1}};

Task<Output> add(Call call)
{
    control::NewUser fresh;
    fresh.name = call.inputs.text("name"_L1);
    fresh.displayName = call.inputs.text("display-name"_L1);
    fresh.email = call.inputs.text("email"_L1);
    fresh.language = call.inputs.text("language"_L1);
    CO_TRY(const auto role, call.inputs.choice<Role>("role"_L1));
    fresh.role = role.value_or(Role::User);
    if (call.inputs.has("password-stdin"_L1)) {
        CO_TRY(fresh.password, call.console->readLine());
    }
    CO_TRY(const auto user, co_await call.client.call(control::createUser, {.body = fresh}, {}));
    co_return shown(user.value, allColumns);
}

Task<Output> list(Call call)
{
    control::UserQuery query;
    query.text = call.inputs.optional("text"_L1);
    CO_TRY(query.role, call.inputs.choice<Role>("role"_L1));
    if (call.inputs.has("group"_L1)) {
        CO_TRY(const Group group, co_await groupNamed(call.client, call.inputs.text("group"_L1)));
        query.group = group.id;
    }
    CO_TRY(const auto users, co_await call.client.allPages(control::listUsers, {.query = query}, {}));
    co_return listed(users, columns);
}

Task<Output> show(Call call)
{
    CO_TRY(const User user, co_await userNamed(call.client, call.inputs.text("name"_L1)));
    co_return shown(user, allColumns);
}

Task<Output> change(Call call, control::UserPatch patch)
{
    CO_TRY(const User user, co_await userNamed(call.client, call.inputs.text("name"_L1)));
    CO_TRY(const auto changed,
           co_await call.client.call(control::changeUser, {.path = pathTo(user.id), .body = patch}, {}));
    co_return shown(changed.value, allColumns);
}

Task<Output> set(Call call)
{
    if (!call.inputs.hasAny({"rename"_L1, "display-name"_L1, "email"_L1, "language"_L1, "role"_L1}))
        co_return wrongUsage(u"Say what is to be changed."_s);
    control::UserPatch patch;
    patch.name = call.inputs.optional("rename"_L1);
    patch.displayName = call.inputs.optional("display-name"_L1);
    patch.email = call.inputs.optional("email"_L1);
    patch.language = call.inputs.optional("language"_L1);
    CO_TRY(patch.role, call.inputs.choice<Role>("role"_L1));
    co_return co_await change(call, patch);
}

Task<Output> block(Call call)
{
    control::UserPatch patch;
    patch.isActive = false;
    return change(std::move(call), patch);
}

Task<Output> unblock(Call call)
{
    control::UserPatch patch;
    patch.isActive = true;
    return change(std::move(call), patch);
}

Task<Output> remove(Call call)
{
    CO_TRY(const User user, co_await userNamed(call.client, call.inputs.text("name"_L1)));
    CO_TRY_VOID(co_await call.client.call(control::removeUser, {.path = pathTo(user.id)}, {}));
    co_return done("removed"_L1, user.name);
}

Task<Output> passwd(Call call)
{
    control::PasswordReset reset;
    if (call.inputs.has("password-stdin"_L1)) {
        CO_TRY(reset.password, call.console->readLine());
    }
    CO_TRY(const User user, co_await userNamed(call.client, call.inputs.text("name"_L1)));
    CO_TRY(const auto answer,
           co_await call.client.call(control::resetPassword, {.path = pathTo(user.id), .body = reset}, {}));
    co_return shown(answer.value, passwordColumns);
}

Result<QByteArray> importFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(Error::of(ErrorCode::NotFound, u"%1 cannot be read: %2."_s.arg(path, file.errorString())));
    const QByteArray content = file.read(largestImport + 1);
    if (content.size() > largestImport)
        return failure(Error::of(ErrorCode::TooLarge, u"%1 is larger than 8 MiB."_s.arg(path)));
    if (!isValidUtf8(content))
        return failure(Error::invalid(u"%1 is not UTF-8. Save it as \"CSV UTF-8\"."_s.arg(path), u"file"_s));
    return content;
}

Task<Output> importAll(Call call)
{
    CO_TRY(const QByteArray content, importFile(call.inputs.text("file"_L1)));
    control::ImportQuery query;
    if (call.inputs.has("group"_L1)) {
        CO_TRY(const Group group, co_await groupNamed(call.client, call.inputs.text("group"_L1)));
        query.group = group.id;
    }
    CO_TRY(const auto answer, co_await call.client.call(control::importUsers, {.query = query, .body = {content}}, {}));
    co_return listed(answer.value.items, passwordColumns);
}

constexpr Parameter name{Parameter::Word, "name"_L1, "NAME"_L1};
constexpr Parameter displayName{Parameter::OptionalOption, "display-name"_L1, "TEXT"_L1};
constexpr Parameter email{Parameter::OptionalOption, "email"_L1, "ADDRESS"_L1};
constexpr Parameter role{Parameter::OptionalOption, "role"_L1, "user|operator|admin"_L1};
constexpr Parameter language{Parameter::OptionalOption, "language"_L1, "CODE"_L1};
constexpr Parameter group{Parameter::OptionalOption, "group"_L1, "GROUP"_L1};
constexpr Parameter passwordFromInput{Parameter::Flag, "password-stdin"_L1};

}

CommandGroup userCommands()
{
    return {"Users"_L1,
            {{"user add"_L1,
              "Adds a user, who may do nothing yet and, without a password, not sign in."_L1,
              {name, displayName, email, role, language, passwordFromInput},
              &add},
             {"user list"_L1,
              "Lists the users."_L1,
              {role, group, {Parameter::OptionalOption, "text"_L1, "PART"_L1}},
              &list},
             {"user show"_L1, "Shows one user."_L1, {name}, &show},
             {"user set"_L1,
              "Changes a user; another name is the one to sign in with from then on."_L1,
              {name, {Parameter::OptionalOption, "rename"_L1, "NAME"_L1}, displayName, email, role, language},
              &set},
             {"user remove"_L1, "Erases a user and what is theirs; usage stays, without a name."_L1, {name}, &remove},
             {"user passwd"_L1,
              "Sets a password, or makes one up and shows it once; it must be changed then."_L1,
              {name, passwordFromInput},
              &passwd},
             {"user import"_L1,
              "Adds the users of a CSV file (username, display_name, email, groups, password, language), all or "
              "none."_L1,
              {{Parameter::Word, "file"_L1, "FILE"_L1}, group},
              &importAll},
             {"user block"_L1, "Refuses all keys and sessions of a user, at once."_L1, {name}, &block},
             {"user unblock"_L1, "Accepts them again."_L1, {name}, &unblock}}};
}

}
