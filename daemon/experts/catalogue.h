// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/experts/category.h"
#include "daemon/experts/modeltraits.h"
#include "daemon/inference/servertypes.h"
#include "shared/core/result.h"

#include <QByteArrayView>
#include <QList>

#include <array>

namespace moe::experts {

/// A model, and the server it must run on; no server: wherever it is.
struct ModelRef {
    QString model;     ///< "name:tag"
    ServerId endpoint;

    /// "name:tag@server", as model calls name it.
    [[nodiscard]] QString callName() const;
    friend bool operator==(const ModelRef &, const ModelRef &) = default;
};

/// When an expert is asked.
enum class Role {
    Normal, ///< by tier
    Always, ///< with the first tier, whatever its size
};

/// One model that answers for a category.
struct ExpertModel {
    ModelRef ref;
    Role role = Role::Normal;
    Tier tier = Tier::T1;

    friend bool operator==(const ExpertModel &, const ExpertModel &) = default;
};

using ExpertTable = std::array<QList<ExpertModel>, categoryCount>;

/// Which models answer for what. An immutable value: a change makes a new catalogue.
struct Catalogue {
    ExpertTable experts;
    QList<ModelRef> judges; ///< plan and merge; the first that works is taken

    /// The experts of a category; of General where it has none, else the judges.
    [[nodiscard]] QList<ExpertModel> expertsFor(Category category) const;
    [[nodiscard]] bool hasOwnExperts(Category category) const { return !experts[std::size_t(category)].isEmpty(); }
};

/// What the administrator wrote.
struct CatalogueSettings {
    QByteArray expertModels; ///< EXPERT_MODELS: category → [{model, endpoint?, role?}]; empty: none
    QString judgeModel;      ///< JUDGE_MODEL
    ServerId judgeEndpoint;  ///< JUDGE_ENDPOINT
};

/// Reads EXPERT_MODELS. Tiers follow from the names; `resolveTiers` improves on that once servers are known. Errors
/// name the place: "EXPERT_MODELS: $.math[1].model: expected a string".
[[nodiscard]] Result<ExpertTable> parseExpertModels(QByteArrayView json);

/// Sets each expert's tier from what the servers tell about its model, where they tell it.
void resolveTiers(ExpertTable &experts, const QList<inference::Server> &servers);

/// What the settings say; everything they leave open is assigned from the installed models (defaults.h).
[[nodiscard]] Result<Catalogue> buildCatalogue(const CatalogueSettings &settings,
                                               const QList<inference::Server> &servers);

}
