// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArrayView>
#include <QLatin1StringView>

#include <array>
#include <optional>

namespace moe::experts {

/// What an expert is asked for. The names of the enumerators' identifiers are part of plans and of EXPERT_MODELS.
enum class Category {
    General,
    Math,
    TechnicalSupport,
    CodeReviewer,
    CreativeWriter,
    MedicalConsult,
    LegalAdvisor,
    Translation,
    DataAnalyst,
    Science,
    Reasoning,
    Vision,
};

inline constexpr std::size_t categoryCount = std::size_t(Category::Vision) + 1;

/// All categories, in the order of the enumeration.
[[nodiscard]] const std::array<Category, categoryCount> &allCategories();

/// The identifier, such as "technical_support".
[[nodiscard]] QLatin1StringView categoryName(Category category);
[[nodiscard]] std::optional<Category> categoryFromName(QByteArrayView name);

/// One line for the planner: what belongs there.
[[nodiscard]] QLatin1StringView categoryHint(Category category);

/// True where answers consist of source code, which may be long.
[[nodiscard]] bool isCodeCategory(Category category);

}
