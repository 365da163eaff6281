// SPDX-License-Identifier: Apache-2.0
#include "daemon/storage/relational/keyrows.h"

namespace moe::storage {

using accounts::DirectoryKey;

namespace {

DirectoryKey directoryKeyOf(const QSqlQuery &row)
{
    DirectoryKey key;
    key.hash = hashOf(row.value(0));
    key.key = KeyId(row.value(1).toLongLong());
    key.user = UserId(row.value(2).toLongLong());
    key.prefix = row.value(3).toString().toLatin1();
    key.expires = optionalTimeOf(row.value(4));
    key.isUserActive = row.value(5).toBool();
    key.profile = row.value(6).toString();
    key.rates = {optionalIntOf(row.value(7)), optionalIntOf(row.value(8))};
    return key;
}

}

Result<std::vector<DirectoryKey>> selectDirectory(QSqlDatabase &db)
{
    return select<std::vector<DirectoryKey>>(
        db,
        QStringLiteral("SELECT k.hash, k.id, k.user_id, k.prefix, k.expires_at, u.is_active, k.profile, "
                       "k.requests_per_minute, k.parallel_requests FROM api_keys k JOIN users u ON u.id = k.user_id "
                       "WHERE k.is_active ORDER BY k.id"),
        {}, &directoryKeyOf);
}

}
