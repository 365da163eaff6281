// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/law/lawanswers.h"
#include "daemon/tools/law/topics.h"

namespace moe::law {

/// Finds and reads laws in the index. What is called for wrongly is InvalidRequest with the code "invalid_arguments",
/// "unknown_law" or "unknown_paragraph"; without any law Unavailable, "no_corpus". Any thread with an event loop; the
/// index outlives it, and it its tasks.
class LawDesk
{
public:
    explicit LawDesk(LawIndex &index) : m_index(index) { }
    LawDesk(const LawDesk &) = delete;
    LawDesk &operator=(const LawDesk &) = delete;

    /// By name, topic, title, and by what is in the texts; in this order.
    [[nodiscard]] Task<FoundLaws> searchLaws(LawSearch search, RequestContext context) const;
    [[nodiscard]] Task<Overview> overview(LawName name, RequestContext context) const;
    [[nodiscard]] Task<Paragraph> paragraph(ParagraphName name, RequestContext context) const;
    /// Paragraphs with all words first, then those with kindred words, then those with any of them.
    [[nodiscard]] Task<FoundTexts> searchTexts(TextSearch search, RequestContext context) const;

private:
    [[nodiscard]] Task<void> demandCorpus(RequestContext context) const;
    [[nodiscard]] Task<LawInfo> lawCalled(QString name, RequestContext context) const;
    [[nodiscard]] Task<Norm> normCalled(LawInfo law, QString key, RequestContext context) const;
    [[nodiscard]] Task<QList<NormHit>> hits(QStringList stems, std::optional<qint64> law, int limit,
                                            RequestContext context) const;
    [[nodiscard]] QStringList keysOf(const QString &name) const;

    LawIndex &m_index;
    const Topics m_topics;
};

}
