// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared/core/result.h"

#include <QByteArray>

/// What runs in worker processes with the algebra library. Each call has a context of its own: nothing is left of one
/// for the next.
namespace moe::tools {

/// Has the library load what it needs of the system.
void prepareAlgebra();

/// An expression's text (UTF-8) → NumberReply. InvalidRequest "division_by_zero", "undefined", "too_hard" and what the
/// grammar refuses.
[[nodiscard]] Result<QByteArray> calculateEngine(const QByteArray &expression);

/// SolveJob → SolveReply.
[[nodiscard]] Result<QByteArray> solveEngine(const QByteArray &job);

/// A whole number above 1, in decimal → a list of FactorReply.
[[nodiscard]] Result<QByteArray> factorizeEngine(const QByteArray &number);

}
