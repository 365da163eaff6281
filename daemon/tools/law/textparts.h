// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/arguments.h"
#include "daemon/tools/law/lawindex.h"

/// Long answers in parts that a result has room for: an answer holds its text twice, as a value and in its line.
namespace moe::law {

/// Where a part of a list is.
struct Stretch {
    qsizetype begin = 0;
    qsizetype size = 0;
};

/// At least one, even if there are no norms.
[[nodiscard]] QList<Stretch> partsOfContents(const QList<NormInfo> &norms);
/// Cut at the ends of lines, else words. Joined they are the text but for white space at the cuts. At least one.
[[nodiscard]] QStringList partsOfText(const QString &text);
/// The beginning, saying so, if it is long.
[[nodiscard]] QString shortened(const QString &footnotes);

/// Counted from 1; the first one if it was not said.
[[nodiscard]] Result<int> checkedPart(const std::optional<tools::ExactInteger> &part, int parts);

}
