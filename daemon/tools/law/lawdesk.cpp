// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/law/lawdesk.h"

#include "daemon/tools/law/citation.h"
#include "daemon/tools/law/germanwords.h"
#include "daemon/tools/law/textparts.h"
#include "daemon/tools/tool.h"

#include <algorithm>

namespace moe::law {

namespace {

constexpr int mostHits = 50;
constexpr int standardHits = 10;
constexpr qsizetype longestQuery = 500;
constexpr int textHits = 60;      // looked at for laws
constexpr int paragraphsShown = 5; // of them, for each law

Result<int> checkedLimit(const std::optional<tools::ExactInteger> &limit)
{
    if (!limit)
        return standardHits;
    TRY(const qint64 number, tools::boundedInteger(*limit, 1, mostHits, u"limit"_s));
    return int(number);
}

Result<QStringList> checkedStems(const QString &query)
{
    if (query.size() > longestQuery)
        return failure(tools::badCall(u"The query has at most %1 characters."_s.arg(longestQuery), u"query"_s));
    QStringList stems = queryStems(query);
    if (stems.isEmpty())
        return failure(tools::badCall(u"The query holds no word."_s, u"query"_s));
    return stems;
}

/// Collects laws, each once, up to a number.
class LawList
{
public:
    explicit LawList(int limit) : m_limit(limit) { }

