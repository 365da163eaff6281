// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/law/topics.h"

#include "daemon/tools/law/germanwords.h"
#include "shared/wire/codec.h"

#include <QFile>

#include <algorithm>

using namespace Qt::StringLiterals;

// Resources of a static library are linked only where their initialiser is named, outside any namespace.
static void registerTopics() { Q_INIT_RESOURCE(law); }

namespace moe::law {

namespace {

using wire::Field;
using wire::Presence;

struct LawRow {
    QString law;
    QString norms;

    static constexpr auto fields()
    {
        return std::tuple{Field<&LawRow::law>{"law"_L1, Presence::Required}, Field<&LawRow::norms>{"norms"_L1}};
    }
};

struct TopicRow {
    QString name;
    QStringList words;
    QList<LawRow> laws;

    static constexpr auto fields()
    {
        return std::tuple{Field<&TopicRow::name>{"topic"_L1, Presence::Required}, Field<&TopicRow::words>{"words"_L1},
                          Field<&TopicRow::laws>{"laws"_L1, Presence::Required}};
    }
};

struct NameRow {
    QString name;
    QString law;

    static constexpr auto fields()
    {
        return std::tuple{Field<&NameRow::name>{"name"_L1, Presence::Required},
                          Field<&NameRow::law>{"law"_L1, Presence::Required}};
    }
};

struct Document {
    QList<TopicRow> topics;
    QList<NameRow> names;

    static constexpr auto fields()
    {
        return std::tuple{Field<&Document::topics>{"topics"_L1, Presence::Required},
                          Field<&Document::names>{"names"_L1, Presence::Required}};
    }
};

Document builtIn()
{
    registerTopics();
    QFile file(u":/law/topics.json"_s);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("The built-in topics of law are missing.");
    const auto document = wire::read<Document>(file.readAll(), wire::UnknownKeys::Refuse);
    if (!document)
        qFatal("The built-in topics of law are damaged: %s", qPrintable(document.error().message));
    return *document;
}

Topic topicOf(const TopicRow &row)
{
    Topic topic{row.name, {queryStems(row.name)}, {}};
    for (const QString &words : row.words)
        topic.words.push_back(queryStems(words));
    for (const LawRow &law : row.laws)
        topic.laws.push_back({law.law, law.norms});
    return topic;
}

bool isIn(const QStringList &phrase, const QStringList &stems)
{
    return std::ranges::all_of(phrase, [&stems](const QString &stem) { return stems.contains(stem); });
}

}

Topics::Topics()
{
    const Document document = builtIn();
    std::ranges::transform(document.topics, std::back_inserter(m_topics), &topicOf);
    for (const NameRow &row : document.names)
        m_names.push_back({nameKey(row.name), inflectedNameKey(row.name), row.law});
}

std::vector<const Topic *> Topics::about(const QStringList &queryStems) const
{
    std::vector<const Topic *> found;
    for (const Topic &topic : m_topics) {
        if (std::ranges::any_of(topic.words, [&](const QStringList &phrase) { return isIn(phrase, queryStems); }))
            found.push_back(&topic);
    }
    return found;
}

std::optional<QString> Topics::abbreviationOf(const QString &name) const
{
    auto found = std::ranges::find(m_names, nameKey(name), &Name::key);
    if (found == m_names.end())
        found = std::ranges::find(m_names, inflectedNameKey(name), &Name::inflectedKey);
    return found == m_names.end() ? std::nullopt : std::optional(found->law);
}

}
