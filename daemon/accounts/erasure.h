// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/async/context.h"
#include "shared/async/task.h"
#include "shared/model/apikey.h"
#include "shared/model/user.h"

#include <QStringList>

#include <vector>

namespace moe::accounts {

/// Somebody whose account is being removed, with all that others may know them by.
struct ErasedUser {
    UserId id;
    QString name;
    QString email;
    QString displayName;
    QList<KeyId> keys;
    QList<QByteArray> keyPrefixes; ///< first 16 characters
    QStringList formerNames = {};

    [[nodiscard]] static ErasedUser of(const User &user, const QList<ApiKey> &keys);
};

/// What an erased user is called from then on: "user:#17".
[[nodiscard]] QString pseudonymOf(UserId user);

/// A store of something that belongs to users.
class ErasureHook
{
public:
    ErasureHook() = default;
    ErasureHook(const ErasureHook &) = delete;
    ErasureHook &operator=(const ErasureHook &) = delete;
    virtual ~ErasureHook() = default;

    /// "usage", for reports.
    [[nodiscard]] virtual QString name() const = 0;
    /// Removes or anonymises what is the user's. May be repeated: after an error, or when there is nothing left.
    [[nodiscard]] virtual Task<void> erase(ErasedUser user, RequestContext context) = 0;
};

struct ErasureReport {
    QStringList erased; ///< names of hooks
    QStringList failed; ///< to be erased again

    [[nodiscard]] bool isComplete() const { return failed.isEmpty(); }
};

/// Erases a user in all stores, before the account itself is removed: what failed can be repeated then. Whoever notes
/// the removal does so under the pseudonym. Hooks outlive it.
class Eraser
{
public:
    explicit Eraser(std::vector<ErasureHook *> hooks);

    /// All hooks are tried, whatever becomes of the others; failures are logged.
    [[nodiscard]] QCoro::Task<ErasureReport> erase(ErasedUser user, RequestContext context);

private:
    const std::vector<ErasureHook *> m_hooks;
};

}
