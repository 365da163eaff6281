// SPDX-License-Identifier: Apache-2.0
#include "daemon/accounts/journalfolder.h"

#include <QDir>

namespace moe::accounts {

namespace {

const QLatin1StringView suffix(".journal");

}

Result<std::vector<std::unique_ptr<JournalSegment>>> JournalFolder::open()
{
    const QDir folder(m_path);
    const QFile::Permissions ownerOnly = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner;
    if (!folder.exists() && !QDir().mkdir(m_path, ownerOnly))
        return failure(Error::of(ErrorCode::Unavailable,
                                 QStringLiteral("Cannot make the folder of the usage "
                                                "journal.")));
    std::vector<std::unique_ptr<JournalSegment>> segments;
    for (const QString &name : folder.entryList({u'*' % suffix}, QDir::Files | QDir::Hidden)) {
        bool isNumber = false;
        const quint64 number = name.chopped(suffix.size()).toULongLong(&isNumber);
        if (!isNumber)
            continue;
        m_lastNumber = std::max(m_lastNumber.load(), number);
        TRY(auto segment, JournalSegment::open(folder.filePath(name)));
        if (segment->end() > JournalSegment::start)
            segments.push_back(std::move(segment));
        else
            TRY_VOID(segment->remove());
    }
    return segments;
}

Result<std::unique_ptr<JournalSegment>> JournalFolder::create(qsizetype bytes)
{
    const QString name = QString::number(++m_lastNumber) % suffix;
    return m_maker(QDir(m_path).filePath(name), bytes);
}

}
