// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/storage/dbexecutor.h"

#include <QString>

namespace moe::storage {

struct PostgresOptions {
    /// "postgresql://user:password@host:port/database", with sslmode, sslrootcert, sslcert and sslkey as parameters.
    QString url;
    DbExecutorOptions executor;
};

/// What can be known of an address without a connection: InvalidRequest as openPostgres() says it.
[[nodiscard]] Result<void> checkPostgresAddress(const QString &url);

/// Brings the schema up to date, one daemon at a time, and starts the executor. A connection that was lost is made anew
/// for the next job. InvalidRequest if the address is none; it holds a password and is never part of a message.
[[nodiscard]] Result<std::unique_ptr<DbExecutor>> openPostgres(PostgresOptions options, const Clock &clock);

}
