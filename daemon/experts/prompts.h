// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/experts/category.h"

#include <QByteArray>

namespace moe::experts {

/// The instructions the models are given, in UTF-8. An immutable value.
struct PromptBook {
    QByteArray planner;    ///< with {categories} where their list belongs
    QByteArray merger;
    QByteArray research;   ///< added to the merger's for a research report
    QByteArray confidence; ///< asks for the first line
    QByteArray language;   ///< added to every answering model
    std::array<QByteArray, categoryCount> categories;

    /// What the program comes with (resources/prompts).
    [[nodiscard]] static PromptBook defaults();

    [[nodiscard]] const QByteArray &forCategory(Category category) const { return categories[std::size_t(category)]; }
};

}
