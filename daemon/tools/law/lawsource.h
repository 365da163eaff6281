// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/law/statutexml.h"
#include "shared/async/context.h"
#include "shared/async/task.h"

#include <QUrl>

#include <memory>

namespace moe::law {

/// What a source has.
struct SourceContents {
    ContentsTable table;
    bool isComplete = false; ///< it was published as such: what it does not name is no longer in force
};

/// One law from a source.
struct SourceArchive {
    bool isUnchanged = false; ///< the server says that it is what it was under the tag it was asked with
    QByteArray zip;
    QByteArray tag;           ///< for asking again; empty: the source has none
};

/// Where the texts come from. Main thread; one call at a time.
class LawSource
{
public:
    LawSource() = default;
    LawSource(const LawSource &) = delete;
    LawSource &operator=(const LawSource &) = delete;
    virtual ~LawSource() = default;

    [[nodiscard]] virtual Task<SourceContents> contents(RequestContext context) = 0;
    /// `tag` is the one of the last time, or empty. NotFound if the source has no such law, BadGateway or Timeout if it
    /// cannot be asked.
    [[nodiscard]] virtual Task<SourceArchive> archive(QString id, QByteArray tag, RequestContext context) = 0;
};

/// A folder with gii-toc.xml and the archives it names ("bgb/xml.zip" or "bgb.zip"), or with archives only
/// ("bgb.zip" …, also the folders). InvalidRequest if it cannot be read. Files are read on another thread, and none
/// outside the folder.
[[nodiscard]] Result<std::unique_ptr<LawSource>> folderSource(const QString &path);

/// A server that has "gii-toc.xml" and "bgb/xml.zip" below this address, whatever host the table of contents names.
/// https only, but for this machine; up to three redirects, none to http. `caFile`: as tools::HttpClient has it.
/// InvalidRequest.
[[nodiscard]] Result<std::unique_ptr<LawSource>> webSource(const QUrl &base, const QByteArray &caFile = {});

}
