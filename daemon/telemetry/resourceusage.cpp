// SPDX-License-Identifier: Apache-2.0
#include "daemon/telemetry/resourceusage.h"

#include <QFile>
#include <QList>

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>

using namespace Qt::StringLiterals;

namespace moe::telemetry {

namespace {

QByteArray readFile(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Fields of proc(5), counted from 1 as there, from the third on: the second may hold anything.
class StatFields
{
public:
    explicit StatFields(const QByteArray &stat) : m_fields(stat.mid(stat.lastIndexOf(')') + 2).split(' ')) { }
    [[nodiscard]] bool isValid() const { return m_fields.size() >= 24 - 2; }
    [[nodiscard]] qint64 at(int number) const { return m_fields[number - 3].toLongLong(); }

private:
    QList<QByteArray> m_fields;
};

std::chrono::seconds bootTime()
{
    const QByteArray stat = readFile(u"/proc/stat"_s);
    const qsizetype at = stat.indexOf("btime ");
    return std::chrono::seconds(at < 0 ? 0 : stat.sliced(at + 6).split('\n').first().toLongLong());
}

int countOpenFiles()
{
    std::error_code error;
    std::filesystem::directory_iterator entries("/proc/self/fd", error);
    int count = -1; // without the one that is reading
    for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error))
        ++count;
    return std::max(count, 0);
}

}

Result<ResourceUsage> currentResourceUsage()
{
    const StatFields stat(readFile(u"/proc/self/stat"_s));
    if (!stat.isValid())
        return failure(Error::internal(u"The use of resources cannot be read from /proc."_s));
    const qint64 ticks = sysconf(_SC_CLK_TCK);
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    return ResourceUsage{
        .residentBytes = stat.at(24) * sysconf(_SC_PAGESIZE),
        .virtualBytes = stat.at(23),
        .cpu = std::chrono::milliseconds((stat.at(14) + stat.at(15)) * 1000 / ticks),
        .threads = int(stat.at(20)),
        .openFiles = countOpenFiles(),
        .openFilesLimit = qint64(files.rlim_cur),
        .started = Clock::System(bootTime() + std::chrono::milliseconds(stat.at(22) * 1000 / ticks)),
    };
}

}
