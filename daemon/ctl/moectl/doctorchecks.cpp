// SPDX-License-Identifier: Apache-2.0
#include "daemon/ctl/moectl/doctor.h"

#include <QDateTime>
#include <QDir>
#include <QDirIterator>
#include <QFileInfo>
#include <QTimeZone>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace moe::moectl {

namespace {

using Level = Finding::Level;

constexpr auto othersMay = QFileDevice::ReadGroup | QFileDevice::WriteGroup | QFileDevice::ExeGroup
    | QFileDevice::ReadOther | QFileDevice::WriteOther | QFileDevice::ExeOther;
constexpr qint64 mebibyte = 1024 * 1024;
constexpr qint64 scarce = 1024 * mebibyte;
constexpr qint64 tooLittle = 100 * mebibyte;
constexpr auto noticeableSkew = 5s;
constexpr auto harmfulSkew = 300s;
constexpr int firstPlausibleYear = 2025;
constexpr int lastPlausibleYear = 2100;

/// The daemon runs as the owner of its directory; what is somebody else's it cannot open.
Findings examineOwners(const QFileInfo &folder)
{
    QStringList foreign;
    QDirIterator files(folder.filePath(), QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot,
                       QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QFileInfo file = files.nextFileInfo();
        if (!file.isSymLink() && file.ownerId() != folder.ownerId())
            foreign.append(file.filePath());
    }
    if (foreign.isEmpty())
        return {};
    foreign.sort();
    const QString what = foreign.size() == 1
        ? u"%1 does not belong"_s.arg(foreign.front())
        : u"%1 and %2 more do not belong"_s.arg(foreign.front()).arg(foreign.size() - 1);
    return {{Level::Error, u"files"_s,
             u"%1 to the owner of %2: the daemon may not use it."_s.arg(what, folder.filePath()),
             u"chown -R --reference=%1 %1"_s.arg(folder.filePath())}};
}

}

Findings examineFiles(const QString &dataDirectory)
{
    const QFileInfo folder(dataDirectory);
    const QString subject = u"files"_s;
    if (!folder.isDir())
        return {{Level::Error, subject, u"There is no data directory %1."_s.arg(dataDirectory),
                 u"Start moed, or name its directory with --data-dir."_s}};
    Findings findings;
    if (folder.permissions() & othersMay)
        findings.append({Level::Warning, subject, u"Others may look into %1."_s.arg(dataDirectory),
                         u"chmod 700 %1"_s.arg(dataDirectory)});
    for (const QString &name : {u"moe.db"_s, u"setup-token"_s, u"tls-key.pem"_s}) {
        const QFileInfo file(QDir(dataDirectory).filePath(name));
        if (file.exists() && file.permissions() & othersMay)
            findings.append({Level::Error, subject, u"Others may use %1, which holds secrets."_s.arg(file.filePath()),
                             u"chmod 600 %1"_s.arg(file.filePath())});
    }
    findings += examineOwners(folder);
    if (findings.isEmpty())
        findings.append({Level::Ok, subject, u"Only their owner may read the files in %1."_s.arg(dataDirectory), {}});
    return findings;
}

Finding examineSpace(qint64 bytesAvailable)
{
    const QString message = u"%1 MiB are free on the data directory's disk."_s.arg(bytesAvailable / mebibyte);
    if (bytesAvailable >= scarce)
        return {Level::Ok, u"disk"_s, message, {}};
    return {bytesAvailable < tooLittle ? Level::Error : Level::Warning, u"disk"_s, message,
            u"Make room: usage and audit cannot be stored on a full disk."_s};
}

Finding examineClock(Clock::System now, std::chrono::seconds ahead)
{
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch());
    const int year = QDateTime::fromMSecsSinceEpoch(milliseconds.count(), QTimeZone::UTC).date().year();
    const QString advice = u"Have the clock set by NTP: budgets, sessions and keys go by it."_s;
    if (year < firstPlausibleYear || year > lastPlausibleYear)
        return {Level::Error, u"clock"_s, u"This machine thinks that it is the year %1."_s.arg(year), advice};
    const auto skew = std::chrono::abs(ahead);
    if (skew < noticeableSkew)
        return {Level::Ok, u"clock"_s, u"The clock is plausible."_s, {}};
    return {skew < harmfulSkew ? Level::Warning : Level::Error, u"clock"_s,
            u"The daemon's clock is %1 seconds from this one."_s.arg(skew.count()), advice};
}

}
