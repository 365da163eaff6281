// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/erasurehooks.h"

namespace moe::accounts {

namespace {

constexpr int portion = 10'000; // rows a transaction, so that others get their turn

AuditSubject subjectOf(const ErasedUser &user)
{
    AuditSubject subject{{u"user:" + user.name}, pseudonymOf(user.id)};
    for (const QString &name : user.formerNames)
        subject.names.append(u"user:" + name);
    for (const KeyId key : user.keys)
        subject.names.append(QStringLiteral("key:%1").arg(key.value()));
    for (const QByteArray &prefix : user.keyPrefixes)
        subject.names.append(u"key:" + QString::fromLatin1(prefix));
    return subject;
}

}

QString UsageErasure::name() const { return QStringLiteral("usage"); }

Task<void> UsageErasure::erase(ErasedUser user, RequestContext context)
{
    qint64 changed = portion;
    while (changed == portion) {
        CO_TRY(changed, co_await m_store.anonymise(user.id, portion, context));
    }
    co_return {};
}

QString AuditErasure::name() const { return QStringLiteral("audit"); }

Task<void> AuditErasure::erase(ErasedUser user, RequestContext context)
{
    CO_TRY_VOID(co_await m_log.flushAll(context)); // what is not stored yet cannot be found
    const AuditSubject subject = subjectOf(user);
    qint64 changed = portion;
    while (changed == portion) {
        CO_TRY(changed, co_await m_store.anonymise(subject, portion, context));
    }
    co_return {};
}

QString SettingsErasure::name() const { return QStringLiteral("settings"); }

Task<void> SettingsErasure::erase(ErasedUser user, RequestContext context)
{
    for (const QString &name : QStringList(user.name) + user.formerNames) {
        CO_TRY_VOID(co_await m_store.renameAuthor(u"user:" + name, pseudonymOf(user.id), context));
    }
    co_return {};
}

}
