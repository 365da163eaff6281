// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

#include <utility>

/// Small statutes in the real format: some norms of real laws, and an invented law with all that the format has.
namespace moe::test {

[[nodiscard]] QByteArray bgbXml();
[[nodiscard]] QByteArray ggXml();
[[nodiscard]] QByteArray egbgbXml();
/// The invented one, "SpiegelG".
[[nodiscard]] QByteArray spiegelXml();
/// An invented law of one paragraph.
[[nodiscard]] QByteArray shortLawXml(const QByteArray &abbreviation, const QByteArray &text,
                                     const QByteArray &buildDate = "20260101120000");
/// An invented law of several paragraphs with the same text.
[[nodiscard]] QByteArray longLawXml(const QByteArray &abbreviation, const QByteArray &text, int norms);

using Files = QList<std::pair<QByteArray, QByteArray>>;
/// A zip archive of files by name.
[[nodiscard]] QByteArray zipOf(const Files &files);
[[nodiscard]] QByteArray zipOf(const QByteArray &xml);
/// gii-toc.xml
[[nodiscard]] QByteArray contentsXml(const QList<QByteArray> &ids);

}
