// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/law/lawindex.h"

#include <QSqlDatabase>

/// Writing laws; for jobs of a DbExecutor.
namespace moe::storage {

/// One law with its norms and their words, in a transaction, in the place of what there was under this id.
[[nodiscard]] Result<void> putLaw(QSqlDatabase &db, const QString &id, const law::SourceMark &mark,
                                  const law::Statute &statute);

/// Takes out a law with all that belongs to it, within a transaction of the caller's. Nothing if there is none.
[[nodiscard]] Result<void> removeLaw(QSqlDatabase &db, const QString &id);

}
