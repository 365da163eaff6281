// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/law/lawsource.h"
#include "daemon/tools/law/statutearchive.h"
#include "shared/async/offload.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSet>

using namespace Qt::StringLiterals;

namespace moe::law {

namespace {

constexpr auto contentsFile = "gii-toc.xml"_L1;
constexpr qsizetype largestContents = 32 * 1024 * 1024;

Error unreadable(const QString &name)
{
    return Error::invalid(u"The file %1 of the folder cannot be read."_s.arg(name), u"from"_s, u"law_source"_s);
}

Result<QByteArray> readFile(const QString &path, qsizetype most)
{
    QFile file(path);
    // Not a pipe or a device, which might never end.
    if (!QFileInfo(path).isFile() || !file.open(QIODevice::ReadOnly))
        return failure(unreadable(QFileInfo(path).fileName()));
    QByteArray content = file.read(most + 1);
    if (content.size() > most)
        return failure(Error::of(ErrorCode::TooLarge, u"The file %1 is too large."_s.arg(QFileInfo(path).fileName()),
                                 u"law_source"_s));
    return content;
}

/// "bgb.zip" and "bgb/xml.zip", by the id "bgb".
ContentsTable archivesIn(const QDir &folder)
{
    QSet<QString> ids;
    for (const QFileInfo &file : folder.entryInfoList({u"*.zip"_s}, QDir::Files))
        ids.insert(file.completeBaseName());
    for (const QFileInfo &sub : folder.entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        if (QFileInfo::exists(sub.filePath() + u"/xml.zip"_s))
            ids.insert(sub.fileName());
    }
    QStringList sorted(ids.begin(), ids.end());
    sorted.sort();
    ContentsTable table;
    for (const QString &id : sorted)
        table.entries.append({id, {}});
    return table;
}

Result<SourceContents> contentsOf(const QDir &folder)
{
    if (folder.exists(contentsFile)) {
        TRY(const QByteArray xml, readFile(folder.filePath(contentsFile), largestContents));
        TRY(auto table, parseContents(xml));
        return SourceContents{std::move(table), true};
    }
    SourceContents contents{archivesIn(folder), false};
    if (contents.table.entries.isEmpty())
        return failure(
            Error::invalid(u"The folder holds neither gii-toc.xml nor zip archives."_s, u"from"_s, u"law_source"_s));
    return contents;
}

Result<SourceArchive> archiveOf(const QDir &folder, const QString &id)
{
    const QString single = folder.filePath(id + u".zip"_s);
    const QString path = QFileInfo::exists(single) ? single : folder.filePath(id + u"/xml.zip"_s);
    TRY(QByteArray zip, readFile(path, largestArchive));
    return SourceArchive{false, std::move(zip), {}};
}

class FolderSource final : public LawSource
{
public:
    explicit FolderSource(const QString &path) : m_folder(path) { }

    Task<SourceContents> contents(RequestContext) override
    {
        co_return co_await offload([folder = m_folder] { return contentsOf(folder); });
    }

    Task<SourceArchive> archive(QString id, QByteArray, RequestContext) override
    {
        co_return co_await offload([folder = m_folder, id] { return archiveOf(folder, id); });
    }

private:
    const QDir m_folder;
};

}

Result<std::unique_ptr<LawSource>> folderSource(const QString &path)
{
    if (!QFileInfo(path).isAbsolute() || !QFileInfo(path).isDir())
        return failure(Error::invalid(u"\"from\" must be the full path of a folder."_s, u"from"_s, u"law_source"_s));
    return std::make_unique<FolderSource>(path);
}

}
