// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/experts/catalogue.h"

namespace moe::experts {

/// Assigns categories and judges from what is installed, for systems that nobody configured. The same models always
/// give the same assignment, whatever their order:
/// - models that only embed are never used; servers that are disabled or unreachable do not count;
/// - a category takes models made for it (code, math, medicine, translation, reasoning, vision) before general ones; of
///   these the largest up to 20 billion parameters as T1 and the smallest larger one as T2;
/// - the vision category takes models that see, and stays empty without one;
/// - the judge is the largest general model up to 40 billion parameters; others follow by size as its replacements, at
///   most three in all.
/// No endpoint is named, so any server that has the model may serve it.
[[nodiscard]] Catalogue assignDefaults(const QList<inference::Server> &servers);

/// The assignment in one line per category, for the log.
[[nodiscard]] QStringList describe(const Catalogue &catalogue);

}
