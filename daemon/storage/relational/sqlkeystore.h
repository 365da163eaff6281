// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/keystore.h"
#include "daemon/storage/dbexecutor.h"

namespace moe::storage {

/// API keys in a relational database. The executor outlives it.
class SqlKeyStore final : public accounts::KeyStore
{
public:
    explicit SqlKeyStore(DbExecutor &executor) : m_executor(executor) { }

    [[nodiscard]] Task<ApiKey> addKey(accounts::NewKey key, RequestContext context) override;
    [[nodiscard]] Task<ApiKey> key(KeyId id, RequestContext context) override;
    [[nodiscard]] Task<accounts::ListPage<ApiKey>> listKeys(accounts::KeyQuery query, RequestContext context) override;
    [[nodiscard]] Task<ApiKey> updateKey(KeyId id, accounts::KeyChange change, RequestContext context) override;
    [[nodiscard]] Task<ApiKey> revokeKey(accounts::KeyReference reference, RequestContext context) override;
    [[nodiscard]] Task<std::vector<accounts::DirectoryKey>> loadDirectory(RequestContext context) override;
    [[nodiscard]] Task<void> touchKeys(std::vector<accounts::KeyTouch> touches, RequestContext context) override;

private:
    DbExecutor &m_executor;
};

}
