// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/algebra/expression.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace moe::tools {

namespace {

constexpr double mostDigits = 25'000;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double slack = 1e-9; // far more than doubles are wrong here

/// Between which a real number is; of others everything.
struct Range {
    double low = -infinity;
    double high = infinity;

    [[nodiscard]] double size() const { return std::max(std::abs(low), std::abs(high)); }

    /// NaN comes of infinite bounds, and means that nothing is known.
    [[nodiscard]] static Range of(std::initializer_list<double> values)
    {
        const double low = std::min(values);
        const double high = std::max(values);
        if (std::ranges::any_of(values, [](double value) { return std::isnan(value); }))
            return {};
        return {low - std::abs(low) * slack, high + std::abs(high) * slack};
    }
};

/// Upper bounds: decimal logarithms of numerator and denominator, which is how the library keeps a number.
struct Size {
    double numerator = 0;
    double denominator = 0;
    Range range{};

    /// Of its absolute value.
    [[nodiscard]] double bound() const { return std::min(std::pow(10, numerator), range.size()); }
    [[nodiscard]] double larger() const { return std::max(numerator, denominator); }
    // Not "<=" the other way round: NaN is refused as well.
    [[nodiscard]] bool isReasonable() const { return larger() <= mostDigits; }
};

Size sizeOfNumber(const Node &node)
{
    const double value
        = node.digits.size() <= 15 ? std::log10(std::max(1.0, node.digits.toDouble())) : double(node.digits.size());
    // Of many digits the first ones do.
    const QByteArray start = node.digits.first(std::min<qsizetype>(node.digits.size(), 200));
    const double number = start.toDouble() * std::pow(10, double(node.digits.size() - start.size()) + node.exponent);
    return {value + std::max(0, node.exponent), double(std::max(0, -node.exponent)), Range::of({number})};
}

Size sizeOfSum(const Size &a, const Size &b, const Range &range)
{
    return {std::max(a.numerator + b.denominator, b.numerator + a.denominator) + 0.31, a.denominator + b.denominator,
            range};
}

Range product(const Range &a, const Range &b)
{
    return Range::of({a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high});
}

Range quotient(const Range &a, const Range &b)
{
    const bool mayBeZero = b.low <= 0 && b.high >= 0;
    return mayBeZero ? Range() : product(a, Range::of({1 / b.low, 1 / b.high}));
}

Range power(const Range &base, const Range &exponent)
{
    if (base.low <= 0)
        return {};
    return Range::of({std::pow(base.low, exponent.low), std::pow(base.low, exponent.high),
                      std::pow(base.high, exponent.low), std::pow(base.high, exponent.high)});
}

Size sizeOfPower(const Size &base, const Size &exponent)
{
    // The exponent may be negative.
    const double digits = base.larger() == 0 ? 0 : base.larger() * exponent.bound();
    return {digits, digits, power(base.range, exponent.range)};
}

Size sizeOfFactorial(const Size &size) { return {size.bound() * std::max(1.0, size.numerator), 0}; }

Size sizeOfExponential(const Size &argument)
{
    const Range range{std::max(argument.range.low, -argument.bound()), std::min(argument.range.high, argument.bound())};
    return {std::max(0.0, range.high) / std::log(10), std::max(0.0, -range.low) / std::log(10),
            Range::of({std::exp(argument.range.low), std::exp(argument.range.high)})};
}

Range rangeOfRoot(const Range &range)
{
    return range.low < 0 ? Range() : Range::of({std::sqrt(range.low), std::sqrt(range.high)});
}

Range rangeOfLogarithm(const Range &range)
{
    return range.low <= 0 ? Range() : Range::of({std::log(range.low), std::log(range.high)});
}

Size sizeOfLogarithm(const Size &argument, const Range &range)
{
    return {std::max(3.0, std::log10(argument.larger() + 1) + 2), argument.denominator, range};
}

Size sizeOfCall(Function function, const Size &argument, const Size &second, bool hasSecond)
{
    const Range &range = argument.range;
    switch (function) {
    case Function::Sqrt: return {argument.numerator, argument.denominator, rangeOfRoot(range)};
    case Function::Abs: return {argument.numerator, argument.denominator, {0, range.size()}};
    // Of real numbers: what is not real has no known range.
    case Function::Sin:
    case Function::Cos:
        return {argument.numerator, argument.denominator, std::isinf(range.size()) ? Range() : Range{-1, 1}};
    case Function::Floor:
    case Function::Ceil: return {argument.numerator, argument.denominator, {range.low - 1, range.high + 1}};
    case Function::Round:
        return {argument.numerator + second.bound(), argument.denominator + second.bound(),
                hasSecond ? Range() : Range{range.low - 1, range.high + 1}};
    case Function::Exp: return sizeOfExponential(argument);
    case Function::Asin:
    case Function::Acos:
    case Function::Atan: return sizeOfLogarithm(argument, {-4, 4});
    case Function::Log: return sizeOfLogarithm(argument, hasSecond ? Range() : rangeOfLogarithm(range));
    case Function::Log10: return sizeOfLogarithm(argument, quotient(rangeOfLogarithm(range), {2.3, 2.31}));
    case Function::Log2: return sizeOfLogarithm(argument, quotient(rangeOfLogarithm(range), {0.69, 0.7}));
    case Function::Tan: return sizeOfLogarithm(argument, {});
    }
    return {};
}

Size sizeOf(const Node &node, const std::vector<Size> &sizes)
{
    const Size left = node.left < 0 ? Size() : sizes[size_t(node.left)];
    const Size right = node.right < 0 ? Size() : sizes[size_t(node.right)];
    const Range &a = left.range;
    const Range &b = right.range;
    switch (node.kind) {
    case Node::Kind::Number: return sizeOfNumber(node);
    case Node::Kind::Pi:
    case Node::Kind::Euler: return {0.5, 0, {2.7, 3.2}};
    case Node::Kind::Variable: return {1, 0};
    case Node::Kind::Negate: return {left.numerator, left.denominator, {-a.high, -a.low}};
    case Node::Kind::Add: return sizeOfSum(left, right, Range::of({a.low + b.low, a.high + b.high}));
    case Node::Kind::Subtract: return sizeOfSum(left, right, Range::of({a.low - b.high, a.high - b.low}));
    case Node::Kind::Multiply:
        return {left.numerator + right.numerator, left.denominator + right.denominator, product(a, b)};
    case Node::Kind::Divide:
        return {left.numerator + right.denominator, left.denominator + right.numerator, quotient(a, b)};
    case Node::Kind::Power: return sizeOfPower(left, right);
    case Node::Kind::Factorial: return sizeOfFactorial(left);
    case Node::Kind::Call: return sizeOfCall(node.function, left, right, node.right >= 0);
    }
    return {};
}

}

bool isOfReasonableSize(const Expression &expression)
{
    std::vector<Size> sizes;
    sizes.reserve(expression.nodes.size());
    for (const Node &node : expression.nodes) {
        sizes.push_back(sizeOf(node, sizes));
        if (!sizes.back().isReasonable())
            return false;
    }
    return true;
}

}
