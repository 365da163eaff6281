// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/command.h"
#include "daemon/ctl/moectl/lookup.h"
#include "shared/wire/control/sessions.h"

#include <QFile>
#include <QFileInfo>

using namespace Qt::StringLiterals;

namespace moe::moectl {

namespace {

using wire::Field;

constexpr qint64 longestToken = 1024;

const std::vector<Column> userColumns{{"id"_L1, "ID"_L1}, {"name"_L1, "Name"_L1}, {"role"_L1, "Role"_L1}};

const std::vector<Column> sessionColumns{{"id"_L1, "ID"_L1},
                                         {"address"_L1, "From"_L1},
                                         {"user_agent"_L1, "With"_L1},
                                         {"created_at"_L1, "Since"_L1},
                                         {"last_used_at"_L1, "Last used"_L1}};

const std::vector<Column> signInColumns{{"server"_L1, "Server"_L1},
                                        {"user"_L1, "User"_L1},
                                        {"must_change_password"_L1, "Must change password (moectl passwd)"_L1}};

/// A sign-in as it is shown: without the token.
struct SignedInAs {
    QString server;
    QString user;
    bool mustChangePassword = false;

    static constexpr auto fields()
    {
        return std::tuple{Field<&SignedInAs::server>{"server"_L1}, Field<&SignedInAs::user>{"user"_L1},
                          Field<&SignedInAs::mustChangePassword>{"must_change_password"_L1}};
    }
};

/// The first line of the file that the daemon leaves in its data directory until there is an administrator.
Result<QString> setupToken(const Place &place)
{
    QFile file(place.dataDirectory + "/setup-token"_L1);
    if (!file.open(QIODevice::ReadOnly))
        return failure(Error::of(ErrorCode::NotFound,
                                 u"There is no set-up token in %1: there is an administrator already, or this is not "
                                 "the daemon's data directory. Name it with --data-dir, or give the token that the "
                                 "daemon printed."_s.arg(place.dataDirectory),
                                 u"no_setup_token"_s));
    return QString::fromLatin1(file.readLine(longestToken).trimmed());
}

Task<Output> init(Call call)
{
    control::Setup setup;
    setup.name = call.inputs.text("user"_L1);
    setup.displayName = call.inputs.text("display-name"_L1);
    setup.email = call.inputs.text("email"_L1);
    setup.token = call.inputs.text("token"_L1);
    if (!call.inputs.has("token"_L1)) {
        CO_TRY(setup.token, setupToken(call.place));
    }
    CO_TRY(setup.password, readNewPassword(*call.console, call.inputs.has("password-stdin"_L1)));
    CO_TRY(const auto signedIn, co_await call.client.call(control::setUp, {.body = setup}, {}));
    co_return shown(signedIn.value.user, userColumns);
}

QString authorityFile(const Inputs &inputs)
{
    return inputs.has("ca"_L1) ? QFileInfo(inputs.text("ca"_L1)).absoluteFilePath() : QString();
}

Task<Output> login(Call call)
{
    SignIn signIn;
    signIn.server = call.inputs.optional("server"_L1).value_or(u"http://127.0.0.1:8088"_s);
    signIn.authorityFile = authorityFile(call.inputs);
    signIn.fingerprint = call.inputs.text("fingerprint"_L1).toLatin1();
    signIn.isPlainHttpAllowed = call.inputs.has("insecure-http"_L1);
    CO_TRY(const auto transport, client::HttpTransport::create(signIn.httpServer()));
    control::Credentials credentials;
    credentials.name = call.inputs.text("user"_L1);
    CO_TRY(credentials.password, readPassword(*call.console, call.inputs.has("password-stdin"_L1)));
    const client::ControlClient client(transport);
    CO_TRY(const auto signedIn, co_await client.call(control::signIn, {.body = credentials}, {}));
    signIn.token = signedIn.value.token;
    signIn.user = signedIn.value.user.name;
    CO_TRY_VOID(writeSignIn(signIn));
    co_return shown(SignedInAs{signIn.server, signIn.user, signedIn.value.user.mustChangePassword}, signInColumns);
}

/// Forgets the sign-in also if the server has forgotten it, or cannot be reached.
Task<Output> logout(Call)
{
    const auto signIn = readSignIn();
    if (signIn && !*signIn)
        co_return failure(Error::of(ErrorCode::NotFound, u"Nobody is signed in."_s));
    if (signIn) {
        if (const auto transport = client::HttpTransport::create((*signIn)->httpServer()))
            (void)co_await client::ControlClient(*transport).call(control::signOut, {}, {});
    }
    if (!removeSignIn())
        co_return failure(Error::of(ErrorCode::Unavailable, u"%1 cannot be removed."_s.arg(signInFile())));
    co_return done("removed"_L1, signInFile());
}

Task<Output> passwd(Call call)
{
    const bool isFromInput = call.inputs.has("password-stdin"_L1);
    control::PasswordChange change;
    CO_TRY(change.current, isFromInput ? call.console->readLine() : call.console->askSecret(u"Present password: "_s));
    CO_TRY(change.fresh, readNewPassword(*call.console, isFromInput));
    CO_TRY_VOID(co_await call.client.call(control::changeMyPassword, {.body = change}, {}));
    co_return done("changed"_L1, u"password"_s);
}

Task<Output> listSessions(Call call)
{
    CO_TRY(const User user, co_await userNamed(call.client, call.inputs.text("user"_L1)));
    CO_TRY(const auto sessions, co_await call.client.allPages(control::listSessions, {.path = pathTo(user.id)}, {}));
    co_return listed(sessions, sessionColumns);
}

Task<Output> revokeSession(Call call)
{
    const QString id = call.inputs.text("id"_L1);
    CO_TRY(const User user, co_await userNamed(call.client, call.inputs.text("user"_L1)));
    CO_TRY_VOID(co_await call.client.call(control::revokeSession, {.path = pathTo(user.id) + QStringList(id)}, {}));
    co_return done("removed"_L1, id);
}

constexpr Parameter user{Parameter::Option, "user"_L1, "NAME"_L1};
constexpr Parameter passwordFromInput{Parameter::Flag, "password-stdin"_L1};

}

CommandGroup sessionCommands()
{
    return {
        "First start and sessions"_L1,
        {{"init"_L1,
          "Makes the first administrator with the set-up token of the data directory. --token shows the token to "
          "whoever lists the machine's processes."_L1,
          {user,
           {Parameter::OptionalOption, "token"_L1, "TOKEN"_L1},
           {Parameter::OptionalOption, "display-name"_L1, "TEXT"_L1},
           {Parameter::OptionalOption, "email"_L1, "ADDRESS"_L1},
           passwordFromInput},
          &init,
          Command::Needs::Machine},
         {"login"_L1,
          "Signs in to a daemon (http://127.0.0.1:8088), which all commands without --data-dir go to from then on."_L1,
          {user,
           {Parameter::OptionalOption, "server"_L1, "URL"_L1},
           {Parameter::OptionalOption, "ca"_L1, "FILE"_L1},
           {Parameter::OptionalOption, "fingerprint"_L1, "SHA256"_L1},
           {Parameter::Flag, "insecure-http"_L1},
           passwordFromInput},
          &login,
          Command::Needs::Machine},
         {"logout"_L1, "Ends that."_L1, {}, &logout, Command::Needs::Machine},
         {"passwd"_L1,
          "Changes the password of who has signed in; from standard input: the present one, then the new one."_L1,
          {passwordFromInput},
          &passwd},
         {"session list"_L1, "Lists the sessions of a user."_L1, {user}, &listSessions},
         {"session revoke"_L1,
          "Ends a session of a user."_L1,
          {user, {Parameter::Word, "id"_L1, "ID"_L1}},
          &revokeSession}}};
}

}
