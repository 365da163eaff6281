// SPDX-License-Identifier: Apache-2.0
#include "daemon/experts/defaults.h"

#include <QSet>

using namespace Qt::StringLiterals;

namespace moe::experts {

namespace {

constexpr double largestJudge = 40;
constexpr qsizetype mostJudges = 3;

struct Candidate {
    QString name;
    double parameters = 0;
    ModelTraits traits;
};

using Candidates = QList<Candidate>;

/// Every usable model once, smallest first; equal sizes by name.
Candidates installedModels(const QList<inference::Server> &servers)
{
    Candidates candidates;
    QSet<QString> seen;
    for (const inference::Server &server : servers) {
        if (!server.config.isEnabled || !server.status.isReachable)
            continue;
        for (const inference::ModelInfo &model : server.status.models) {
            const ModelTraits traits = traitsOf(model);
            if (traits.isEmbeddingOnly || seen.contains(model.name))
                continue;
            seen.insert(model.name);
            candidates.append({model.name, parametersOf(model), traits});
        }
    }
    std::ranges::sort(candidates, [](const Candidate &a, const Candidate &b) {
        return std::tie(a.parameters, a.name) < std::tie(b.parameters, b.name);
    });
    return candidates;
}

template <typename Predicate>
Candidates matching(const Candidates &all, Predicate matches)
{
    Candidates chosen;
    std::ranges::copy_if(all, std::back_inserter(chosen), matches);
    return chosen;
}

bool isMadeFor(Category category, const ModelTraits &traits)
{
    switch (category) {
    case Category::CodeReviewer:
    case Category::TechnicalSupport: return traits.isCode;
    case Category::Math: return traits.isMath;
    case Category::MedicalConsult: return traits.isMedical;
    case Category::Translation: return traits.isTranslation;
    case Category::Reasoning: return traits.isReasoning && traits.isGeneral();
    case Category::Vision: return traits.isVision;
    case Category::General:
    case Category::CreativeWriter:
    case Category::LegalAdvisor:
    case Category::DataAnalyst:
    case Category::Science: return false;
    }
    return false;
}

std::optional<ExpertModel> modelOfTier(const Candidates &sorted, Tier tier)
{
    const auto isOfTier = [tier](const Candidate &candidate) { return tierOf(candidate.parameters) == tier; };
    const auto found = matching(sorted, isOfTier);
    if (found.isEmpty())
        return std::nullopt;
    const Candidate &chosen = tier == Tier::T1 ? found.last() : found.first();
    return ExpertModel{.ref = {chosen.name, {}}, .role = Role::Normal, .tier = tier};
}

QList<ExpertModel> expertsOf(Category category, const Candidates &all, const Candidates &general)
{
    const Candidates special
        = matching(all, [category](const Candidate &candidate) { return isMadeFor(category, candidate.traits); });
    QList<ExpertModel> experts;
    for (const Tier tier : {Tier::T1, Tier::T2}) {
        auto expert = modelOfTier(special, tier);
        if (!expert && category != Category::Vision)
            expert = modelOfTier(general, tier);
        if (expert)
            experts.append(*expert);
    }
    return experts;
}

QList<ModelRef> judgesFrom(const Candidates &general)
{
    // Largest first, but what is larger than a judge should be comes after all others.
    Candidates ranked(general.rbegin(), general.rend());
    std::ranges::stable_partition(ranked,
                                  [](const Candidate &candidate) { return candidate.parameters <= largestJudge; });
    QList<ModelRef> judges;
    for (const Candidate &candidate : ranked.first(std::min(ranked.size(), mostJudges)))
        judges.append({candidate.name, {}});
    return judges;
}

}

Catalogue assignDefaults(const QList<inference::Server> &servers)
{
    const Candidates all = installedModels(servers);
    Candidates general = matching(all, [](const Candidate &candidate) { return candidate.traits.isGeneral(); });
    if (general.isEmpty())
        general = all;
    Catalogue catalogue;
    for (const Category category : allCategories())
        catalogue.experts[std::size_t(category)] = expertsOf(category, all, general);
    catalogue.judges = judgesFrom(general);
    return catalogue;
}

QStringList describe(const Catalogue &catalogue)
{
    QStringList lines;
    QStringList judges;
    for (const ModelRef &judge : catalogue.judges)
        judges.append(judge.callName());
    lines.append(u"judge: "_s + (judges.isEmpty() ? u"none"_s : judges.join(u", "_s)));
    for (const Category category : allCategories()) {
        QStringList models;
        for (const ExpertModel &expert : catalogue.experts[std::size_t(category)])
            models.append(expert.ref.callName() + (expert.tier == Tier::T1 ? u" (T1)"_s : u" (T2)"_s));
        lines.append(categoryName(category) + u": "_s + (models.isEmpty() ? u"none"_s : models.join(u", "_s)));
    }
    return lines;
}

}
