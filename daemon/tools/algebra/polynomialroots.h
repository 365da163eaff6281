// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/algebra/algebra.h"

#include <optional>
#include <vector>

namespace moe::tools {

/// A polynomial of the variable, with coefficients that may be any numbers.
class Polynomial
{
public:
    /// Nothing if the function is none, or if it cannot be told whether its first coefficient is zero.
    [[nodiscard]] static std::optional<Polynomial> of(Algebra &algebra, const Value &function);

    [[nodiscard]] int degree() const { return int(m_coefficients.size()) - 1; }
    [[nodiscard]] bool isRational() const;
    /// The highest power's first.
    [[nodiscard]] const std::vector<Value> &coefficients() const { return m_coefficients; }
    /// Of one that is zero at zero.
    [[nodiscard]] Polynomial dividedByVariable(Algebra &algebra) const;
    [[nodiscard]] const Value &function() const { return m_function; }

private:
    Value m_function;
    std::vector<Value> m_coefficients;
};

struct PolynomialRoot {
    Value value;
    int multiplicity = 1;
};

/// All roots, exact ones up to degree 4 where they can be read. If they cannot be told apart for certain, as where
/// there are multiple ones, none: who calls divides by those first. Quadratic polynomials may have a double root.
[[nodiscard]] std::vector<PolynomialRoot> rootsOf(Algebra &algebra, const Polynomial &polynomial);

}
