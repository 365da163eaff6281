// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/algebra/expression.h"

#include <cmath>

namespace moe::tools {

namespace {

constexpr double mostDigits = 25'000;

/// Upper bounds: decimal logarithms of numerator and denominator, which is how the library keeps a number.
struct Size {
    double numerator = 0;
    double denominator = 0;

    /// Of its absolute value.
    [[nodiscard]] double bound() const { return std::pow(10, numerator); }
    [[nodiscard]] double larger() const { return std::max(numerator, denominator); }
    // Not "<=" the other way round: NaN is refused as well.
    [[nodiscard]] bool isReasonable() const { return larger() <= mostDigits; }
};

Size sizeOfNumber(const Node &node)
{
    const double value
        = node.digits.size() <= 15 ? std::log10(std::max(1.0, node.digits.toDouble())) : double(node.digits.size());
    return {value + std::max(0, node.exponent), double(std::max(0, -node.exponent))};
}

Size sizeOfSum(const Size &a, const Size &b)
{
    return {std::max(a.numerator + b.denominator, b.numerator + a.denominator) + 0.31, a.denominator + b.denominator};
}

Size sizeOfPower(const Size &base, const Size &exponent)
{
    // The exponent may be negative.
    const double digits = base.larger() == 0 ? 0 : base.larger() * exponent.bound();
    return {digits, digits};
}

Size sizeOfFactorial(const Size &size) { return {size.bound() * std::max(1.0, size.numerator), 0}; }

Size sizeOfCall(Function function, const Size &argument, const Size &second)
{
    switch (function) {
    case Function::Sin:
    case Function::Cos:
    case Function::Abs:
    case Function::Sqrt:
    case Function::Floor:
    case Function::Ceil: return argument;
    case Function::Round: return {argument.numerator + second.bound(), argument.denominator + second.bound()};
    case Function::Exp: return {argument.bound() / std::log(10), 0};
    case Function::Tan:
    case Function::Asin:
    case Function::Acos:
    case Function::Atan:
    case Function::Log:
    case Function::Log10:
    case Function::Log2: return {std::max(3.0, std::log10(argument.larger() + 1) + 2), argument.denominator};
    }
    return {};
}

Size sizeOf(const Node &node, const std::vector<Size> &sizes)
{
    const Size left = node.left < 0 ? Size() : sizes[size_t(node.left)];
    const Size right = node.right < 0 ? Size() : sizes[size_t(node.right)];
    switch (node.kind) {
    case Node::Kind::Number: return sizeOfNumber(node);
    case Node::Kind::Pi:
    case Node::Kind::Euler: return {0.5, 0};
    case Node::Kind::Variable: return {1, 0};
    case Node::Kind::Negate: return left;
    case Node::Kind::Add:
    case Node::Kind::Subtract: return sizeOfSum(left, right);
    case Node::Kind::Multiply: return {left.numerator + right.numerator, left.denominator + right.denominator};
    case Node::Kind::Divide: return {left.numerator + right.denominator, left.denominator + right.numerator};
    case Node::Kind::Power: return sizeOfPower(left, right);
    case Node::Kind::Factorial: return sizeOfFactorial(left);
    case Node::Kind::Call: return sizeOfCall(node.function, left, right);
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
