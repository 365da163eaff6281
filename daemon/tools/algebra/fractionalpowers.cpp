// SPDX-License-Identifier: Apache-2.0
#include "daemon/tools/algebra/fractionalpowers.h"

#include <numeric>

namespace moe::tools {

namespace {

constexpr int highestRoot = 12;
constexpr int highestPower = 100;

struct Fraction {
    int numerator = 1;
    int denominator = 1;
};

/// For each node: whether the unknown is in it.
std::vector<bool> unknownParts(const std::vector<Node> &nodes)
{
    std::vector<bool> parts;
    for (const Node &node : nodes) {
        parts.push_back(node.kind == Node::Kind::Variable || (node.left >= 0 && parts[size_t(node.left)])
                        || (node.right >= 0 && parts[size_t(node.right)]));
    }
    return parts;
}

/// The node with its operands, which stand before it without a gap.
Expression partOf(const std::vector<Node> &nodes, int last)
{
    int first = last;
    while (nodes[size_t(first)].left >= 0)
        first = nodes[size_t(first)].left;
    Expression part{{nodes.begin() + first, nodes.begin() + last + 1}};
    for (Node &node : part.nodes) {
        node.left -= node.left < 0 ? 0 : first;
        node.right -= node.right < 0 ? 0 : first;
    }
    return part;
}

std::optional<Fraction> fractionOf(Algebra &algebra, const Expression &expression)
{
    const auto evaluated = evaluate(algebra, expression, Value(0));
    if (!evaluated || !Algebra::isRational(*evaluated))
        return {};
    const Value numerator = algebra.call("numer", *evaluated);
    const Value denominator = algebra.call("denom", *evaluated);
    const bool isSmall = numerator.type == giac::_INT_ && denominator.type == giac::_INT_
        && std::abs(numerator.val) <= highestPower && denominator.val <= highestRoot;
    return isSmall ? std::optional(Fraction{numerator.val, denominator.val}) : std::nullopt;
}

/// The power of the unknown itself that this node is.
std::optional<Fraction> powerOfUnknown(Algebra &algebra, const std::vector<Node> &nodes, const Node &node)
{
    if (node.kind == Node::Kind::Variable)
        return Fraction{};
    if (node.left < 0 || nodes[size_t(node.left)].kind != Node::Kind::Variable)
        return {};
    if (node.kind == Node::Kind::Call && node.function == Function::Sqrt)
        return Fraction{1, 2};
    return node.kind == Node::Kind::Power ? fractionOf(algebra, partOf(nodes, node.right)) : std::nullopt;
}

/// The least common multiple of the roots' degrees; 0 if it is too high.
int commonDegree(Algebra &algebra, const Expression &expression)
{
    int degree = 1;
    for (const Node &node : expression.nodes) {
        if (const auto power = powerOfUnknown(algebra, expression.nodes, node); power && degree <= highestRoot)
            degree = std::lcm(degree, power->denominator);
    }
    return degree <= highestRoot ? degree : 0;
}

Expression replaced(Algebra &algebra, const Expression &expression, int degree)
{
    std::vector<Node> nodes;
    std::vector<int> places;
    const auto append = [&nodes](Node node) {
        nodes.push_back(std::move(node));
        return int(nodes.size()) - 1;
    };
    for (const Node &node : expression.nodes) {
        if (const auto power = powerOfUnknown(algebra, expression.nodes, node)) {
            const int exponent = power->numerator * degree / power->denominator;
            const int unknown = append({.kind = Node::Kind::Variable});
            int right = append({.kind = Node::Kind::Number, .digits = QByteArray::number(std::abs(exponent))});
            if (exponent < 0)
                right = append({.kind = Node::Kind::Negate, .left = right});
            places.push_back(append({.kind = Node::Kind::Power, .left = unknown, .right = right}));
        } else {
            Node copy = node;
            copy.left = node.left < 0 ? -1 : places[size_t(node.left)];
            copy.right = node.right < 0 ? -1 : places[size_t(node.right)];
            places.push_back(append(std::move(copy)));
        }
    }
    return {std::move(nodes)};
}

}

std::optional<RootEquation> withoutFractionalPowers(Algebra &algebra, const Equation &equation)
{
    const int left = commonDegree(algebra, equation.left);
    const int right = commonDegree(algebra, equation.right);
    const int degree = std::lcm(left, right);
    if (degree < 2 || degree > highestRoot)
        return {};
    return RootEquation{{replaced(algebra, equation.left, degree), replaced(algebra, equation.right, degree)}, degree};
}

bool isRationalFunction(const Expression &expression)
{
    const std::vector<Node> &nodes = expression.nodes;
    const std::vector<bool> isUnknown = unknownParts(nodes);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (!isUnknown[i])
            continue;
        if (nodes[i].kind == Node::Kind::Call)
            return false;
        if (nodes[i].kind != Node::Kind::Power)
            continue;
        const Node &right = nodes[size_t(nodes[i].right)];
        const Node &exponent = right.kind == Node::Kind::Negate ? nodes[size_t(right.left)] : right;
        if (exponent.kind != Node::Kind::Number || exponent.exponent < 0)
            return false;
    }
    return true;
}

}
