// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/probability.h"

#include "daemon/tools/arguments.h"
#include "daemon/tools/calculation.h"
#include "daemon/tools/decimals.h"
#include "daemon/tools/fractions.h"

using namespace Qt::StringLiterals;

namespace moe::tools {

namespace {

using wire::Field;
using wire::Presence;

constexpr int mostThings = 1000;
constexpr qsizetype mostDigits = 12;     // of a probability
constexpr qsizetype longestShown = 60;   // of what the rendering shows exactly

enum class ProbabilityOperation { Combinations, Permutations, BinomialPmf, BinomialCdf };
constexpr auto enumNames(ProbabilityOperation)
{
    using enum ProbabilityOperation;
    return std::array{wire::EnumName{Combinations, "combinations"_L1}, wire::EnumName{Permutations, "permutations"_L1},
                      wire::EnumName{BinomialPmf, "binomial_pmf"_L1}, wire::EnumName{BinomialCdf, "binomial_cdf"_L1}};
}

struct ProbabilityInput {
    ProbabilityOperation operation = ProbabilityOperation::Combinations;
    ExactInteger n;
    ExactInteger k;
    std::optional<FractionOrNumber> p;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&ProbabilityInput::operation>{
                "operation"_L1, Presence::Required,
                "combinations (n choose k), permutations (ordered choices of k of n), binomial_pmf (exactly k "
                "successes in n trials), binomial_cdf (at most k successes)."_L1},
            Field<&ProbabilityInput::n>{"n"_L1, Presence::Required, "How many things or trials, 0 to 1000."_L1},
            Field<&ProbabilityInput::k>{"k"_L1, Presence::Required, "How many are chosen or succeed, 0 to n."_L1},
            Field<&ProbabilityInput::p>{
                "p"_L1, Presence::Optional,
                "For binomial_pmf and binomial_cdf: how probable success is in one trial, 0 to 1; a number or a "
                "fraction such as \"1/6\"."_L1}};
    }
};

struct ProbabilityOutput {
    QString exact;
    QString decimal;
    bool isRounded = false;

    static constexpr auto fields()
    {
        return std::tuple{
            Field<&ProbabilityOutput::exact>{"exact"_L1, Presence::Required, "A whole number or fraction."_L1},
            Field<&ProbabilityOutput::decimal>{"decimal"_L1, Presence::Required, "The same as a decimal number."_L1},
            Field<&ProbabilityOutput::isRounded>{"rounded"_L1, Presence::Required,
                                                 "Whether decimal is rounded to 15 significant digits."_L1}};
    }
};

Integer choices(unsigned n, unsigned k)
{
    Integer count;
    mpz_bin_uiui(count.get_mpz_t(), n, k);
    return count;
}

Integer orderedChoices(unsigned n, unsigned k) { return Integer(Integer::factorial(n) / Integer::factorial(n - k)); }

Integer power(const Integer &base, unsigned exponent)
{
    Integer result;
    mpz_pow_ui(result.get_mpz_t(), base.get_mpz_t(), exponent);
    return result;
}

/// The sum of the probabilities of `first` to `last` successes; their common denominator is that of p to the power of
/// n.
Rational binomial(unsigned n, unsigned first, unsigned last, const Rational &p)
{
    const Integer success = p.get_num();
    const Integer failure = p.get_den() - success;
    Integer sum;
    Integer successes = power(success, first);
    for (unsigned k = first; k <= last; ++k) {
        sum = sum * failure + choices(n, k) * successes;
        successes *= success;
    }
    return Rational(sum * power(failure, n - last)) / power(p.get_den(), n);
}

Result<Rational> probability(const ProbabilityInput &input, unsigned n, unsigned k)
{
    TRY(const Rational p, input.p.value_or(FractionOrNumber{{"-1"}}).rational(mostDigits, u"p"_s));
    if (p < 0 || p > 1)
        return failure(badCall(u"p: expected a probability from 0 to 1."_s, u"p"_s));
    const bool isExactly = input.operation == ProbabilityOperation::BinomialPmf;
    return binomial(n, isExactly ? k : 0, k, p);
}

Result<Rational> valueOf(const ProbabilityInput &input)
{
    TRY(const qint64 n, boundedInteger(input.n, 0, mostThings, u"n"_s));
    TRY(const qint64 k, boundedInteger(input.k, 0, n, u"k"_s));
    switch (input.operation) {
    case ProbabilityOperation::Combinations: return choices(unsigned(n), unsigned(k));
    case ProbabilityOperation::Permutations: return orderedChoices(unsigned(n), unsigned(k));
    case ProbabilityOperation::BinomialPmf:
    case ProbabilityOperation::BinomialCdf: return probability(input, unsigned(n), unsigned(k));
    }
    Q_UNREACHABLE_RETURN(failure(Error::internal(u"An unknown operation of probability."_s)));
}

Result<ProbabilityOutput> calculated(const ProbabilityInput &input)
{
    TRY(const Rational value, valueOf(input));
    const Decimal decimal = decimalOf(value);
    return ProbabilityOutput{fractionText(value), decimal.text, decimal.isRounded};
}

QString probabilityText(const ProbabilityInput &input, const ProbabilityOutput &output)
{
    const QString n = QString::fromLatin1(input.n.text);
    const QString k = QString::fromLatin1(input.k.text);
    const bool isShown = output.exact.contains(u'/') && output.exact.size() <= longestShown;
    const QString value = (output.isRounded ? u"≈ "_s : u"= "_s) + output.decimal
        + (isShown ? QString(u", exactly "_s + output.exact) : QString());
    const QString p = fractionText(input.p.value_or(FractionOrNumber()).rational(mostDigits, u"p"_s).value_or(0));
    switch (input.operation) {
    case ProbabilityOperation::Combinations: return u"%1 choose %2 %3"_s.arg(n, k, value);
    case ProbabilityOperation::Permutations: return u"Ordered choices of %1 of %2 %3"_s.arg(k, n, value);
    case ProbabilityOperation::BinomialPmf: return u"P(X = %1) for n = %2, p = %3 %4"_s.arg(k, n, p, value);
    case ProbabilityOperation::BinomialCdf: return u"P(X ≤ %1) for n = %2, p = %3 %4"_s.arg(k, n, p, value);
    }
    Q_UNREACHABLE_RETURN(QString());
}

}

ToolList probabilityTools()
{
    return {calculation({.name = "probability_calc"_L1,
                         .title = "Probability"_L1,
                         .description = "Combinations, permutations and binomial probabilities, as exact numbers or "
                                        "fractions and as decimals."_L1,
                         .isHeavy = true},
                        &calculated, &probabilityText)};
}

}