    void add(const LawInfo &law, FoundBy foundBy, const QString &topic = {}, const QString &paragraphs = {})
    {
        if (isFull() || m_ids.contains(law.id))
            return;
        m_ids.append(law.id);
        m_laws.append({law.abbreviation, law.title, law.status, law.textDate, foundBy, topic, paragraphs});
    }
    [[nodiscard]] bool isFull() const { return m_laws.size() >= m_limit; }
    [[nodiscard]] QList<FoundLaw> take() { return std::move(m_laws); }

private:
    const int m_limit;
    QList<qint64> m_ids;
    QList<FoundLaw> m_laws;
};

/// The laws of paragraphs, in the order of their best one.
void addLawsOf(const QList<NormHit> &hits, LawList &laws)
{
    QList<LawInfo> order;
    QHash<qint64, QStringList> paragraphs;
    for (const NormHit &hit : hits) {
        QStringList &labels = paragraphs[hit.law.id];
        if (labels.isEmpty())
            order.append(hit.law);
        if (labels.size() < paragraphsShown)
            labels.append(hit.info.label);
    }
    for (const LawInfo &law : order)
        laws.add(law, FoundBy::Text, {}, paragraphs[law.id].join(u", "_s));
}

QString selectionOf(const Citation &citation)
{
    const QString paragraph = citation.paragraph.isEmpty() ? QString() : u"Abs. "_s + citation.paragraph;
    return QString(paragraph + u' ' + citation.details).trimmed();
}

Result<Paragraph> answerOf(const LawInfo &law, const Norm &norm, const Citation &citation,
                           const std::optional<tools::ExactInteger> &wanted)
{
    const QString text = citation.paragraph.isEmpty() ? norm.text : paragraphOf(norm.text, citation.paragraph);
    if (text.isEmpty() && !citation.paragraph.isEmpty())
        return failure(tools::badCall(u"%1 %2 has no Abs. %3."_s.arg(norm.label, law.abbreviation, citation.paragraph),
                                      u"paragraph"_s, u"unknown_paragraph"_s));
    const QStringList parts = partsOfText(text);
    TRY(const int part, checkedPart(wanted, int(parts.size())));
    return Paragraph{law.abbreviation,
                     law.title,
                     norm.label,
                     norm.title,
                     norm.section,
                     law.status,
                     law.textDate,
                     norm.isRepealed,
                     selectionOf(citation),
                     parts[part - 1],
                     shortened(norm.footnotes),
                     part,
                     int(parts.size()),
                     citation.isFirstOfSeveral
                         ? std::optional(u"Nur die erste zitierte Stelle; weitere bitte einzeln abfragen."_s)
                         : std::nullopt};
}

QList<ContentsSection> sectionsOf(const QList<NormInfo> &norms)
{
    QList<ContentsSection> sections;
    for (const NormInfo &norm : norms) {
        if (sections.isEmpty() || sections.last().section != norm.section)
            sections.append({norm.section, {}});
        sections.last().paragraphs.append({norm.label, norm.title});
    }
    return sections;
}

}

QStringList LawDesk::keysOf(const QString &name) const
{
    const QString bounded = name.left(longestQuery);
    QStringList keys{nameKey(bounded)};
    if (const auto abbreviation = m_topics.abbreviationOf(bounded))
        keys.append(nameKey(*abbreviation));
    keys.append(inflectedNameKey(bounded));
    keys.removeAll(QString());
    return keys;
}

Task<void> LawDesk::demandCorpus(RequestContext context) const
{
    CO_TRY(const qint64 count, co_await m_index.lawCount(context));
    if (count == 0)
        co_return failure(Error::of(ErrorCode::Unavailable,
                                    u"No texts of laws have been loaded. An administrator loads them with "
                                    "\"moectl law sync\"."_s,
                                    u"no_corpus"_s));
    co_return {};
}

Task<LawInfo> LawDesk::lawCalled(QString name, RequestContext context) const
{
    const QStringList keys = keysOf(name);
    CO_TRY(const auto laws, co_await m_index.lawsNamed(keys, context));
    if (!laws.isEmpty())
        co_return laws.first();
    constexpr int suggestions = 3;
    CO_TRY(const auto similar, co_await m_index.lawsTitled(queryStems(name.left(longestQuery)), suggestions, context));
    QStringList names;
    for (const LawInfo &law : similar)
        names.append(law.abbreviation + u" ("_s + law.title.left(100) + u')');
    const QString hint = names.isEmpty() ? u" legal_search_laws finds laws by topic."_s
                                         : u" Perhaps one of: "_s + names.join(u", "_s) + u'.';
    co_return failure(
        tools::badCall(u"No law is called \"%1\"."_s.arg(name.left(60)) + hint, u"law"_s, u"unknown_law"_s));
}

Task<FoundLaws> LawDesk::searchLaws(LawSearch search, RequestContext context) const
{
    CO_TRY(const int limit, checkedLimit(search.limit));
    CO_TRY(const QStringList stems, checkedStems(search.query));
    CO_TRY_VOID(co_await demandCorpus(context));
    LawList laws(limit);
    CO_TRY(const auto named, co_await m_index.lawsNamed(keysOf(search.query), context));
    for (const LawInfo &law : named)
        laws.add(law, FoundBy::Name);
    for (const Topic *topic : m_topics.about(stems)) {
        for (const TopicLaw &entry : topic->laws) {
            CO_TRY(const auto known, co_await m_index.lawsNamed({nameKey(entry.law)}, context));
            if (!known.isEmpty())
                laws.add(known.first(), FoundBy::Topic, topic->name, entry.norms);
        }
    }
    CO_TRY(const auto titled, co_await m_index.lawsTitled(stems, limit, context));
    for (const LawInfo &law : titled)
        laws.add(law, FoundBy::Title);
    if (!laws.isFull()) {
        CO_TRY(const auto found, co_await hits(stems, {}, textHits, context));
        addLawsOf(found, laws);
    }
    co_return FoundLaws{search.query, laws.take()};
}

Task<Overview> LawDesk::overview(LawName name, RequestContext context) const
{
    CO_TRY_VOID(co_await demandCorpus(context));
    CO_TRY(const LawInfo law, co_await lawCalled(name.law, context));
    CO_TRY(const auto norms, co_await m_index.contents(law.id, context));
    const auto parts = partsOfContents(norms);
    CO_TRY(const int part, checkedPart(name.part, int(parts.size())));
    co_return Overview{law.abbreviation,
                       law.title,
                       law.issued,
                       law.status,
                       law.textDate,
                       norms.size(),
                       part,
                       int(parts.size()),
                       sectionsOf(norms.sliced(parts[part - 1].begin, parts[part - 1].size))};
}

Task<Norm> LawDesk::normCalled(LawInfo law, QString key, RequestContext context) const
{
    const bool isBare = !key.isEmpty() && key.front().isDigit();
    const QString first = isBare ? u'§' + key : key;
    CO_TRY(auto norms, co_await m_index.norms(law.id, first, context));
    if (!norms.isEmpty())
        co_return norms.takeFirst();
    // A number alone may be an article; said to be the one while it is the other, it is only a hint.
    const bool isSection = first.startsWith(u'§');
    const QString number = isSection ? first.sliced(1) : QString(first).remove(u"art"_s);
    const QString other = (isSection ? u"art"_s : u"§"_s) + number;
    CO_TRY(auto others, co_await m_index.norms(law.id, other, context));
    if (isBare && !others.isEmpty())
        co_return others.takeFirst();
    const QString hint = others.isEmpty() ? u" legal_get_law_overview lists what there is."_s
                                          : u" There is %1."_s.arg(others.first().label);
    co_return failure(tools::badCall(u"%1 has no %2."_s.arg(law.abbreviation, labelOfKey(first)) + hint, u"paragraph"_s,
                                     u"unknown_paragraph"_s));
}

Task<Paragraph> LawDesk::paragraph(ParagraphName name, RequestContext context) const
{
    CO_TRY(const Citation citation, parseCitation(name.paragraph.text));
    const QString lawName = name.law.trimmed().isEmpty() ? citation.law : name.law;
    if (lawName.isEmpty())
        co_return failure(tools::badCall(u"Name the law: \"law\": \"BGB\", or \"§ 433 BGB\"."_s, u"law"_s));
    CO_TRY_VOID(co_await demandCorpus(context));
    CO_TRY(const LawInfo law, co_await lawCalled(lawName, context));
    if (!name.law.trimmed().isEmpty() && !citation.law.isEmpty()) {
        CO_TRY(const LawInfo cited, co_await lawCalled(citation.law, context));
        if (cited.id != law.id)
            co_return failure(tools::badCall(
                u"\"law\" is %1, but \"paragraph\" is of %2."_s.arg(law.abbreviation, cited.abbreviation), u"law"_s));
    }
    CO_TRY(const Norm norm, co_await normCalled(law, citation.norm, context));
    co_return answerOf(law, norm, citation, name.part);
}

Task<QList<NormHit>> LawDesk::hits(QStringList stems, std::optional<qint64> law, int limit,
                                   RequestContext context) const
{
    QList<NormHit> all;
    for (const WordMatch match : {WordMatch::All, WordMatch::Beginnings, WordMatch::Any}) {
        if (match == WordMatch::Any && (stems.size() < 2 || !all.isEmpty()))
            break; // some of the words are the last resort
        CO_TRY(const auto found, co_await m_index.search({stems, match, law, limit}, context));
        for (const NormHit &hit : found) {
            if (all.size() < limit && std::ranges::find(all, hit.norm, &NormHit::norm) == all.end())
                all.append(hit);
        }
        if (all.size() >= limit)
            break;
    }
    co_return all;
}

Task<FoundTexts> LawDesk::searchTexts(TextSearch search, RequestContext context) const
{
    CO_TRY(const int limit, checkedLimit(search.limit));
    CO_TRY(const QStringList stems, checkedStems(search.query));
    CO_TRY_VOID(co_await demandCorpus(context));
    std::optional<qint64> law;
    if (search.law && !search.law->trimmed().isEmpty()) {
        CO_TRY(const LawInfo info, co_await lawCalled(*search.law, context));
        law = info.id;
    }
    CO_TRY(const auto found, co_await hits(stems, law, limit, context));
    FoundTexts answer{search.query, {}};
    for (const NormHit &hit : found)
        answer.hits.append({hit.law.abbreviation, hit.info.label, hit.info.title.left(200), hit.info.section.left(200),
                            hit.law.textDate, hit.excerpt});
    co_return answer;
}

}
