// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/law/statute.h"
#include "shared/async/context.h"
#include "shared/async/task.h"

#include <QHash>
#include <QSet>
#include <QStringList>

#include <optional>

namespace moe::law {

/// A law that is in the index.
struct LawInfo {
    qint64 id = 0;
    QString abbreviation;
    QString title;
    QString issued;
    QString status;
    QString textDate;
};

/// A line of a law's contents.
struct NormInfo {
    QString label;
    QString title;
    QString section;
    bool isRepealed = false;
};

/// How stems are found in a norm: all of them, words that begin with each of them, or any of them.
enum class WordMatch { All, Beginnings, Any };

struct WordQuery {
    QStringList stems; ///< of queryStems(); those of searchStems() count
    WordMatch match = WordMatch::All;
    std::optional<qint64> law; ///< only in this one
    int limit = 10;
};

struct NormHit {
    qint64 norm = 0; ///< unique in the index
    LawInfo law;
    NormInfo info;
    QString excerpt; ///< around the first of the words
};

/// The texts of the laws, to be read: what the tools need of storage. Any thread with an event loop. Searches end when
/// their context does, also in their midst: Cancelled, Timeout "too_slow".
class LawIndex
{
public:
    LawIndex() = default;
    LawIndex(const LawIndex &) = delete;
    LawIndex &operator=(const LawIndex &) = delete;
    virtual ~LawIndex() = default;

    [[nodiscard]] virtual Task<qint64> lawCount(RequestContext context) = 0;
    /// Those that have one of these names (namesOf()): abbreviations before titles.
    [[nodiscard]] virtual Task<QList<LawInfo>> lawsNamed(QStringList keys, RequestContext context) = 0;
    /// Those with words beginning with all stems in title or abbreviation, the best first.
    [[nodiscard]] virtual Task<QList<LawInfo>> lawsTitled(QStringList stems, int limit, RequestContext context) = 0;
    [[nodiscard]] virtual Task<QList<NormInfo>> contents(qint64 law, RequestContext context) = 0;
    /// The norms that have this key (normKeys()), those that are in force first.
    [[nodiscard]] virtual Task<QList<Norm>> norms(qint64 law, QString key, RequestContext context) = 0;
    /// The best first: what is in a title counts more.
    [[nodiscard]] virtual Task<QList<NormHit>> search(WordQuery query, RequestContext context) = 0;
};

/// By what a source's law is known to be the one that is in the index.
struct SourceMark {
    QByteArray tag;  ///< the server's, for asking again; may be empty
    QByteArray hash; ///< of the archive, as hex digits

    friend bool operator==(const SourceMark &, const SourceMark &) = default;
};

/// The same, to be filled: what synchronising needs of storage. Each call is one transaction.
class LawStore
{
public:
    LawStore() = default;
    LawStore(const LawStore &) = delete;
    LawStore &operator=(const LawStore &) = delete;
    virtual ~LawStore() = default;

    /// By the source's ids.
    [[nodiscard]] virtual Task<QHash<QString, SourceMark>> marks(RequestContext context) = 0;
    /// In the place of what there was of this id.
    [[nodiscard]] virtual Task<void> put(QString id, SourceMark mark, Statute statute, RequestContext context) = 0;
    /// The same text under another mark.
    [[nodiscard]] virtual Task<void> setMark(QString id, SourceMark mark, RequestContext context) = 0;
    /// Takes out what has another id; how many.
    [[nodiscard]] virtual Task<int> keepOnly(QSet<QString> ids, RequestContext context) = 0;
};

/// What a law is called: abbreviations (also without a year), then titles, each as nameKey(); then titles as
/// inflectedNameKey().
[[nodiscard]] QStringList namesOf(const Statute &statute);

/// Some 300 characters of a text around the first word that begins with one of the stems, in one line.
[[nodiscard]] QString excerptOf(const QString &text, const QStringList &stems);

}
