// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/storage/dbexecutor.h"
#include "daemon/tools/law/lawindex.h"

namespace moe::storage {

/// The texts of the laws in a SQLite database of their own, their words as stems in FTS5. Any thread.
class SqliteLawIndex final : public law::LawIndex, public law::LawStore
{
public:
    /// Creates the file if there is none; its folder exists.
    [[nodiscard]] static Result<std::unique_ptr<SqliteLawIndex>> open(QString path, const Clock &clock);

    [[nodiscard]] Task<qint64> lawCount(RequestContext context) override;
    [[nodiscard]] Task<QList<law::LawInfo>> lawsNamed(QStringList keys, RequestContext context) override;
    [[nodiscard]] Task<QList<law::LawInfo>> lawsTitled(QStringList stems, int limit, RequestContext context) override;
    [[nodiscard]] Task<QList<law::NormInfo>> contents(qint64 law, RequestContext context) override;
    [[nodiscard]] Task<QList<law::Norm>> norms(qint64 law, QString key, RequestContext context) override;
    [[nodiscard]] Task<QList<law::NormHit>> search(law::WordQuery query, RequestContext context) override;

    [[nodiscard]] Task<QHash<QString, law::SourceMark>> marks(RequestContext context) override;
    [[nodiscard]] Task<void> put(QString id, law::SourceMark mark, law::Statute statute,
                                 RequestContext context) override;
    [[nodiscard]] Task<void> setMark(QString id, law::SourceMark mark, RequestContext context) override;
    [[nodiscard]] Task<int> keepOnly(QSet<QString> ids, RequestContext context) override;

private:
    SqliteLawIndex(std::unique_ptr<DbExecutor> database, std::unique_ptr<DbExecutor> searches)
        : m_database(std::move(database))
        , m_searches(std::move(searches))
    { }

    std::unique_ptr<DbExecutor> m_database;
    std::unique_ptr<DbExecutor> m_searches; // they may take long: a paragraph that is read does not wait for them
};

}
