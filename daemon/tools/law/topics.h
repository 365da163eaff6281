// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace moe::law {

/// Where the law on a topic stands.
struct TopicLaw {
    QString law;   ///< "BGB"
    QString norms; ///< "§§ 535–580a"; empty: all of it
};

/// What people call something, and the statutes on it.
struct Topic {
    QString name;
    std::vector<QStringList> words; ///< the stems of each word or phrase that means it
    std::vector<TopicLaw> laws;
};

/// The built-in topics (resources/law/topics.json). Immutable.
class Topics
{
public:
    Topics();

    /// Those that one of whose words is in the query, as stems.
    [[nodiscard]] std::vector<const Topic *> about(const QStringList &queryStems) const;
    /// The abbreviation that goes with a name in common use, in any inflection ("Grundgesetzes" → "GG"); none: not
    /// known.
    [[nodiscard]] std::optional<QString> abbreviationOf(const QString &name) const;
    [[nodiscard]] const std::vector<Topic> &all() const { return m_topics; }

private:
    struct Name {
        QString key;
        QString inflectedKey;
        QString law;
    };
    std::vector<Topic> m_topics;
    std::vector<Name> m_names;
};

}
