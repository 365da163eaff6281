// SPDX-License-Identifier: Apache-2.0
#include "shared/wire/control/sessions.h"
#include "daemon/api/control/auditing.h"
#include "daemon/api/control/textsecret.h"

using namespace Qt::StringLiterals;

namespace moe::api::control {

namespace types = moe::control;
using types::ListOf;

namespace {

accounts::ClientOrigin originOf(const Caller &caller) { return {caller.address, caller.userAgent}; }

/// Whoever has just signed in is who acted.
Caller asUser(Caller caller, const User &user)
{
    caller.kind = Caller::Kind::Session;
    caller.user.name = user.name;
    return caller;
}

Answer<types::SignedIn> answerOf(const accounts::SignedIn &signedIn)
{
    return {{signedIn.token, signedIn.session, signedIn.user}};
}

Task<Answer<types::SetupState>> readSetup(const ControlServices *services, Call<Nothing, Nothing>, RequestContext)
{
    co_return Answer<types::SetupState>{{services->signIn.isSetupOffered()}};
}

Task<Answer<types::SignedIn>> setUp(const ControlServices *services, Call<Nothing, types::Setup> call,
                                    RequestContext context)
{
    accounts::NewAdmin admin{call.body.name, takeSecret(call.body.password), call.body.displayName, call.body.email};
    const auto signedIn = co_await services->signIn.setUp(takeSecret(call.body.token), std::move(admin),
                                                          originOf(call.caller), context);
    if (!signedIn) {
        if (signedIn.error().reason == "set_up_sign_in"_L1) // the account is there, only the session is not
            co_await audit(services, call.caller, {u"setup.done"_s, u"user:"_s + call.body.name}, context);
        else
            auditRefusal(*services, call.caller, u"setup.failed"_s, {}, signedIn.error());
        co_return std::unexpected(signedIn.error());
    }
    co_await audit(services, asUser(call.caller, signedIn->user), {u"setup.done"_s, objectOf(signedIn->user)}, context);
    co_return answerOf(*signedIn);
}

Task<Answer<types::SignedIn>> signIn(const ControlServices *services, Call<Nothing, types::Credentials> call,
                                     RequestContext context)
{
    const auto signedIn = co_await services->signIn.signIn(call.body.name, takeSecret(call.body.password),
                                                           originOf(call.caller), context);
    if (!signedIn) {
        // A name that is nobody's is not written down: people type their passwords there.
        const auto meant = co_await services->users.find(call.body.name, context);
        auditRefusal(*services, call.caller, u"session.failed"_s, meant ? objectOf(*meant) : QString(),
                     signedIn.error());
        co_return std::unexpected(signedIn.error());
    }
    co_await audit(services, asUser(call.caller, signedIn->user), {u"session.open"_s, objectOf(signedIn->user)},
                   context);
    co_return answerOf(*signedIn);
}

Task<Answer<Nothing>> signOut(const ControlServices *services, Call<Nothing, Nothing> call, RequestContext context)
{
    CO_TRY_VOID(co_await services->signIn.signOut(call.caller.session, context));
    co_await audit(services, call.caller, {u"session.close"_s, u"user:"_s + call.caller.user.name}, context);
    co_return Answer<Nothing>{};
}

Task<Answer<ListOf<Session>>> list(const ControlServices *services, Call<Nothing, Nothing> call, RequestContext context)
{
    CO_TRY(const auto id, call.id<UserId>());
    CO_TRY(const User user, co_await services->users.user(id, context));
    CO_TRY(const auto sessions, co_await services->signIn.sessions(user.id, context));
    co_return Answer<ListOf<Session>>{{sessions, {}, {}}};
}

Task<Answer<Nothing>> revoke(const ControlServices *services, Call<Nothing, Nothing> call, RequestContext context)
{
    CO_TRY(const auto user, call.id<UserId>(0));
    CO_TRY(const auto session, call.id<SessionId>(1));
    CO_TRY_VOID(co_await services->signIn.revokeSession(user, session, context));
    co_await audit(services, call.caller, {u"session.close"_s, QString(u"session:" % QString::number(session.value()))},
                   context);
    co_return Answer<Nothing>{};
}

}

void addSessionOperations(OperationTable &table, const ControlServices &services)
{
    table.add(types::readSetup, std::bind_front(&readSetup, &services));
    table.add(types::setUp, std::bind_front(&setUp, &services));
    table.add(types::signIn, std::bind_front(&signIn, &services));
    table.add(types::signOut, std::bind_front(&signOut, &services));
    table.add(types::listSessions, std::bind_front(&list, &services));
    table.add(types::revokeSession, std::bind_front(&revoke, &services));
}

}
