// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>

namespace moe::tools {

/// JSON text, or a JSONPath, for libraries that compare numbers as integers of 64 bits and as doubles.
struct ComparableNumbers {
    QByteArray text;         ///< whole numbers as integers ("1e2" is 100); what needs more bits as the nearest double
    bool hasHuge = false;    ///< there are whole numbers of more bits
    bool hasInexact = false; ///< there are numbers that cannot be told from others near them
};

/// Valid JSON, or any path: what stands in quotes stays.
[[nodiscard]] ComparableNumbers comparableNumbers(const QByteArray &text);

}
