// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/auditlog.h"
#include "daemon/accounts/erasure.h"
#include "daemon/accounts/settingsstore.h"
#include "daemon/accounts/usagestore.h"

namespace moe::accounts {

/// Usage records stay, without user and key. Store outlives it.
class UsageErasure final : public ErasureHook
{
public:
    explicit UsageErasure(UsageStore &store) : m_store(store) { }

    [[nodiscard]] QString name() const override;
    [[nodiscard]] Task<void> erase(ErasedUser user, RequestContext context) override;

private:
    UsageStore &m_store;
};

/// Audit entries stay, under the pseudonym: without the addresses the user came from and without what was written down
/// about the user. Log and store outlive it.
class AuditErasure final : public ErasureHook
{
public:
    AuditErasure(AuditLog &log, AuditStore &store) : m_log(log), m_store(store) { }

    [[nodiscard]] QString name() const override;
    [[nodiscard]] Task<void> erase(ErasedUser user, RequestContext context) override;

private:
    AuditLog &m_log;
    AuditStore &m_store;
};

/// Versions of the settings stay, under the pseudonym of who made them. Store outlives it.
class SettingsErasure final : public ErasureHook
{
public:
    explicit SettingsErasure(SettingsStore &store) : m_store(store) { }

    [[nodiscard]] QString name() const override;
    [[nodiscard]] Task<void> erase(ErasedUser user, RequestContext context) override;

private:
    SettingsStore &m_store;
};

}
