// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/accounts/journalsegment.h"

#include <QString>

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

namespace moe::accounts {

/// The files of a journal in a folder of their own. One process at a time uses it. create() is thread-safe.
class JournalFolder
{
public:
    /// Makes a segment with room for so many bytes; JournalSegment::create() but in tests.
    using Maker = std::function<Result<std::unique_ptr<JournalSegment>>(const QString &, qsizetype)>;

    JournalFolder(QString path, Maker maker) : m_path(std::move(path)), m_maker(std::move(maker)) { }

    /// Makes the folder if it is missing and opens the segments in it. Those without any record are removed.
    [[nodiscard]] Result<std::vector<std::unique_ptr<JournalSegment>>> open();
    /// A new segment; after open().
    [[nodiscard]] Result<std::unique_ptr<JournalSegment>> create(qsizetype bytes);

private:
    const QString m_path;
    const Maker m_maker;
    std::atomic<quint64> m_lastNumber = 0;
};

}
