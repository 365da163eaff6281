// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/law/statute.h"
#include "shared/core/result.h"

#include <QByteArray>
#include <QStringList>

/// The XML format of gesetze-im-internet.de.
namespace moe::law {

inline constexpr qsizetype largestStatuteXml = 64 * 1024 * 1024;
inline constexpr qsizetype mostNorms = 30'000;

/// One law: <dokumente> with a <norm> for each norm and each heading. InvalidRequest saying what is wrong. Nothing is
/// fetched for it, and a document that declares entities is refused.
[[nodiscard]] Result<Statute> parseStatute(const QByteArray &xml);

/// One line of the table of contents.
struct ContentsEntry {
    QString id;    ///< of the law: the folder of its link, "bgb"
    QString title;

    friend bool operator==(const ContentsEntry &, const ContentsEntry &) = default;
};

/// All of it.
struct ContentsTable {
    QList<ContentsEntry> entries;
    QStringList unreadable; ///< titles of those whose law is not known: the link is none of a law
};

/// gii-toc.xml: <items> with <item><title/><link>…/bgb/xml.zip</link></item>. Of a link only the law's folder is
/// taken, and only if it is a plain name. InvalidRequest, also if it names no law.
[[nodiscard]] Result<ContentsTable> parseContents(const QByteArray &xml);

}
