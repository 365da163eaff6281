// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "daemon/tools/rational.h"

namespace moe::tools {

/// Numbers to describe by statistics, exact throughout. There is at least one.
class Sample
{
public:
    /// "too_large" for too many numbers, or too long ones.
    [[nodiscard]] static Result<Sample> of(const QList<ExactNumber> &numbers, const QString &argument);

    [[nodiscard]] qint64 count() const { return qint64(m_sorted.size()); }
    [[nodiscard]] Rational sum() const;
    [[nodiscard]] Rational mean() const { return sum() / Integer(m_sorted.size()); }
    [[nodiscard]] Rational smallest() const { return unscaled(m_sorted.front()); }
    [[nodiscard]] Rational largest() const { return unscaled(m_sorted.back()); }
    /// Between the two nearest numbers in proportion, counting from 0 % at the smallest to 100 % at the largest.
    [[nodiscard]] Rational percentile(const Rational &percent) const;
    /// The mean square of the distances from the mean.
    [[nodiscard]] Rational populationVariance() const;
    /// The same from a sample, divided by one less; there are two numbers at least.
    [[nodiscard]] Rational sampleVariance() const;
    /// The most frequent numbers; empty if all of several occur once.
    [[nodiscard]] std::vector<Rational> modes() const;

private:
    Sample(std::vector<Integer> sorted, int decimals) : m_sorted(std::move(sorted)), m_decimals(decimals) { }

    [[nodiscard]] Rational unscaled(const Integer &number) const;
    [[nodiscard]] Rational squaredDistances() const;

    std::vector<Integer> m_sorted; // all times the same power of ten
    int m_decimals;
};

}
