// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/control/keys.h"

#include "daemon/accounts/accountrules.h"
#include "daemon/api/control/contentversion.h"

using namespace Qt::StringLiterals;

namespace moe::api::control {

namespace types = moe::control;
using accounts::KeySort;

namespace {

const SortNames<KeySort> sortNames{{"id"_L1, KeySort::Id},
                                   {"label"_L1, KeySort::Label},
                                   {"user"_L1, KeySort::Owner},
                                   {"created_at"_L1, KeySort::Created},
                                   {"expires_at"_L1, KeySort::Expires},
                                   {"last_used_at"_L1, KeySort::LastUsed}};

Task<Answer<ListOf<ApiKey>>> list(const ControlServices *services, Call<types::KeyQuery, Nothing> call,
                                  RequestContext context)
{
    return listKeys(services, call.query.user, std::move(call), std::move(context));
}

Task<Answer<types::CreatedKey>> create(const ControlServices *services, Call<Nothing, types::NewKey> call,
                                       RequestContext context)
{
    CO_TRY(const auto user, call.id<UserId>());
    accounts::KeyRequest request{call.body.label, call.body.expires, call.body.profile, call.body.rates};
    co_return co_await createKey(services, user, std::move(request), call.caller, std::move(context));
}

Answer<ApiKey> answerOf(ApiKey key)
{
    const qint64 version = contentVersion(key);
    return {std::move(key), version};
}

Task<Answer<ApiKey>> read(const ControlServices *services, Call<Nothing, Nothing> call, RequestContext context)
{
    CO_TRY(const auto id, call.id<KeyId>());
    CO_TRY(ApiKey key, co_await services->keys.key(id, {}, std::move(context)));
    co_return answerOf(std::move(key));
}

Task<Answer<ApiKey>> change(const ControlServices *services, Call<Nothing, types::KeyPatch> call,
                            RequestContext context)
{
    CO_TRY(const auto id, call.id<KeyId>());
    accounts::KeyChange change{call.body.label, call.body.expires, call.body.profile, call.body.rates};
    co_return co_await changeKey(services, id, change, call.version, {}, wire::write(call.body), call.caller, context);
}

Task<Answer<ApiKey>> revoke(const ControlServices *services, Call<Nothing, Nothing> call, RequestContext context)
{
    CO_TRY(accounts::KeyReference reference, accounts::parseKeyReference(call.path.at(0)));
    co_return co_await revokeKey(services, std::move(reference), {}, call.caller, context);
}

}

Task<Answer<ListOf<ApiKey>>> listKeys(const ControlServices *services, std::optional<UserId> owner,
                                      Call<types::KeyQuery, Nothing> call, RequestContext context)
{
    accounts::KeyQuery query;
    query.user = owner;
    query.isActive = call.query.isActive;
    query.expiringBefore = call.query.expiringBefore;
    query.text = call.query.text.value_or(QString());
    CO_TRY(query.order, listOrder<KeySort>(call.query, sortNames));
    CO_TRY(const auto page, co_await services->keys.list(query, context));
    co_return Answer<ListOf<ApiKey>>{listOf(page)};
}

Task<Answer<types::CreatedKey>> createKey(const ControlServices *services, UserId user, accounts::KeyRequest request,
                                          Caller caller, RequestContext context)
{
    const qint64 days = services->settings.current()->value(settings::keys::keyExpiryDays);
    if (!request.expires && days > 0)
        request.expires = services->clock.system() + std::chrono::days(days);
    CO_TRY(const IssuedKey issued, co_await services->keys.create(user, std::move(request), context));
    co_await audit(services, caller, {u"key.create"_s, objectOf(issued.key), {}, wire::write(issued.key)}, context);
    types::CreatedKey created;
    static_cast<ApiKey &>(created) = issued.key;
    created.text = issued.text;
    const QByteArray location = "/control/v1/keys/" + QByteArray::number(issued.key.id.value());
    co_return Answer<types::CreatedKey>{std::move(created), {}, location};
}

Task<Answer<ApiKey>> changeKey(const ControlServices *services, KeyId id, accounts::KeyChange change,
                               std::optional<qint64> version, std::optional<UserId> owner, QByteArray patch,
                               Caller caller, RequestContext context)
{
    CO_TRY(const ApiKey old, co_await services->keys.key(id, owner, context));
    CO_TRY(ApiKey key,
           co_await services->keys.change(id, std::move(change), owner, stillOfVersion<ApiKey>(version), context));
    co_await audit(services, caller, {u"key.change"_s, objectOf(key), wire::write(old), patch}, context);
    co_return answerOf(std::move(key));
}

Task<Answer<ApiKey>> revokeKey(const ControlServices *services, accounts::KeyReference reference,
                               std::optional<UserId> owner, Caller caller, RequestContext context)
{
    CO_TRY(ApiKey key, co_await services->keys.revoke(std::move(reference), owner, context));
    RequestSelection ofKey;
    ofKey.key = key.id;
    co_await cutRequests(services, ofKey);
    co_await audit(services, caller, {u"key.revoke"_s, objectOf(key)}, context);
    co_return Answer<ApiKey>{std::move(key)};
}

void addKeyOperations(OperationTable &table, const ControlServices &services)
{
    table.add(types::listKeys, std::bind_front(&list, &services));
    table.add(types::createKey, std::bind_front(&create, &services));
    table.add(types::readKey, std::bind_front(&read, &services));
    table.add(types::changeKey, std::bind_front(&change, &services));
    table.add(types::revokeKey, std::bind_front(&revoke, &services));
}

}
