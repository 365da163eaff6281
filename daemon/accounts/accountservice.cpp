// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/accountservice.h"
#include "daemon/accounts/accountrules.h"
#include "daemon/telemetry/log.h"
#include "shared/async/wait.h"

namespace moe::accounts {

using namespace std::chrono_literals;

namespace {

constexpr auto lastUsedInterval = 5s;
constexpr auto lastSaveLimit = 5s; // at shutdown

}

AccountService::AccountService(AccountStore &store, KeyDirectory &directory, const Clock &clock)
    : m_store(store)
    , m_directory(directory)
    , m_clock(clock)
{ }

Task<void> AccountService::loadDirectory(RequestContext context)
{
    CO_TRY(const auto keys, co_await m_store.loadDirectory(std::move(context)));
    m_directory.load(keys);
    co_return {};
}

Task<User> AccountService::addUser(QString name, RequestContext context)
{
    CO_TRY_VOID(checkUserName(name));
    co_return co_await m_store.addUser(NewUser{std::move(name), m_clock.system()}, std::move(context));
}

Task<QList<User>> AccountService::listUsers(Page page, RequestContext context)
{
    co_return co_await m_store.listUsers(page, std::move(context));
}

Task<IssuedKey> AccountService::createKey(KeyRequest request, RequestContext context)
{
    CO_TRY_VOID(checkLabel(request.label));
    const auto now = m_clock.system();
    if (request.expires && *request.expires <= now)
        co_return failure(
            Error::invalid(QStringLiteral("The key would have expired already."), QStringLiteral("expires")));
    CO_TRY(const User user, co_await m_store.findUser(request.userName, context));

    const QByteArray text = newKeyText();
    const KeyHash hash = hashOfKey(text);
    const NewKey fresh{user.id, hash, text.first(keyPrefixLength), request.label, request.expires, now};
    CO_TRY(const ApiKey key, co_await m_store.addKey(fresh, context));
    m_directory.add(DirectoryKey{hash, key.id, key.user, key.prefix, key.expires, user.isActive});
    co_return IssuedKey{key, text};
}

Task<QList<ApiKey>> AccountService::listKeys(QString userName, Page page, RequestContext context)
{
    std::optional<UserId> user;
    if (!userName.isEmpty()) {
        CO_TRY(const User found, co_await m_store.findUser(std::move(userName), context));
        user = found.id;
    }
    co_return co_await m_store.listKeys(user, page, context);
}

Task<ApiKey> AccountService::revokeKey(QString idOrPrefix, RequestContext context)
{
    CO_TRY(KeyReference reference, parseKeyReference(idOrPrefix));
    CO_TRY(const ApiKey key, co_await m_store.revokeKey(std::move(reference), std::move(context)));
    m_directory.revoke(key.id);
    co_return key;
}

Task<void> AccountService::saveLastUsed(RequestContext context)
{
    for (const KeyTouch &touch : m_directory.takeTouches()) {
        auto &at = m_unsavedTouches[touch.key];
        at = std::max(at, touch.at);
    }
    if (m_unsavedTouches.empty())
        co_return {};
    std::vector<KeyTouch> batch;
    for (const auto &[key, at] : m_unsavedTouches)
        batch.push_back(KeyTouch{key, at});
    CO_TRY_VOID(co_await m_store.touchKeys(batch, std::move(context)));
    // What was used again meanwhile waits in the directory; what is here was in the batch or came from another call.
    for (const KeyTouch &saved : batch) {
        const auto at = m_unsavedTouches.find(saved.key);
        if (at != m_unsavedTouches.end() && at->second <= saved.at)
            m_unsavedTouches.erase(at);
    }
    co_return {};
}

QCoro::Task<> AccountService::keepLastUsedSaved(RequestContext context)
{
    bool isFailing = false;
    while (co_await sleepFor(lastUsedInterval, context)) {
        const Result<void> saved = co_await saveLastUsed(context);
        if (!saved && !isFailing)
            MOE_LOG(Accounts, Warning, "", "Cannot write when keys were last used; trying on",
                    {"error", saved.error().message});
        isFailing = !saved;
    }
    RequestContext last;
    last.requestId = context.requestId;
    last.deadline = m_clock.steady() + lastSaveLimit;
    if (const Result<void> saved = co_await saveLastUsed(last); !saved)
        MOE_LOG(Accounts, Warning, "", "When keys were last used is lost", {"error", saved.error().message});
}

}
