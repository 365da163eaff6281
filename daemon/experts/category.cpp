// SPDX-License-Identifier: Apache-2.0
#include "daemon/experts/category.h"

#include <utility>

using namespace Qt::StringLiterals;

namespace moe::experts {

namespace {

struct Entry {
    QLatin1StringView name;
    QLatin1StringView hint;
};

constexpr std::array<Entry, categoryCount> entries{{
    {"general"_L1, "everyday knowledge, summaries, advice, anything without a better category"_L1},
    {"math"_L1, "calculations, equations, proofs, probability"_L1},
    {"technical_support"_L1, "installing, configuring, operating and repairing computers, networks, software"_L1},
    {"code_reviewer"_L1, "writing, explaining, reviewing and debugging source code"_L1},
    {"creative_writer"_L1, "stories, poems, speeches, marketing texts, letters"_L1},
    {"medical_consult"_L1, "health, symptoms, medication, anatomy"_L1},
    {"legal_advisor"_L1, "law, contracts, rights and duties, data protection"_L1},
    {"translation"_L1, "translating or localising a given text"_L1},
    {"data_analyst"_L1, "tables, statistics, SQL, interpreting figures"_L1},
    {"science"_L1, "physics, chemistry, biology, earth and space"_L1},
    {"reasoning"_L1, "puzzles, trade-offs, decisions, arguments in several steps"_L1},
    {"vision"_L1, "looking at an attached image; only if the request has one"_L1},
}};

}

const std::array<Category, categoryCount> &allCategories()
{
    static constexpr auto all = [] {
        std::array<Category, categoryCount> list{};
        for (std::size_t i = 0; i < categoryCount; ++i)
            list[i] = Category(i);
        return list;
    }();
    return all;
}

QLatin1StringView categoryName(Category category) { return entries[std::size_t(category)].name; }

QLatin1StringView categoryHint(Category category) { return entries[std::size_t(category)].hint; }

std::optional<Category> categoryFromName(QByteArrayView name)
{
    for (const Category category : allCategories()) {
        if (name == QByteArrayView(categoryName(category)))
            return category;
    }
    return std::nullopt;
}

bool isCodeCategory(Category category)
{
    return category == Category::CodeReviewer || category == Category::TechnicalSupport;
}

}
